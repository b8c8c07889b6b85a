import { mode, type SharedState, word } from "./shared-state.js";

/**
 * Keeps the kernel's own code whole while cells may be cut off at any instruction.
 *
 * The transport thread may end what this thread runs only in the mode `open`. Kernel code runs in the mode `kernel`;
 * it begins by taking that mode, and where the transport thread was quicker it waits to be cut off before it began.
 */
export interface Sections {
  /** Runs kernel code, called by the event loop, by a cell or by a promise. */
  runAsKernel<T>(run: () => T): T;
  /** Inside of {@link runAsKernel}: runs code of a cell, which may be cut off. */
  runAsCell<T>(run: () => T): T;
  /** True from the moment the transport thread began to cut until {@link endCut}. */
  readonly isCutting: boolean;
  /** To be called by the event loop when the transport thread says that this attempt to cut, counted from 0, is done. */
  endCut(attempt: number): void;
}

/** Longer than any cut takes: what waits for one is let go then. */
const patienceMs = 2000;

/** Sections of this thread. */
export function createSections(state: SharedState): Sections {
  let depth = 0;

  function take(): void {
    if (Atomics.compareExchange(state, word.mode, mode.open, mode.kernel) === mode.open) return;
    const end = performance.now() + patienceMs;
    while (performance.now() < end);
    Atomics.store(state, word.mode, mode.kernel);
  }

  function release(): void {
    Atomics.store(state, word.mode, mode.open);
    if (Atomics.load(state, word.cutWanted) === 0) return;
    // A loop that prints is nearly always in kernel code: here is the moment to cut it off.
    const end = performance.now() + 50;
    while (Atomics.load(state, word.cutWanted) === 1 && performance.now() < end);
  }

  return {
    runAsKernel(run) {
      if (depth === 0) take();
      depth++;
      try {
        return run();
      } finally {
        if (--depth === 0) release();
      }
    },
    runAsCell(run) {
      const outside = depth;
      depth = 0;
      release();
      try {
        return run();
      } finally {
        take();
        depth = outside;
      }
    },
    get isCutting() {
      return Atomics.load(state, word.mode) >= mode.cutting;
    },
    endCut(attempt) {
      depth = 0;
      Atomics.compareExchange(state, word.mode, mode.kernel, mode.open);
      // Where the next attempt has begun this one's end says nothing.
      Atomics.compareExchange(state, word.mode, mode.cutting + attempt, mode.open);
    },
  };
}
