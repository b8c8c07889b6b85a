import type { TumorOrgan } from "../../anatomy/organs.js";
import { parentPort, workerData } from "../../platform/workers.js";
import type { PatientScan } from "../plan/patients.js";
import type { ExperimentPlan } from "../plan/plan.js";
import { openScanStore } from "./scan-store.js";

/** A scan to be drawn into the folder of an experiment's scans. */
export type ScanTask =
  { kind: "tumor"; organ: TumorOrgan; patient: PatientScan } | { kind: "healthy"; patient: PatientScan };

/** Whether it shows what it was drawn for, or why it could not be drawn. */
export type ScanAnswer = { shows: boolean } | { reason: string };

/** Draws a scan unless it is there. */
export async function runScanTask(plan: ExperimentPlan, folder: string, task: ScanTask): Promise<ScanAnswer> {
  try {
    const store = await openScanStore(plan, folder);
    if (task.kind === "tumor")
      return { shows: (await store.openTumor(task.organ, task.patient)) !== undefined };
    await store.prepareHealthy(task.patient);
    return { shows: true };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

interface ScanWork {
  plan: ExperimentPlan;
  folder: string;
}

/** In a worker thread this file draws each scan it is sent. */
if (parentPort && (workerData as { scans?: ScanWork } | undefined)?.scans) {
  const port = parentPort;
  const { plan, folder } = (workerData as { scans: ScanWork }).scans;
  port.on("message", (task: ScanTask) => {
    void runScanTask(plan, folder, task).then((answer) => port.postMessage(answer));
  });
}
