import type { TumorOrgan } from "../../../anatomy/organs.js";
import { joinError, LabError, locateErrors } from "../../../core/errors.js";
import type { RunOptions } from "../../../core/progress.js";
import { runInWorkers } from "../../../core/worker-pool.js";
import { locateBuilt } from "../../../platform/locations.js";
import { armOf, hostsPerReal } from "../../plan/arms.js";
import { canonicalJson, type ExperimentPlan, listTrials } from "../../plan/plan.js";
import { extentOf, type ScanExtent } from "../../plan/tests.js";
import { planHosts } from "./hosts.js";
import { type ExperimentScan, openCohortSource, openTestSource } from "./open-source.js";
import { withOwnTumors } from "./phantom-source.js";
import type { ScanSource } from "./scan-source.js";
import { runScanTask, type ScanReply, type ScanTask } from "./scan-worker.js";
import { requirePatients } from "./trial-cases.js";

/** Patients of one organ and source that are still looked for. */
interface Search {
  organ: TumorOrgan;
  source: ScanSource;
  extent: ScanExtent;
  found: number;
  candidates: Iterator<ExperimentScan>;
}

/**
 * Makes the scans that the trials of some organs share, in `workers` threads: draws phantoms, reads and cuts those of a
 * folder. Trials would make what they miss; made beforehand, no two do the same. Scans that are there are kept, but the files
 * of a folder are read and held against the plan each time.
 *
 * @throws LabError naming the scan when one cannot be made or written or its files have changed, or when a source has too few that show a tumor; the signal's reason when
 *   aborted.
 */
export async function prepareExperimentScans(
  plan: ExperimentPlan,
  folder: string,
  organs: readonly TumorOrgan[],
  workers: number,
  { progress, signal }: RunOptions = {},
): Promise<void> {
  const { tests, arms } = plan;
  const training = openCohortSource(plan);
  const testing = tests.map((test) => openTestSource(plan, test));
  const extents = tests.map(extentOf);
  const searches: Search[] = organs.flatMap((organ) =>
    [training, ...testing].map((source, at) => ({
      organ,
      source,
      extent: at === 0 ? "crop" : extents[at - 1],
      found: 0,
      candidates: source.listTumorScans(organ)[Symbol.iterator](),
    })),
  );
  const hosts = arms.some((arm) => hostsPerReal(arm) > 0) ? [training] : [];
  // By all that tells them apart: two folders may have a case of one name.
  const healthy = new Map(
    organs
      .flatMap((organ) => [...hosts, ...testing].flatMap((source) => source.listHealthyScans(organ)))
      .map((scan) => [canonicalJson(scan), scan]),
  );
  let tasks: ScanTask[] = [
    ...[...healthy.values()].map((scan): ScanTask => ({ kind: "healthy", scan })),
    ...listOwnTumors(plan, organs),
  ];
  let before = 0;
  for (;;) {
    const askedBy = searches.flatMap((search) =>
      takeUpTo(search.candidates, search.source.maxPatients(search.organ) - search.found).map((scan) => ({
        search,
        scan,
      })),
    );
    tasks = [
      ...askedBy.map(({ search: { organ, extent }, scan }): ScanTask => ({
        kind: "tumor",
        organ,
        scan,
        extent,
      })),
      ...tasks,
    ];
    if (tasks.length === 0) break;
    const done = before;
    const replies = await runInWorkers<ScanTask, ScanReply>(
      tasks,
      {
        script: locateBuilt("scanWorker"),
        workerData: { scans: { plan, folder } },
        run: (task) => runScanTask(plan, folder, task),
        fail: (_, reason) => ({ reason }),
        labelOf: ({ scan }) => scan.name,
      },
      workers,
      {
        signal,
        progress: (update) =>
          progress?.({ ...update, done: done + update.done, total: done + (update.total ?? 0) }),
      },
    );
    throwFailure(tasks, replies);
    askedBy.forEach(({ search }, at) => {
      if ((replies[at] as { shows: boolean }).shows) search.found++;
    });
    before += tasks.length;
    tasks = [];
  }
  for (const { source, organ, found } of searches) requirePatients(source, organ, found);
}

/** The hosts with the phantom's own tumors that the trials of some organs learn from. */
function listOwnTumors(plan: ExperimentPlan, organs: readonly TumorOrgan[]): ScanTask[] {
  const found = new Map<string, ScanTask>();
  for (const trial of listTrials(plan)) {
    const { tumorsOf, syntheticPerReal } = armOf(plan, trial);
    if (tumorsOf !== "phantom" || !organs.includes(trial.organ)) continue;
    const count = syntheticPerReal * trial.size;
    for (const { scan, round } of planHosts(plan, trial, count).slice(0, count)) {
      if (scan.kind !== "phantom") continue;
      const own = withOwnTumors(scan, round);
      found.set(canonicalJson([trial.organ, own]), { kind: "tumor", organ: trial.organ, scan: own });
    }
  }
  return [...found.values()];
}

/** Throws why the first of the scans that failed did, as its own error where that can be acted on. */
function throwFailure(tasks: readonly ScanTask[], replies: readonly ScanReply[]): void {
  const failed = replies.findIndex((reply) => "reason" in reply);
  if (failed < 0) return;
  const reply = replies[failed];
  const { name } = tasks[failed].scan;
  const others = new Set(tasks.filter((_, at) => "reason" in replies[at]).map(({ scan }) => scan.name));
  const place = `scan ${name}${others.size > 1 ? `, one of ${others.size} that fail` : ""}`;
  const { reason, error } = reply as Extract<ScanReply, { reason: string }>;
  if (!error) throw new LabError(place, reason, "a scan that can be made and kept");
  locateErrors(
    (input) => `${place}, ${input}`,
    () => {
      throw joinError(error);
    },
  );
}

function takeUpTo<T>(items: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = items.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}
