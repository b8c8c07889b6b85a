import type { TumorOrgan } from "../../anatomy/organs.js";
import { LabError } from "../../core/errors.js";
import type { RunOptions } from "../../core/progress.js";
import { runInWorkers } from "../../core/worker-pool.js";
import { locateBuilt } from "../../platform/locations.js";
import type { PatientScan } from "../plan/patients.js";
import type { ExperimentPlan } from "../plan/plan.js";
import { runScanTask, type ScanAnswer, type ScanTask } from "./scan-worker.js";
import { listCandidates, listHealthy } from "./trial-cases.js";

/** Patients of one organ, hospital and seed that are still looked for. */
interface Search {
  organ: TumorOrgan;
  missing: number;
  candidates: Generator<PatientScan, void, undefined>;
}

/**
 * Draws the scans that the trials of some organs share, in `workers` threads. Trials would draw what they miss; drawn
 * beforehand, no two do the same. Scans that are there are kept.
 *
 * @throws LabError when a scan cannot be drawn or written; the signal's reason when aborted.
 */
export async function prepareExperimentScans(
  plan: ExperimentPlan,
  folder: string,
  organs: readonly TumorOrgan[],
  workers: number,
  { progress, signal }: RunOptions = {},
): Promise<void> {
  const { cohort, tests, arms } = plan;
  const searches: Search[] = organs.flatMap((organ) =>
    [cohort, ...tests].map(({ hospital, seed, patients }) => ({
      organ,
      missing: patients,
      candidates: listCandidates(organ, hospital, seed, "tumor"),
    })),
  );
  const hosts = arms.some(({ syntheticPerReal }) => syntheticPerReal > 0) ? cohort.healthy : 0;
  const healthy = new Map(
    organs
      .flatMap((organ) => [
        ...listHealthy(organ, cohort, hosts),
        ...tests.flatMap((test) => listHealthy(organ, test, test.controls ?? 0)),
      ])
      .map((patient) => [patient.name, patient]),
  );
  let tasks: ScanTask[] = [...healthy.values()].map((patient) => ({ kind: "healthy", patient }));
  let before = 0;
  for (;;) {
    const askedBy = searches.flatMap((search) =>
      takeUpTo(search.candidates, search.missing).map((patient) => ({ search, patient })),
    );
    tasks = [
      ...askedBy.map(({ search, patient }): ScanTask => ({ kind: "tumor", organ: search.organ, patient })),
      ...tasks,
    ];
    if (tasks.length === 0) return;
    const done = before;
    const answers = await runInWorkers<ScanTask, ScanAnswer>(
      tasks,
      {
        script: locateBuilt("scanWorker"),
        workerData: { scans: { plan, folder } },
        run: (task) => runScanTask(plan, folder, task),
        fail: (_, reason) => ({ reason }),
        labelOf: ({ patient }) => patient.name,
      },
      workers,
      {
        signal,
        progress: (update) =>
          progress?.({ ...update, done: done + update.done, total: done + (update.total ?? 0) }),
      },
    );
    const failed = answers.findIndex((answer) => "reason" in answer);
    if (failed >= 0) {
      const { reason } = answers[failed] as { reason: string };
      throw new LabError(`scan ${tasks[failed].patient.name}`, reason, "a scan that can be drawn and kept");
    }
    askedBy.forEach(({ search }, at) => {
      if ((answers[at] as { shows: boolean }).shows) search.missing--;
    });
    before += tasks.length;
    tasks = [];
  }
}

function takeUpTo<T>(items: Generator<T, void, undefined>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { value, done } = items.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
