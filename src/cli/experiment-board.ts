import { createEstimator, formatDuration, type ProgressUpdate } from "../core/progress.js";
import type { TrialSpec } from "../experiment/plan/plan.js";
import type { RunnerEvent } from "../experiment/run/local-runner.js";
import { monotonicMs } from "../platform/machine.js";
import { type CommandIo, toJson } from "./command.js";
import { describeTrial } from "./experiment-text.js";

/** Shows a running experiment. */
export interface ExperimentBoard {
  add(event: RunnerEvent): void;
  /** Leaves the last state standing. */
  end(): void;
}

/** Running trials shown at most. */
const maxRows = 12;

/**
 * On a terminal a table that is drawn again in its place at most ten times a second: trials done, running, failed, time
 * left, and what each running one does. Elsewhere each event but progress as a line of JSON.
 *
 * @param total trials of the plan.
 * @param doneBefore those that were done before this run.
 */
export function createBoard(total: number, doneBefore: number, io: CommandIo): ExperimentBoard {
  if (!io.isTerminal)
    return {
      add(event) {
        if (event.kind === "progress" || (event.kind === "scans" && event.done < event.total)) return;
        const { kind, ...rest } = event;
        io.err(`${toJson({ event: kind, ...rest })}\n`);
      },
      end() {},
    };
  const running = new Map<
    number,
    { trial: TrialSpec; sinceMs: number; start: string; update?: ProgressUpdate }
  >();
  const failures: { trial: TrialSpec; reason: string }[] = [];
  const estimate = createEstimator();
  let notice: string | undefined;
  let queue = { pending: 0, reason: "" };
  let scans: { done: number; total: number } | undefined;
  let done = 0;
  let lines = 0;
  let drawnMs = -Infinity;

  const draw = (): void => {
    drawnMs = monotonicMs();
    const left = total - doneBefore - failures.length;
    const { remainingSeconds } = estimate({ done, total: left });
    const parts = [`${doneBefore + done} of ${total} trials done`, `${running.size} running`];
    const why = queue.reason === "" ? "" : ` (${queue.reason})`;
    if (queue.pending > 0) parts.push(`${queue.pending} pending${why}`);
    if (failures.length > 0) parts.push(`${failures.length} failed`);
    if (remainingSeconds !== undefined && left > done)
      parts.push(`about ${formatDuration(remainingSeconds)} left`);
    const rows = [...running.values()].map(({ trial, sinceMs, start, update }) => {
      const where = update ? `${update.label ?? ""} ${update.done}/${update.total ?? "?"}` : start;
      return `  ${describeTrial(trial)}: ${where.trim()}, ${formatDuration((drawnMs - sinceMs) / 1000)}`;
    });
    // A cluster runs more than a terminal has lines.
    if (rows.length > maxRows) rows.splice(maxRows, Infinity, `  and ${rows.length - maxRows} more`);
    if (scans && scans.done < scans.total) rows.push(`  scans ${scans.done}/${scans.total}`);
    const bad = failures.map(({ trial, reason }) => `  failed: ${describeTrial(trial)}: ${reason}`);
    const text = [
      parts.join(", "),
      ...bad.slice(-4),
      ...(notice === undefined ? [] : [`  ${notice}`]),
      ...rows,
    ];
    const back = lines > 0 ? `\u001b[${lines}A` : "";
    io.err(`${back}\r\u001b[J${text.join("\n")}\n`);
    lines = text.length;
  };
  return {
    add(event) {
      if (event.kind === "scans") scans = event;
      else if (event.kind === "queue") queue = event;
      else if (event.kind === "notice") notice = event.text;
      else if (event.kind === "start")
        running.set(event.trial.index, {
          trial: event.trial,
          sinceMs: monotonicMs(),
          start: event.pid === undefined ? "on the cluster" : "starting",
        });
      else if (event.kind === "progress") {
        const row = running.get(event.trial.index);
        if (row) row.update = event.update;
      } else running.delete(event.trial.index);
      if (event.kind === "done") done++;
      if (event.kind === "failed") failures.push(event);
      const isSmall = event.kind === "progress" || event.kind === "scans";
      if (!isSmall || monotonicMs() - drawnMs >= 100) draw();
    },
    end: draw,
  };
}
