import { describeError } from "../core/errors.js";
import { parentPort, workerData } from "../platform/workers.js";
import type { PhantomOptions } from "./make-case.js";
import { writePhantomCase, type WrittenCase } from "./write-case.js";

/** What holds for all cases of a run; the signal stays with the main thread. */
export interface PhantomSettings {
  folder: string;
  options: Omit<PhantomOptions, "signal">;
}

/** A case that was made or kept, or why it could not be. */
export type PhantomReply = WrittenCase | { reason: string };

/** Makes or keeps one case; what goes wrong becomes the reason. */
export async function makePhantom(
  caseIndex: number,
  { folder, options }: PhantomSettings,
): Promise<PhantomReply> {
  try {
    return await writePhantomCase(folder, caseIndex, options);
  } catch (error) {
    return { reason: describeError(error) };
  }
}

/** In a worker thread this file makes each case whose index it is sent. */
const settings = (workerData as { phantom?: PhantomSettings } | undefined)?.phantom;
if (parentPort && settings) {
  const port = parentPort;
  port.on("message", (caseIndex: number) => {
    void makePhantom(caseIndex, settings).then((answer) => port.postMessage(answer));
  });
}
