import { HttpError } from "./errors.js";

/** How soon wrong proofs make the gate slow. */
export interface ThrottleOptions {
  /** So many may be wrong within the window at full speed. Defaults to 100. */
  freeFaults?: number;
  /** Defaults to a minute. */
  windowMs?: number;
  /** Then one is looked at every so often. Defaults to 50 ms. */
  paceMs?: number;
  /** So many may wait for their turn; further ones are turned away unseen. Defaults to 200. */
  maxWaiting?: number;
  /** Told once a window how many were wrong. */
  warn?: (text: string) => void;
}

/** Slows those who try tokens. */
export interface Throttle {
  /** Counts a wrong proof. */
  fail(): void;
  /**
   * Waits for a turn to have a proof looked at: not at all as long as few were wrong. It must come before the look, or
   * guesses sent side by side would tell by their speed which is right.
   *
   * @throws HttpError 429 when too many wait
   */
  takeTurn(): Promise<void>;
}

/** Makes a throttle that has seen nothing wrong yet. */
export function createThrottle({
  freeFaults = 100,
  windowMs = 60_000,
  paceMs = 50,
  maxWaiting = 200,
  warn = () => {},
}: ThrottleOptions = {}): Throttle {
  let faults = 0;
  let windowEnd = 0;
  let nextTurn = 0;
  let waiting = 0;

  /** Begins a new window when the last one is over. */
  function look(now: number): void {
    if (now < windowEnd) return;
    faults = 0;
    windowEnd = now + windowMs;
  }

  return {
    fail() {
      look(Date.now());
      faults += 1;
      if (faults === freeFaults)
        warn(
          `${faults} wrong tokens came within ${windowMs / 1000} s: someone may be guessing. Further ones are slowed.\n`,
        );
    },
    async takeTurn() {
      const now = Date.now();
      look(now);
      if (faults < freeFaults) return;
      if (waiting >= maxWaiting)
        throw new HttpError(429, "Too many wrong tokens came; try again in a minute.");
      nextTurn = Math.max(now, nextTurn) + paceMs;
      waiting += 1;
      await new Promise((resolve) => setTimeout(resolve, nextTurn - now));
      waiting -= 1;
    },
  };
}
