import { LabError } from "../../core/errors.js";
import { locateBuilt } from "../../platform/locations.js";
import { canShareMemory, makeShared } from "../../platform/memory.js";
import { Worker } from "../../platform/workers.js";
import type { Arena } from "./arena.js";
import { controlBytes, field, waitForChange, workOnJob } from "./control.js";
import {
  type CompiledKernels,
  instantiateKernels,
  type KernelName,
  kernelNames,
  type Kernels,
  type SharedMemory,
} from "./wasm.js";
import type { CrewMember } from "./worker.js";

/** A parameter of a kernel: an address or whole number, or a number in single precision. */
export type Parameter = number | { float: number };

/** How a job is cut up. */
export interface JobOptions {
  /** Items a thread takes at a time. Default 1. */
  run?: number;
  /** Memory of each thread for itself. Default 0. */
  scratchBytes?: number;
}

const paramBytes = 128;

/**
 * The threads that run kernels: this one and workers, all on one memory. A job returns when all its items are done. The
 * workers do not keep the process alive.
 */
export class Crew {
  /** For functions that run on this thread alone. */
  readonly kernels: Kernels;
  private readonly arena: Arena;
  private readonly compiled: CompiledKernels;
  private readonly memory: SharedMemory;
  private readonly params: number;
  private readonly shared = makeShared(controlBytes);
  private readonly control = new Int32Array(this.shared);
  private workers: Worker[] = [];

  constructor(compiled: CompiledKernels, memory: SharedMemory, arena: Arena) {
    this.compiled = compiled;
    this.memory = memory;
    this.arena = arena;
    this.kernels = instantiateKernels(compiled.module, memory);
    this.params = arena.allocate(paramBytes);
    Atomics.store(this.control, field.state, 1);
  }

  /** Threads at work, this one included. */
  get threads(): number {
    return this.workers.length + 1;
  }

  /** Starts or stops workers until there are so many threads, this one included; alone where threads share no memory. */
  async setThreads(wanted: number): Promise<void> {
    const threads = canShareMemory ? wanted : 1;
    while (this.threads < threads) {
      const member: CrewMember = {
        module: this.compiled.module,
        memory: this.memory,
        control: this.shared,
        thread: this.threads,
      };
      const worker = new Worker(locateBuilt("engineWorker"), { workerData: member });
      worker.unref();
      this.workers.push(worker);
    }
    const leaving = this.workers.splice(threads - 1);
    this.close();
    await Promise.all(leaving.map((worker) => worker.terminate()));
  }

  /** Runs a kernel over `items` items. */
  run(kernel: KernelName, items: number, params: readonly Parameter[], options: JobOptions = {}): void {
    const { run = 1, scratchBytes = 0 } = options;
    const view = new DataView(this.arena.buffer, this.params, paramBytes);
    const work = (scratch: number): void => {
      if (this.threads > 1 && items > run) this.close();
      params.forEach((value, i) => {
        if (typeof value === "number") view.setUint32(4 * i, value, true);
        else view.setFloat32(4 * i, value.float, true);
      });
      const done =
        this.threads === 1 || items <= run
          ? this.workAlone(kernel, items, scratch)
          : this.share(kernel, items, run, scratch, scratchBytes);
      if (!done)
        throw new LabError(
          "engine simd",
          `kernel ${kernel} left its memory`,
          "addresses of tensors",
          "This is a defect of the engine: choose the engine reference and report it",
        );
    };
    if (scratchBytes === 0) work(0);
    else this.arena.borrow(scratchBytes * this.threads, work);
  }

  private workAlone(kernel: KernelName, items: number, scratch: number): boolean {
    try {
      this.kernels[kernel](this.params, scratch, 0, items);
      return true;
    } catch {
      return false;
    }
  }

  /** Whether every item was done without a failure. */
  private share(
    kernel: KernelName,
    items: number,
    run: number,
    scratch: number,
    scratchBytes: number,
  ): boolean {
    const { control } = this;
    control[field.next] = 0;
    control[field.items] = items;
    control[field.run] = run;
    control[field.finished] = 0;
    control[field.failed] = 0;
    control[field.kernel] = kernelNames.indexOf(kernel);
    control[field.params] = this.params;
    control[field.scratch] = scratch;
    control[field.scratchBytes] = scratchBytes;
    Atomics.add(control, field.state, 1);
    Atomics.notify(control, field.state);
    workOnJob(control, this.kernels, 0);
    for (;;) {
      const finished = Atomics.load(control, field.finished);
      if (finished >= items) break;
      waitForChange(control, field.finished, finished, 1000);
    }
    return Atomics.load(control, field.failed) === 0;
  }

  /** Closes the last job and waits until no worker looks at it any more. */
  private close(): void {
    const { control } = this;
    if ((Atomics.load(control, field.state) & 1) === 0) Atomics.add(control, field.state, 1);
    for (;;) {
      const active = Atomics.load(control, field.active);
      if (active === 0) return;
      waitForChange(control, field.active, active, 1000);
    }
  }
}
