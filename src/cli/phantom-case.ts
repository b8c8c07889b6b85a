import { parentPort, workerData } from "node:worker_threads";
import type { PhantomOptions } from "../phantom/make-case.js";
import { writePhantomCase, type WrittenCase } from "../phantom/write-case.js";
import { oneLine } from "./command.js";

/** What holds for all cases of a run; the signal stays with the main thread. */
export interface PhantomSettings {
  folder: string;
  options: Omit<PhantomOptions, "signal">;
}

/** A case that was made or kept, or why it could not be. */
export type PhantomAnswer = WrittenCase | { reason: string };

/** In a worker thread this file makes each case whose index it is sent. */
if (parentPort && (workerData as { phantom?: PhantomSettings } | undefined)?.phantom) {
  const port = parentPort;
  const { folder, options } = (workerData as { phantom: PhantomSettings }).phantom;
  port.on("message", (caseIndex: number) => {
    writePhantomCase(folder, caseIndex, options).then(
      (written) => port.postMessage(written satisfies PhantomAnswer),
      (error: unknown) => port.postMessage({ reason: oneLine(error) } satisfies PhantomAnswer),
    );
  });
}
