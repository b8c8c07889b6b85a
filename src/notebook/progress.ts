import { kernelSession } from "../contracts/kernel-session.js";
import { progressMime, type ProgressPayload, type ProgressState } from "../contracts/progress-payload.js";
import { requireThat } from "../core/errors.js";
import { createEstimator, formatDuration, type ProgressUpdate } from "../core/progress.js";
import { allowManyListeners, monotonicMs } from "../platform/machine.js";
import { ownPid } from "../platform/processes.js";
import { letOthersRun, startTimer, type Timer } from "../platform/wait.js";
import { canUpdate, displayBundle } from "./session.js";

/** How a bar behaves. */
export interface ProgressOptions {
  /** Least milliseconds between two updates on the page; default 100. */
  intervalMs?: number;
  /** Aborting it ends the bar as interrupted; default the signal of the running cell. */
  signal?: AbortSignal;
  /** The clock, in milliseconds; default the monotonic one. */
  nowMs?: () => number;
}

/** A live bar. It is itself a `ProgressListener`: hand it to long work as `{ progress: bar }`. */
export interface ProgressBar {
  /** Moves the bar. Cheap: call it as often as the work likes, the page gets a few updates a second. */
  (update: ProgressUpdate): void;
  /** Walks over items and moves the bar, as {@link progress}`.over` does. */
  over<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, void, undefined>;
  /** Ends the bar as done. Reaching the total does so by itself. */
  finish(): void;
  /** Ends the bar as failed. */
  fail(): void;
  /** What was shown last or is about to be. */
  readonly current: ProgressPayload;
}

/** The function {@link progress} with its shorthand for loops. */
export interface ProgressMaker {
  (label: string, total?: number, options?: ProgressOptions): ProgressBar;
  /**
   * Walks over items with a bar: `for await (const x of progress.over(items, "Cases")) { ... }`. Takes lists, sets,
   * generators and async ones; stops with the signal's reason when the cell is interrupted, and lets the kernel
   * hear of it even when the loop's body never waits.
   */
  over<T>(
    items: Iterable<T> | AsyncIterable<T>,
    label?: string,
    options?: ProgressOptions,
  ): AsyncGenerator<T, void, undefined>;
}

/**
 * Shows a live bar with rate and time left in the notebook.
 *
 * However many updates come, few are sent: one each `intervalMs`, and always the first and the last. Outside a
 * kernel one line is printed when the bar ends.
 *
 * @param total units in all; leave out when not known.
 */
export const progress: ProgressMaker = Object.assign(createBar, {
  over<T>(items: Iterable<T> | AsyncIterable<T>, label = "Progress", options?: ProgressOptions) {
    return createBar(label, undefined, options).over(items);
  },
});

/** After so many times at the total, reaching it again waits its turn like any other update. */
const maxHurriedEnds = 3;

let barCount = 0;

