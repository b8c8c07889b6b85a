import { LabError } from "../core/errors.js";
import { createKey } from "../core/random.js";
import { locateBuilt } from "../platform/locations.js";
import { Worker } from "../platform/workers.js";
import type { BatchReply, BatchWork } from "./batch-worker.js";
import { type Batch, type CaseSynthesizer, makeBatch } from "./batch.js";
import { openBank } from "./case-bank.js";

/** Hands out the batch of each step, in order. */
export interface BatchFeed {
  /** The batch of a step. Rejects with the error that making it threw. */
  next(step: number): Promise<Batch>;
  close(): Promise<void>;
}

/**
 * Makes batches in a thread of its own, some steps ahead of the one that is asked for.
 *
 * @param ahead batches made before they are needed; default 3.
 */
export function startBatchFeed(work: BatchWork, steps: number, ahead = 3): BatchFeed {
  const worker = new Worker(locateBuilt("batchWorker"), { workerData: { batches: work } });
  worker.unref();
  const ready = new Map<number, BatchReply>();
  let wake: (() => void) | undefined;
  let death: Error | undefined;
  let asked = -1;
  worker.on("message", (reply: BatchReply) => {
    ready.set(reply.step, reply);
    wake?.();
  });
  const die = (reason: string): void => {
    death ??= new LabError("batches", reason, "a thread that makes them to the end");
    wake?.();
  };
  worker.on("error", (error) => die(error.message));
  worker.on("exit", (code) => die(`its thread ended with exit code ${code}`));
  return {
    async next(step) {
      if (asked < step - 1) asked = step - 1;
      while (asked < Math.min(steps - 1, step + ahead)) worker.postMessage(++asked);
      // The thread must hold the process while somebody waits for it.
      worker.ref();
      try {
        for (;;) {
          const reply = ready.get(step);
          if (reply) {
            ready.delete(step);
            if ("failure" in reply) throw reply.failure;
            return reply.batch;
          }
          if (death) throw death;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        worker.unref();
      }
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** Makes batches in this thread when they are asked for: for a synthesizer that is a function of this program. */
export function createBatchFeed(work: BatchWork, synthesize?: CaseSynthesizer): BatchFeed {
  const reader = openBank(work.bank);
  const key = createKey(work.seed);
  return {
    next: (step) => new Promise((resolve) => resolve(makeBatch(reader, work.recipe, key, step, synthesize))),
    close: () => Promise.resolve(),
  };
}
