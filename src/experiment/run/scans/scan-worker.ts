import type { TumorOrgan } from "../../../anatomy/organs.js";
import { describeError, type ErrorParts, splitError } from "../../../core/errors.js";
import { parentPort, workerData } from "../../../platform/workers.js";
import type { ExperimentPlan } from "../../plan/plan.js";
import type { ScanExtent } from "../../plan/tests.js";
import { checkFolderScan } from "./folder-source.js";
import type { ExperimentScan } from "./open-source.js";
import { openScanStore } from "./scan-store.js";

/** A scan to be made for the folder of an experiment's scans. */
export type ScanTask =
  | { kind: "tumor"; organ: TumorOrgan; scan: ExperimentScan; extent?: ScanExtent }
  | { kind: "healthy"; scan: ExperimentScan };

/** Whether it shows what it was made for, or why it could not be made. */
export type ScanReply = { shows: boolean } | { reason: string; error?: ErrorParts };

/** Makes a scan unless it is there. The files of a folder's scan are held against the plan also where what is made is there. */
export async function runScanTask(plan: ExperimentPlan, folder: string, task: ScanTask): Promise<ScanReply> {
  try {
    if (task.scan.kind === "folder") await checkFolderScan(task.scan);
    const store = await openScanStore(plan, folder);
    if (task.kind === "tumor") {
      const { organ, scan, extent } = task;
      return { shows: (await store.openTumor(organ, scan, extent)) !== undefined };
    }
    await store.prepareHealthy(task.scan);
    return { shows: true };
  } catch (error) {
    const parts = splitError(error);
    return { reason: describeError(error), ...(parts ? { error: parts } : {}) };
  }
}

interface ScanWork {
  plan: ExperimentPlan;
  folder: string;
}

/** In a worker thread this file makes each scan it is sent. */
if (parentPort && (workerData as { scans?: ScanWork } | undefined)?.scans) {
  const port = parentPort;
  const { plan, folder } = (workerData as { scans: ScanWork }).scans;
  port.on("message", (task: ScanTask) => {
    void runScanTask(plan, folder, task).then((reply) => port.postMessage(reply));
  });
}