function createBar(label: string, total?: number, options: ProgressOptions = {}): ProgressBar {
  const { intervalMs = 100, nowMs = monotonicMs, signal = kernelSession()?.signal } = options;
  requireThat(total === undefined || total >= 0, "total", total, "a number of at least 0, or none");
  requireThat(intervalMs >= 0, "intervalMs", intervalMs, "milliseconds of at least 0");
  const displayId = `tumorlab-progress-${ownPid}-${++barCount}`;
  const estimate = createEstimator(nowMs);
  let latest: ProgressUpdate = { done: 0, ...(total === undefined ? {} : { total }) };
  let state: ProgressState = "running";
  let sentMs = -Infinity;
  let shown = false;
  let hurriedEnds = 0;
  let timer: Timer | undefined;

  const payload = () => describeProgress(label, latest, state, estimate(latest));
  const send = () => {
    clearTimeout(timer);
    timer = undefined;
    sentMs = nowMs();
    if (!canUpdate() && state === "running") return;
    const current = payload();
    const bundle = { [progressMime]: current, "text/plain": formatProgress(current) };
    displayBundle(bundle, canUpdate() ? { displayId, update: shown } : {});
    shown = true;
  };
  /** Sends now, or when the interval has passed, so that the last update of a pause is seen as well. */
  const sendInTurn = () => {
    const waitMs = sentMs + intervalMs - nowMs();
    if (waitMs <= 0) return send();
    timer ??= startTimer(send, waitMs);
  };
  const interrupt = () => end("interrupted");
  const listen = () => {
    if (!signal) return;
    // Many bars in a cell are no leak.
    allowManyListeners(signal);
    signal.addEventListener("abort", interrupt, { once: true });
  };
  const end = (last: ProgressState) => {
    if (state === last && timer === undefined) return;
    state = last;
    signal?.removeEventListener("abort", interrupt);
    send();
  };
  const move = (update: ProgressUpdate) => {
    if (state === "interrupted" || state === "failed") return;
    latest = { total: latest.total, ...update };
    const complete = latest.total !== undefined && latest.done >= latest.total;
    if (complete && state === "running") {
      state = "done";
      if (hurriedEnds++ < maxHurriedEnds) return send();
    } else if (!complete && state === "done") {
      state = "running";
    }
    sendInTurn();
  };
  async function* over<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    let done = 0;
    let pausedMs = nowMs();
    move({ done, total: countItems(items) ?? total });
    try {
      for await (const item of items) {
        signal?.throwIfAborted();
        yield item;
        move({ done: ++done });
        // An interrupt is a message like any other: it is read only while the loop waits.
        if (nowMs() - pausedMs > 50) {
          await letOthersRun();
          pausedMs = nowMs();
        }
        signal?.throwIfAborted();
      }
      end("done");
    } finally {
      if (state === "running") end("interrupted");
    }
  }

  listen();
  if (signal?.aborted) interrupt();
  else send();
  const bar = Object.assign(move, { over, finish: () => end("done"), fail: () => end("failed") });
  return Object.defineProperty(bar, "current", { get: payload }) as unknown as ProgressBar;
}

/** A bar in one line: `Training: 12 of 40 (30 %), 3.2/s, 9.0 s left, loss 0.31`. */
export function formatProgress(payload: ProgressPayload): string {
  const { label, done, total, ratePerSecond, remainingSeconds, values = {}, state } = payload;
  const count =
    total === undefined
      ? `${done}`
      : `${done} of ${total} (${Math.floor((100 * done) / Math.max(total, 1e-9))} %)`;
  const parts = [count];
  if (ratePerSecond) parts.push(`${Number(ratePerSecond.toPrecision(3))}/s`);
  if (state === "running" && remainingSeconds !== undefined)
    parts.push(`${formatDuration(remainingSeconds)} left`);
  for (const [name, value] of Object.entries(values)) parts.push(`${name} ${Number(value.toPrecision(4))}`);
  if (state !== "running") parts.push(state);
  return `${label}: ${parts.join(", ")}`;
}

function describeProgress(
  label: string,
  update: ProgressUpdate,
  state: ProgressState,
  { ratePerSecond, remainingSeconds }: ReturnType<ReturnType<typeof createEstimator>>,
): ProgressPayload {
  const entries = Object.entries(update.values ?? {});
  const odd = entries
    .filter(([, value]) => !Number.isFinite(value))
    .map(([name, value]) => `${name} is ${value}`);
  const details = [update.label, ...odd].filter(Boolean).join(", ");
  return {
    label: details === "" ? label : `${label}: ${details}`,
    done: update.done,
    ...(update.total === undefined ? {} : { total: update.total }),
    ...(ratePerSecond > 0 ? { ratePerSecond } : {}),
    ...(remainingSeconds === undefined || state !== "running" ? {} : { remainingSeconds }),
    ...(entries.length > 0
      ? { values: Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value))) }
      : {}),
    state,
  };
}

function countItems(items: object): number | undefined {
  if ("length" in items && typeof items.length === "number") return items.length;
  return "size" in items && typeof items.size === "number" ? items.size : undefined;
}
