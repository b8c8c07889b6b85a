import { rm } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { RunOptions } from "../core/progress.js";
import { phantomCaseId } from "../phantom/make-case.js";
import { partialFolder } from "../phantom/write-case.js";
import { locateBuilt } from "../platform/locations.js";
import type { PhantomAnswer, PhantomSettings } from "./phantom-case.js";

/** What became of one case of a run. */
export type PhantomResult = PhantomAnswer & { caseIndex: number };

/**
 * Makes cases, each in one of `workers` threads, so that Ctrl-C is heard while one is being drawn. Results come in the
 * order of the cases. A case that fails leaves the others be; an interrupted one leaves nothing behind.
 *
 * @throws the signal's reason when aborted.
 */
export async function makePhantoms(
  caseIndices: readonly number[],
  settings: PhantomSettings,
  workers: number,
  { progress, signal }: RunOptions = {},
): Promise<PhantomResult[]> {
  const results = new Array<PhantomResult>(caseIndices.length);
  let next = 0;
  let done = 0;
  const lanes = Array.from({ length: Math.min(workers, caseIndices.length) }, async () => {
    let worker: Worker | undefined;
    try {
      while (next < caseIndices.length && !signal?.aborted) {
        const place = next++;
        const caseIndex = caseIndices[place];
        worker ??= new Worker(locateBuilt("phantomWorker"), { workerData: { phantom: settings } });
        const { died, ...answer } = await askWorker(worker, caseIndex, signal);
        if (died) {
          await worker.terminate();
          worker = undefined;
          const caseId = phantomCaseId(settings.options.hospital ?? "reference", caseIndex);
          await rm(partialFolder(settings.folder, caseId), { recursive: true, force: true });
        }
        results[place] = { ...answer, caseIndex };
        progress?.({ done: ++done, total: caseIndices.length, label: `case ${caseIndex}` });
      }
    } finally {
      await worker?.terminate();
    }
  });
  await Promise.all(lanes);
  signal?.throwIfAborted();
  return results;
}

type Answer = PhantomAnswer & { died?: boolean };

function askWorker(worker: Worker, caseIndex: number, signal: AbortSignal | undefined): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      worker.off("message", settle);
      worker.off("error", onError);
      worker.off("exit", onExit);
      signal?.removeEventListener("abort", onAbort);
      resolve(answer);
    };
    const onError = (error: Error): void => settle({ reason: error.message, died: true });
    const onExit = (code: number): void =>
      settle({ reason: `its worker ended with exit code ${code}`, died: true });
    const onAbort = (): void => settle({ reason: "interrupted", died: true });
    worker.on("message", settle);
    worker.on("error", onError);
    worker.on("exit", onExit);
    signal?.addEventListener("abort", onAbort);
    worker.postMessage(caseIndex);
  });
}
