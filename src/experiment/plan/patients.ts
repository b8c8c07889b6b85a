import { createKey } from "../../core/random.js";
import { findHospital } from "../../phantom/hospitals.js";
import { phantomCaseId } from "../../phantom/make-case.js";
import { drawPatient, type Patient, type PhantomPhase } from "../../phantom/patient.js";

/** The first scan of a phantom patient: enough to draw it. */
export interface PatientScan {
  hospital: string;
  seed: number;
  caseIndex: number;
  /** Names that hold the seed, so that patients of two seeds are never taken for one. */
  name: string;
  patient: string;
  sex: Patient["sex"];
  phase: PhantomPhase;
}

/** Number of the first patient who is drawn without tumor; those before are drawn with one. */
const firstHealthy = 5000;

/**
 * The patients of a hospital and seed one after the other, each with the first scan: `tumor` those who are drawn with a
 * tumor, `healthy` others, who are drawn without. Nobody is in both, as a body with and without its tumor would be.
 */
export function* listPatients(
  hospital: string,
  seed: number,
  kind: "tumor" | "healthy",
): Generator<PatientScan, void, undefined> {
  const cohort = createKey(seed).split("phantom").split(findHospital(hospital).name);
  const last = kind === "tumor" ? firstHealthy : 2 * firstHealthy;
  for (let index = 0, caseIndex = 0; index < last; index++) {
    const { sex, phases } = drawPatient(cohort, index);
    if (kind === "tumor" || index >= firstHealthy) {
      const name = `${phantomCaseId(hospital, caseIndex)}-seed${seed}`;
      const patient = `${hospital}-seed${seed}-${String(index).padStart(4, "0")}`;
      yield { hospital, seed, caseIndex, name, patient, sex, phase: phases[0] };
    }
    caseIndex += phases.length;
  }
}
