import type { RunOptions } from "../core/progress.js";
import { runInWorkers } from "../core/worker-pool.js";
import { rm } from "../platform/files.js";
import { locateBuilt } from "../platform/locations.js";
import { phantomCaseId } from "./make-case.js";
import { makePhantom, type PhantomReply, type PhantomSettings } from "./phantom-worker.js";
import { partialFolder } from "./write-case.js";

/** What became of one case of a run. */
export type PhantomResult = PhantomReply & { caseIndex: number };

/**
 * Makes cases, each in one of `workers` threads, so that Ctrl-C is heard while one is being made. Results come in the
 * order of the cases. A case that fails leaves the others be; an interrupted one leaves nothing behind.
 *
 * @throws the signal's reason when aborted.
 */
export async function makePhantoms(
  caseIndices: readonly number[],
  settings: PhantomSettings,
  workers: number,
  options: RunOptions = {},
): Promise<PhantomResult[]> {
  const work = {
    script: locateBuilt("phantomWorker"),
    workerData: { phantom: settings },
    apart: true,
    run: (caseIndex: number) => makePhantom(caseIndex, settings),
    fail: (_: number, reason: string): PhantomReply => ({ reason }),
    cleanUp: (caseIndex: number) => {
      const caseId = phantomCaseId(settings.options.hospital ?? "reference", caseIndex);
      return rm(partialFolder(settings.folder, caseId), { recursive: true, force: true });
    },
    labelOf: (caseIndex: number) => `case ${caseIndex}`,
  };
  const answers = await runInWorkers(caseIndices, work, workers, options);
  return answers.map((answer, k) => ({ ...answer, caseIndex: caseIndices[k] }));
}
