import { equivalentRadiusMm, sizeClassOf } from "../../../anatomy/size-class.js";
import { LabError } from "../../../core/errors.js";
import { type RunOptions, throwIfAborted } from "../../../core/progress.js";
import { createKey } from "../../../core/random.js";
import { splitCohort } from "../../../data/split/split.js";
import { planMix } from "../../../synthesis/plan.js";
import type { PreparedCase } from "../../../training/prepared-case.js";
import type { ExperimentPlan, PlanTest, TrialSpec } from "../../plan/plan.js";
import { type ExperimentScan, openCohortSource, openTestSource } from "./open-source.js";
import type { ScanSource } from "./scan-source.js";
import type { ScanStore, StoredCase } from "./scan-store.js";

/** The first patients of a source whose scans show a tumor of the organ, as many as it uses. */
async function openTumorCases(
  store: ScanStore,
  organ: TrialSpec["organ"],
  source: ScanSource<ExperimentScan>,
  { signal }: RunOptions = {},
): Promise<StoredCase[]> {
  const found: StoredCase[] = [];
  for (const scan of source.listTumorScans(organ)) {
    if (found.length === source.patients) return found;
    throwIfAborted(signal);
    const each = await store.openTumor(organ, scan);
    if (each) found.push(each);
  }
  requirePatients(source, organ, found.length);
  return found;
}

/** Throws a LabError unless a source has enough patients whose scans show a tumor of the organ. */
export function requirePatients(source: ScanSource, organ: TrialSpec["organ"], found: number): void {
  const least = source.leastPatients(organ);
  if (found >= least) return;
  const expected = Number.isFinite(source.patients) ? `${least}` : `at least ${least}`;
  throw new LabError(
    source.name,
    `${found} whose scan shows a tumor of the ${organ}`,
    expected,
    source.advice,
  );
}

/**
 * The real cases of a trial: of the cohort's patients with a tumor, in an order of the seed, the first `size`. Every
 * beginning of the order holds the size classes of tumors in fair shares, and larger subsets hold the smaller ones; both
 * arms of a size and seed have the same.
 */
export async function openRealCases(
  store: ScanStore,
  plan: ExperimentPlan,
  { organ, size, seed }: TrialSpec,
  options: RunOptions = {},
): Promise<StoredCase[]> {
  const pool = await openTumorCases(store, organ, openCohortSource(plan), options);
  const byName = new Map(pool.map((each) => [each.prepared.name, each]));
  const scans = pool.map(({ prepared }) => ({
    scan: prepared.name,
    patient: prepared.patient,
    stratum: sizeClassOf(equivalentRadiusMm(tumorMl(prepared))),
  }));
  const { nested } = splitCohort(scans, { seed, testShare: 0, trainSizes: [size] });
  return nested[0].scans.map((name) => byName.get(name)!);
}

function tumorMl({ labels, spacingMm }: PreparedCase): number {
  let voxels = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === 2) voxels++;
  return (voxels * spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
}

/**
 * The synthetic cases of a trial: the first so many of a list that the seed decides, in healthy scans of the cohort that
 * take turns. It is a fixed list: what "three synthetic for each real" means is three times as many different cases, not
 * a tumor that is new in every patch. Larger sizes hold the cases of smaller ones.
 */
export async function openSyntheticCases(
  store: ScanStore,
  plan: ExperimentPlan,
  { organ, seed }: TrialSpec,
  count: number,
  { signal }: RunOptions = {},
): Promise<StoredCase[]> {
  if (count === 0) return [];
  const { synthesis } = plan;
  const hosts = openCohortSource(plan).listHealthyScans(organ);
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const healthy = hosts.map(({ name, patient, phase }) => ({
    case: name,
    patient,
    ...(phase ? { phase } : {}),
    healthyOrgans: [organ],
  }));
  // Lesions that do not fit are passed over.
  const lesions = planMix(healthy, {
    seed: createKey(seed).split("synthetic").words[0],
    ratio: 3,
    realCases: count,
    sizes: synthesis.mix,
    organs: [organ],
    methods: [synthesis.generator],
  });
  const found: StoredCase[] = [];
  for (const lesion of lesions) {
    throwIfAborted(signal);
    const each = await store.openSynthetic(organ, byName.get(lesion.host)!, lesion);
    if (each) found.push(each);
    if (found.length === count) return found;
  }
  throw new LabError(
    `synthetic tumors of the ${organ}`,
    `${found.length} of ${lesions.length} that fit`,
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
  const cases = await openTumorCases(store, organ, source, options);
  for (const scan of source.listHealthyScans(organ)) {
    throwIfAborted(options.signal);
    const each = await store.openControl(organ, scan);
    if (each) cases.push(each);
  }
  return cases;
}
