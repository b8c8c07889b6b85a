import { setImmediate, setTimeout as setTimeoutAsync } from "node:timers/promises";

/** Waits; aborting ends it with an error. */
export async function sleep(ms: number, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
  await setTimeoutAsync(ms, undefined, { signal });
}

/** Lets what waits for this thread run: messages, timers, drawing. */
export async function letOthersRun(): Promise<void> {
  await setImmediate();
}

/** A timer that {@link startTimer} started; `clearTimeout` stops it. */
export type Timer = ReturnType<typeof setTimeout>;

/** Calls `work` after `ms`. It does not keep the program alive: one that has nothing else to do ends before. */
export function startTimer(work: () => void, ms: number): Timer {
  return setTimeout(work, ms).unref();
}

/** Calls `work` every `ms`, until `clearInterval`. It does not keep the program alive either. */
export function startInterval(work: () => void, ms: number): Timer {
  return setInterval(work, ms).unref();
}
