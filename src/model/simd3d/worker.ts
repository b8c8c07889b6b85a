import { workerData } from "../../platform/workers.js";
import { field, waitForChange, workOnJob } from "./control.js";
import { instantiateKernels, type SharedMemory } from "./wasm.js";

/** What a thread of the crew is started with. */
export interface CrewMember {
  module: object;
  memory: SharedMemory;
  control: ArrayBufferLike;
  /** From 1; the main thread is 0. */
  thread: number;
}

const member = workerData as CrewMember;
const kernels = instantiateKernels(member.module, member.memory);
const control = new Int32Array(member.control);
const closed = (state: number) => (state & 1) === 1;

let seen = -1;
for (;;) {
  const state = Atomics.load(control, field.state);
  if (state === seen || closed(state)) {
    waitForChange(control, field.state, state, 1000);
    continue;
  }
  Atomics.add(control, field.active, 1);
  const open = Atomics.load(control, field.state);
  if (!closed(open)) {
    seen = open;
    workOnJob(control, kernels, member.thread);
  }
  Atomics.sub(control, field.active, 1);
  Atomics.notify(control, field.active);
}
