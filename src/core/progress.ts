import { monotonicMs } from "../platform/machine.js";

/** What long work reports while it runs. Every field but `done` may be left out. */
export interface ProgressUpdate {
  /** Units finished so far, from 0 to `total`. */
  done: number;
  /** Units in all; leave out when not known. */
  total?: number;
  /** What is being done now, a few words. */
  label?: string;
  /** Figures worth watching, such as `{ loss: 0.31 }`. */
  values?: Readonly<Record<string, number>>;
}

/** The one way long work tells of itself: a live bar in a cell, a bar in a terminal, lines in a log. */
export type ProgressListener = (update: ProgressUpdate) => void;

/** What every long-running function takes as its last argument. */
export interface RunOptions {
  /** Called as often as the work likes; a listener must be cheap and may drop updates. */
  progress?: ProgressListener;
  /** Aborting it stops the work at its next safe point with the signal's reason as the error. */
  signal?: AbortSignal;
}

/** Rate and remaining time as a bar shows them. */
export interface ProgressEstimate {
  elapsedSeconds: number;
  /** Units a second over the whole run; 0 before the first unit. */
  ratePerSecond: number;
  /** Seconds left at that rate; `undefined` while the rate or the total is not known. */
  remainingSeconds: number | undefined;
}

/**
 * A stopwatch for a run that reports {@link ProgressUpdate}s.
 *
 * @param nowMs the clock, in milliseconds; defaults to the monotonic one.
 */
export function createEstimator(
  nowMs: () => number = monotonicMs,
): (update: ProgressUpdate) => ProgressEstimate {
  const startMs = nowMs();
  return (update) => {
    const elapsedSeconds = Math.max(0, (nowMs() - startMs) / 1000);
    const ratePerSecond = elapsedSeconds > 0 ? update.done / elapsedSeconds : 0;
    const left = update.total === undefined ? undefined : Math.max(0, update.total - update.done);
    const remainingSeconds =
      left === undefined || (ratePerSecond === 0 && left > 0)
        ? undefined
        : left === 0
          ? 0
          : left / ratePerSecond;
    return { elapsedSeconds, ratePerSecond, remainingSeconds };
  };
}

/** Throws the signal's reason when it was aborted; long loops call it at each safe point. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}

/**
 * What `work` gives, or the signal's reason as soon as it was aborted: for work that cannot be stopped itself. Its own
 * later end, good or bad, is ignored then.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Seconds as people read them: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
