import type { Kernels } from "./wasm.js";
import { kernelNames } from "./wasm.js";

/**
 * What threads tell each other, in 32-bit numbers that all of them see. A job is open while `state` is even; each thread
 * takes runs of items until none is left. A thread counts itself as active before it looks at the job, so whoever
 * closes the job and then sees nobody active may write the next one.
 */
export const field = {
  state: 0,
  active: 1,
  next: 2,
  items: 3,
  run: 4,
  finished: 5,
  failed: 6,
  kernel: 7,
  params: 8,
  scratch: 9,
  scratchBytes: 10,
} as const;

/** Bytes of the numbers above. */
export const controlBytes = 64;

/** Times a thread looks again before it goes to sleep: waking takes longer than most jobs. */
const spins = 20_000;

/** Waits until the number at `index` is no longer `value`, at most so long. */
export function waitForChange(control: Int32Array, index: number, value: number, timeoutMs: number): void {
  for (let i = 0; i < spins; i++) if (Atomics.load(control, index) !== value) return;
  Atomics.wait(control, index, value, timeoutMs);
}

/** Does items of the open job until none is left. What a kernel throws marks the job as failed. */
export function workOnJob(control: Int32Array, kernels: Kernels, thread: number): void {
  const items = control[field.items];
  const run = control[field.run];
  const kernel = kernels[kernelNames[control[field.kernel]]];
  const scratch = (control[field.scratch] >>> 0) + thread * control[field.scratchBytes];
  for (;;) {
    const first = Atomics.add(control, field.next, run);
    if (first >= items) return;
    const last = Math.min(items, first + run);
    try {
      kernel(control[field.params], scratch, first, last);
    } catch {
      Atomics.store(control, field.failed, 1);
    }
    Atomics.add(control, field.finished, last - first);
    Atomics.notify(control, field.finished);
  }
}
