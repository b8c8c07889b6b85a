import { equivalentRadiusMm, sizeClassOf } from "../../../anatomy/size-class.js";
import { LabError } from "../../../core/errors.js";
import { type RunOptions, throwIfAborted } from "../../../core/progress.js";
import { splitCohort } from "../../../data/split/split.js";
import type { TrainedSynthesizer } from "../../../tumor/synthesizer.js";
import { armOf } from "../../plan/arms.js";
import type { ExperimentPlan, PlanTest, TrialSpec } from "../../plan/plan.js";
import { extentOf, type ScanExtent } from "../../plan/tests.js";
import { planHosts, type TrialHost } from "./hosts.js";
import { type ExperimentScan, openCohortSource, openTestSource } from "./open-source.js";
import { withOwnTumors } from "./phantom-source.js";
import type { ScanSource } from "./scan-source.js";
import type { HostFiles, ScanStore } from "./scan-store.js";
import type { StoredCase } from "./stored-case.js";

/** The first patients of a source whose scans show a tumor of the organ, as many as it uses. */
async function openTumorCases(
  store: ScanStore,
  organ: TrialSpec["organ"],
  source: ScanSource<ExperimentScan>,
  { signal, extent }: RunOptions & { extent?: ScanExtent } = {},
): Promise<StoredCase[]> {
  const found: StoredCase[] = [];
  const most = source.maxPatients(organ);
  for (const scan of source.listTumorScans(organ)) {
    if (found.length === most) return found;
    throwIfAborted(signal);
    const each = await store.openTumor(organ, scan, extent);
    if (each) found.push(each);
  }
  requirePatients(source, organ, found.length);
  return found;
}

/** Throws a LabError unless a source has enough patients whose scans show a tumor of the organ. */
export function requirePatients(source: ScanSource, organ: TrialSpec["organ"], found: number): void {
  const least = source.leastPatients(organ);
  if (found >= least) return;
  const expected = Number.isFinite(source.maxPatients(organ)) ? `${least}` : `at least ${least}`;
  throw new LabError(
    source.name,
    `${found} whose scan shows a tumor of the ${organ}`,
    expected,
    source.advice,
  );
}

/**
 * The real cases of a trial: of the cohort's patients with a tumor, in an order of the seed, the first `size`. Every
 * beginning of the order holds the size classes of tumors in fair shares, and larger subsets hold the smaller ones; all
 * arms of a size and seed have the same.
 */
export async function openRealCases(
  store: ScanStore,
  plan: ExperimentPlan,
  { organ, size, seed }: TrialSpec,
  options: RunOptions = {},
): Promise<StoredCase[]> {
  const pool = await openTumorCases(store, organ, openCohortSource(plan), options);
  const byName = new Map(pool.map((each) => [each.name, each]));
  const scans = pool.map(({ name, patient, tumorMl }) => ({
    scan: name,
    patient,
    stratum: sizeClassOf(equivalentRadiusMm(tumorMl)),
  }));
  const { nested } = splitCohort(scans, { seed, testShare: 0, trainSizes: [size] });
  return nested[0].scans.map((name) => byName.get(name)!);
}

/**
 * The cases of a trial with tumors put into healthy scans: the first so many of a list that the seed decides, in hosts of
 * the cohort that take turns. It is a fixed list: what "three synthetic for each real" means is three times as many
 * different cases, not a tumor that is new in every patch. Larger sizes hold the cases of smaller ones, but for a generator
 * that learned: it is another one at each size.
 */
export async function openSyntheticCases(
  store: ScanStore,
  plan: ExperimentPlan,
  trial: TrialSpec,
  count: number,
  options: RunOptions & { trained?: TrainedSynthesizer } = {},
): Promise<StoredCase[]> {
  const { organ } = trial;
  const { counts, radiiMm } = plan.synthesis;
  const { trained } = options;
  const isOwn = armOf(plan, trial).tumorsOf === "phantom";
  return takeHosts(plan, trial, count, options, "synthetic tumors", ({ scan, lesion, round }) =>
    isOwn && scan.kind === "phantom"
      ? store.openTumor(organ, withOwnTumors(scan, round))
      : store.openSynthetic(organ, scan, lesion, { counts, radiiMm }, trained),
  );
}

/** The healthy scans of a trial, without tumors: the hosts of as many synthetic cases, in their order. */
export async function openHealthyCases(
  store: ScanStore,
  plan: ExperimentPlan,
  trial: TrialSpec,
  count: number,
  options: RunOptions = {},
): Promise<StoredCase[]> {
  return takeHosts(plan, trial, count, options, "healthy scans", ({ scan }) =>
    store.openControl(trial.organ, scan),
  );
}

/** The hosts of a trial whose tumors are drawn on the fly: those of as many stored cases, each once. */
export async function openTrialHosts(
  store: ScanStore,
  plan: ExperimentPlan,
  trial: TrialSpec,
  count: number,
  options: RunOptions = {},
): Promise<HostFiles[]> {
  const found = await takeHosts(plan, trial, count, options, "hosts of tumors", ({ scan }) =>
    store.openHost(trial.organ, scan),
  );
  return [...new Map(found.map((host) => [host.ct, host])).values()];
}

/** What is made of the first hosts of a trial, `count` of them; hosts of which nothing can be made are passed over. */
async function takeHosts<T>(
  plan: ExperimentPlan,
  trial: TrialSpec,
  count: number,
  { signal }: RunOptions,
  what: string,
  make: (host: TrialHost) => Promise<T | undefined>,
): Promise<T[]> {
  if (count === 0) return [];
  const found: T[] = [];
  const hosts = planHosts(plan, trial, count);
  for (const host of hosts) {
    throwIfAborted(signal);
    const each = await make(host);
    if (each) found.push(each);
    if (found.length === count) return found;
  }
  throw new LabError(
    `${what} of the ${trial.organ}`,
    `${found.length} of ${hosts.length} that fit`,
    `${count}`,
    "Choose a finer grid or smaller tumors, or more healthy scans",
  );
}

/** The cases of a test set: patients with a tumor of the organ, then those without any. */
export async function openTestCases(
  store: ScanStore,
  plan: ExperimentPlan,
  organ: TrialSpec["organ"],
  test: PlanTest,
  options: RunOptions = {},
): Promise<StoredCase[]> {
  const source = openTestSource(plan, test);
  const extent = extentOf(test);
  const cases = await openTumorCases(store, organ, source, { ...options, extent });
  for (const scan of source.listHealthyScans(organ)) {
    throwIfAborted(options.signal);
    const each = await store.openControl(organ, scan, extent);
    if (each) cases.push(each);
  }
  return cases;
}
