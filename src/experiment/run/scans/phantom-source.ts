import type { TumorOrgan } from "../../../anatomy/organs.js";
import { createKey } from "../../../core/random.js";
import type { Vec3 } from "../../../core/types.js";
import { findHospital } from "../../../phantom/hospitals.js";
import { createPhantomCase, type LabelSurroundings, phantomCaseId } from "../../../phantom/make-case.js";
import { samplePatient, type Patient, type PhantomPhase } from "../../../phantom/patient.js";
import type { LabelledScan } from "../../../training/prepared-case.js";
import type { ExperimentPlan, PhantomCohort } from "../../plan/plan.js";
import type { ScanSource, SourceScan } from "./scan-source.js";

/** The first scan of a phantom patient: plain data, enough to draw it. */
export interface PhantomScan extends SourceScan {
  kind: "phantom";
  hospital: string;
  /** Hospital whose patient it is, where the scan was taken elsewhere. */
  patientsOf?: string;
  /** Number of the tumors in this body, where they are not the first. */
  tumorSample?: number;
  seed: number;
  caseIndex: number;
  /** Names that hold the seed, so that patients of two seeds are never taken for one. */
  name: string;
  patient: string;
  sex: Patient["sex"];
  phase: PhantomPhase;
  shape: Vec3;
  spacingMm: Vec3;
}

/** Number of the first patient of a plan of version 1 who is drawn without tumor; those before are drawn with one. */
const firstHealthy = 5000;

/** Which phantom patients there are, and where they are scanned. */
export interface PhantomPatients {
  /** Where they are scanned. */
  hospital: string;
  /** Whose patients they are; default `hospital`'s. */
  patientsOf?: string;
  seed: number;
  /** Those with a tumor. */
  patients: number;
  /** Those with a tumor of an organ, where they are fewer. */
  pools?: Partial<Record<TumorOrgan, number>>;
  /** Those without that are used. */
  healthy: number;
}

/**
 * Opens the phantom patients of a cohort or a test.
 *
 * @param grid that of the plan's cohort: all scans of a plan have one.
 * @param version of the plan, which says which numbers have a tumor.
 */
export function openPhantomSource(
  { hospital, patientsOf = hospital, seed, patients, healthy, pools = {} }: PhantomPatients,
  grid: Pick<PhantomCohort, "shape" | "spacingMm">,
  version: ExperimentPlan["version"],
): ScanSource<PhantomScan> {
  const { shape, spacingMm } = grid;
  const visit = patientsOf === hospital ? {} : { patientsOf };
  const place: PhantomPlace = { hospital, ...visit, seed, shape, spacingMm };
  const patientsOfOrgan = (organ: TumorOrgan): number => Math.min(patients, pools[organ] ?? Infinity);
  const list = (organ: TumorOrgan, kind: "tumor" | "healthy"): Generator<PhantomScan, void, undefined> => {
    // Half of them may not have the organ, and some tumors may be too small to be seen.
    const last = 100 + 4 * (kind === "tumor" ? patients : healthy);
    return listPatients(organ, place, version === 1 ? numbersInHalves(kind) : everySecondNumber(kind, last));
  };
  const whose = patientsOf === hospital ? "" : ` of ${patientsOf}`;
  return {
    name: `patients${whose} at ${hospital}, seed ${seed}`,
    maxPatients: patientsOfOrgan,
    leastPatients: patientsOfOrgan,
    advice: "Make the grid larger or finer, or ask for fewer patients",
    listTumorScans: (organ) => list(organ, "tumor"),
    listHealthyScans(organ) {
      const found: PhantomScan[] = [];
      if (healthy === 0) return found;
      for (const scan of list(organ, "healthy")) {
        found.push(scan);
        if (found.length === healthy) break;
      }
      return found;
    },
  };
}

/**
 * Draws a scan: with a tumor of the organ, or without any.
 *
 * @param around the labels it will be cut to, where it will: no more is drawn than that, the same there as in the whole.
 */
export function drawPhantomScan(
  { name, patient, caseIndex, hospital, patientsOf, tumorSample, seed, shape, spacingMm }: PhantomScan,
  organ?: TumorOrgan,
  around?: LabelSurroundings,
): LabelledScan {
  const tumors = organ ? { controlShare: 0, tumorOrgans: [organ] } : { controlShare: 1 };
  const { ct, labels } = createPhantomCase(caseIndex, {
    hospital,
    seed,
    shape,
    spacingMm,
    ...(patientsOf === undefined ? {} : { patientsOf }),
    ...(tumorSample === undefined ? {} : { tumorSample }),
    ...tumors,
    around,
  });
  return { name, patient, ct, labels };
}

/**
 * The same body with the phantom's own tumors, as those of the patients with a tumor are made.
 *
 * @param sample whole number from 0; another number, other tumors.
 */
export function withOwnTumors(scan: PhantomScan, sample: number): PhantomScan {
  const name = `${scan.name}-tumor${sample}`;
  return sample === 0 ? { ...scan, name } : { ...scan, name, tumorSample: sample };
}

type PhantomPlace = Pick<PhantomScan, "hospital" | "patientsOf" | "seed" | "shape" | "spacingMm">;

/** Numbers of the patients of a kind in plans of version 1: the first half with a tumor, the second without. */
function* numbersInHalves(kind: "tumor" | "healthy"): Generator<number, void, undefined> {
  const first = kind === "tumor" ? 0 : firstHealthy;
  for (let index = first; index < first + firstHealthy; index++) yield index;
}

/** Numbers of the first so many patients of a kind: those with a tumor even, those without odd. */
function* everySecondNumber(kind: "tumor" | "healthy", count: number): Generator<number, void, undefined> {
  for (let at = 0; at < count; at++) yield 2 * at + (kind === "tumor" ? 0 : 1);
}

/**
 * The patients of a hospital and seed one after the other, each with the first scan: those of some numbers, rising. Nobody is
 * among those with a tumor and those without, as a body with and without its tumor would be, and nobody who cannot have the
 * organ: men have no uterus.
 */
function* listPatients(
  organ: TumorOrgan,
  place: PhantomPlace,
  numbers: Iterable<number>,
): Generator<PhantomScan, void, undefined> {
  const { hospital, patientsOf, seed } = place;
  const home = findHospital(patientsOf ?? hospital).name;
  const cohort = createKey(seed).split("phantom").split(home);
  const visit = patientsOf === undefined ? "" : `-of-${patientsOf}`;
  let next = 0;
  let caseIndex = 0;
  for (const index of numbers) {
    for (; next < index; next++) caseIndex += samplePatient(cohort, next).phases.length;
    const { sex, phases } = samplePatient(cohort, index);
    if (organ !== "uterus" || sex === "female") {
      const name = `${phantomCaseId(hospital, caseIndex)}-seed${seed}${visit}`;
      const patient = `${home}-seed${seed}-${String(index).padStart(4, "0")}`;
      yield { kind: "phantom", ...place, caseIndex, name, patient, sex, phase: phases[0] };
    }
    caseIndex += phases.length;
    next = index + 1;
  }
}
