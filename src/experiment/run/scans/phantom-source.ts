import type { TumorOrgan } from "../../../anatomy/organs.js";
import { createKey } from "../../../core/random.js";
import type { Vec3 } from "../../../core/types.js";
import { findHospital } from "../../../phantom/hospitals.js";
import { createPhantomCase, phantomCaseId } from "../../../phantom/make-case.js";
import { samplePatient, type Patient, type PhantomPhase } from "../../../phantom/patient.js";
import type { LabelledScan } from "../../../training/prepared-case.js";
import type { PhantomCohort, PhantomTest } from "../../plan/plan.js";
import type { ScanSource, SourceScan } from "./scan-source.js";

/** The first scan of a phantom patient: plain data, enough to draw it. */
export interface PhantomScan extends SourceScan {
  kind: "phantom";
  hospital: string;
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

/** Number of the first patient who is drawn without tumor; those before are drawn with one. */
const firstHealthy = 5000;

/**
 * Opens the phantom patients of a cohort or a test.
 *
 * @param healthy patients without a tumor that are used.
 * @param grid that of the plan's cohort: all scans of a plan have one.
 */
export function openPhantomSource(
  { hospital, seed, patients }: Pick<PhantomCohort | PhantomTest, "hospital" | "seed" | "patients">,
  healthy: number,
  grid: Pick<PhantomCohort, "shape" | "spacingMm">,
): ScanSource<PhantomScan> {
  const list = (organ: TumorOrgan, kind: "tumor" | "healthy"): Generator<PhantomScan, void, undefined> =>
    listPatients(organ, hospital, seed, kind, grid);
  return {
    name: `patients at ${hospital}, seed ${seed}`,
    patients,
    leastPatients: () => patients,
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

/** Draws a scan: with a tumor of the organ, or without any. */
export function drawPhantomScan(
  { name, patient, caseIndex, hospital, seed, shape, spacingMm }: PhantomScan,
  organ?: TumorOrgan,
): LabelledScan {
  const tumors = organ ? { controlShare: 0, tumorOrgans: [organ] } : { controlShare: 1 };
  const { ct, labels } = createPhantomCase(caseIndex, { hospital, seed, shape, spacingMm, ...tumors });
  return { name, patient, ct, labels };
}

/**
 * The patients of a hospital and seed one after the other, each with the first scan: `tumor` those who are drawn with a
 * tumor, `healthy` others, who are drawn without. Nobody is in both, as a body with and without its tumor would be, and
 * nobody who cannot have the organ: men have no uterus.
 */
function* listPatients(
  organ: TumorOrgan,
  hospital: string,
  seed: number,
  kind: "tumor" | "healthy",
  { shape, spacingMm }: Pick<PhantomCohort, "shape" | "spacingMm">,
): Generator<PhantomScan, void, undefined> {
  const cohort = createKey(seed).split("phantom").split(findHospital(hospital).name);
  const last = kind === "tumor" ? firstHealthy : 2 * firstHealthy;
  for (let index = 0, caseIndex = 0; index < last; index++) {
    const { sex, phases } = samplePatient(cohort, index);
    const isOfKind = kind === "tumor" || index >= firstHealthy;
    if (isOfKind && (organ !== "uterus" || sex === "female")) {
      const name = `${phantomCaseId(hospital, caseIndex)}-seed${seed}`;
      const patient = `${hospital}-seed${seed}-${String(index).padStart(4, "0")}`;
      const phase = phases[0];
      yield { kind: "phantom", hospital, seed, caseIndex, name, patient, sex, phase, shape, spacingMm };
    }
    caseIndex += phases.length;
  }
}
