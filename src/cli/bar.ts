import { monotonicMs } from "../env.js";
import { createEstimator, formatDuration } from "../progress.js";
import type { ProgressUpdate } from "../progress.js";
import type { CommandIo } from "./command.js";

/** A line on standard error that shows how far the work is; silent where standard error is not a terminal. */
export interface Bar {
  update(update: ProgressUpdate): void;
  /** Clears the line. */
  end(): void;
}

const width = 24;

/** A bar redrawn at most ten times a second. */
export function createBar(title: string, io: CommandIo): Bar {
  if (!io.isTerminal) return { update() {}, end() {} };
  const estimate = createEstimator();
  let drawnMs = -Infinity;
  return {
    update(update) {
      const nowMs = monotonicMs();
      if (nowMs - drawnMs < 100 && update.done !== update.total) return;
      drawnMs = nowMs;
      const { ratePerSecond, remainingSeconds } = estimate(update);
      const share = update.total ? update.done / update.total : 0;
      const filled = Math.round(share * width);
      const left = remainingSeconds === undefined ? "" : `, ${formatDuration(remainingSeconds)} left`;
      const count = update.total === undefined ? `${update.done}` : `${update.done}/${update.total}`;
      io.err(
        `\r\u001b[K${title} [${"#".repeat(filled)}${"-".repeat(width - filled)}] ${count}, ${ratePerSecond.toFixed(1)}/s${left}`,
      );
    },
    end: () => io.err("\r\u001b[K"),
  };
}
