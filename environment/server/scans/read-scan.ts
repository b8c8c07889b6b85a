import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** A scan to open. */
export interface ScanRequest {
  /** Its place on this computer. */
  file: string;
  /** Its path in the project. */
  path: string;
  /** Of a folder or archive that holds several. */
  series?: string;
  /** The place of a label map, or folder of masks, that lies over it. */
  labels?: string;
}

/** The payload as JSON, or a sentence on what is wrong with the scan. */
export type ScanAnswer = { json: string } | { refusal: string };

/**
 * Reads a scan in a thread of its own, which ends with it: the server stays awake, and the voxels are gone afterwards.
 *
 * @param signal ends the reading
 * @throws Error where the thread fails, and the signal's reason where it was ended
 */
export function readScan(request: ScanRequest, signal: AbortSignal): Promise<ScanAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(join(__dirname, "worker.js"), { workerData: request });
    const stop = () => {
      reject(signal.reason as Error);
      void worker.terminate();
    };
    signal.addEventListener("abort", stop, { once: true });
    worker.once("message", resolve).once("error", reject);
    worker.once("exit", (code) => {
      signal.removeEventListener("abort", stop);
      reject(new Error(`The thread that read ${request.path} ended with code ${code}.`));
    });
  });
}
