import { equivalentRadiusMm, sizeClassOf } from "../../anatomy/size-class.js";
import { LabError } from "../../core/errors.js";
import { type RunOptions, throwIfAborted } from "../../core/progress.js";
import { createKey } from "../../core/random.js";
import { splitCohort } from "../../data/split/split.js";
import { planMix } from "../../synthesis/plan.js";
import type { PreparedCase } from "../../training/prepared-case.js";
import { listPatients, type PatientScan } from "../plan/patients.js";
import type { ExperimentPlan, PlanTest, TrialSpec } from "../plan/plan.js";
import type { ScanStore, StoredCase } from "./scan-store.js";

/** The first `count` patients of a hospital and seed whose scans show a tumor of the organ. */
export async function openTumorCases(
  store: ScanStore,
  organ: TrialSpec["organ"],
  { hospital, seed, patients }: Pick<PlanTest, "hospital" | "seed" | "patients">,
  { signal }: RunOptions = {},
): Promise<StoredCase[]> {
  const found: StoredCase[] = [];
  for (const patient of listCandidates(organ, hospital, seed, "tumor")) {
    if (found.length === patients) return found;
    throwIfAborted(signal);
    const each = await store.openTumor(organ, patient);
    if (each) found.push(each);
  }
  throw new LabError(
    `patients at ${hospital}, seed ${seed}`,
    `${found.length} whose scan shows a tumor of the ${organ}`,
    `${patients}`,
    "Make the grid larger or finer, or ask for fewer patients",
  );
}

/** Patients that may show the organ, and its tumor where there is to be one: men have no uterus. */
export function* listCandidates(
  organ: TrialSpec["organ"],
  hospital: string,
  seed: number,
  kind: "tumor" | "healthy",
): Generator<PatientScan, void, undefined> {
  for (const patient of listPatients(hospital, seed, kind))
    if (organ !== "uterus" || patient.sex === "female") yield patient;
}

/** The first `count` healthy patients for an organ. */
export function listHealthy(
  organ: TrialSpec["organ"],
  { hospital, seed }: { hospital: string; seed: number },
  count: number,
): PatientScan[] {
  const found: PatientScan[] = [];
  if (count === 0) return found;
  for (const patient of listCandidates(organ, hospital, seed, "healthy")) {
    found.push(patient);
    if (found.length === count) break;
  }
  return found;
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
  const pool = await openTumorCases(store, organ, plan.cohort, options);
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
  const { cohort, synthesis } = plan;
  const hosts = listHealthy(organ, cohort, cohort.healthy);
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const healthy = hosts.map(({ name, patient, phase }) => ({
    case: name,
    patient,
    phase,
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
  organ: TrialSpec["organ"],
  test: PlanTest,
  options: RunOptions = {},
): Promise<StoredCase[]> {
  const cases = await openTumorCases(store, organ, test, options);
  for (const patient of listHealthy(organ, test, test.controls ?? 0)) {
    throwIfAborted(options.signal);
    const each = await store.openControl(organ, patient);
    if (each) cases.push(each);
  }
  return cases;
}
