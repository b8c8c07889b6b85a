import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { LabError } from "tumorlab/internal/core/errors";
import { OpenScan, type ScanPlace } from "./open-scan.js";

/** What the server asks of the thread that holds a scan. */
export type ScanQuestion =
  | { ask: "describe" }
  | { ask: "whole" }
  | { ask: "plane"; plane: string; index: number }
  | { ask: "measure"; voxel: Triple };

/** An answer, or a sentence on what is wrong with the scan. */
export type ScanAnswer = { id: number } & ({ value: unknown; bytes: number } | { refusal: string });

/** Holds one scan open and answers questions on it until it is ended. */
function serve(place: ScanPlace): void {
  const scan = new OpenScan(place);
  const find = (question: ScanQuestion): unknown => {
    if (question.ask === "describe") return scan.describe();
    if (question.ask === "whole") return scan.whole;
    if (question.ask === "plane") return scan.takePlane(question.plane, question.index);
    return scan.measure(question.voxel);
  };
  const answer = async ({ id, question }: { id: number; question: ScanQuestion }): Promise<void> => {
    try {
      const value = await find(question);
      const moved = ArrayBuffer.isView(value) ? [value.buffer as ArrayBuffer] : [];
      parentPort?.postMessage({ id, value, bytes: scan.bytes } satisfies ScanAnswer, moved);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      parentPort?.postMessage({ id, refusal: error.message } satisfies ScanAnswer);
    }
  };
  parentPort?.on("message", (message: { id: number; question: ScanQuestion }) => void answer(message));
}

if (!isMainThread) serve(workerData as ScanPlace);
