import { makeShared } from "tumorlab/internal/platform/memory";

/**
 * Numbers that the kernel's threads share. The thread that runs cells can't answer messages while a cell computes;
 * these words it can read, and be read, at any time.
 */
export type SharedState = Int32Array;

/** Which word means what. */
export const word = {
  /** Interrupts asked for so far. Written by the transport thread. */
  interrupts: 0,
  /** The last interrupt that is dealt with: what it was meant for has ended. */
  interruptsOver: 1,
  /** 1 while the running cell uses the session's abort signal, so that it deserves time to stop by itself. */
  usesSignal: 2,
  /** Bytes of output handed to the transport thread and not yet taken by ZeroMQ. */
  bytesInFlight: 3,
  /** Execute requests received so far. Written by the transport thread. */
  executeRequests: 4,
  /** What the main thread's code may suffer: one of {@link mode}. Changed by compare-and-exchange alone. */
  mode: 5,
  /** 1 while the transport thread waits for the main thread to leave the kernel's own code. */
  cutWanted: 6,
  /** Number of the last message of the transport thread that the main thread has taken in. */
  received: 7,
  /** Marks read from descriptor 1 and */
  stdoutMarks: 8,
  /** from descriptor 2. Written by the transport thread. */
  stderrMarks: 9,
} as const;

/** Values of {@link word}.mode. */
export const mode = {
  /** A cell's code, or nothing, is running: it may be cut off. */
  open: 0,
  /** The kernel's own code is running: it must end first. */
  kernel: 1,
  /** The transport thread is cutting off what runs, for the first time; one more for each attempt after it. */
  cutting: 2,
} as const;

/** All words zero. */
export function createSharedState(): SharedState {
  return new Int32Array(makeShared(4 * Object.keys(word).length));
}
