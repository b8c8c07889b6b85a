import { requireThat } from "../core/errors.js";
import type { Volume } from "../core/types.js";
import {
  type Auc,
  areaUnderRoc,
  type PatientOperatingPoint,
  patientsAtSensitivity,
  scorePatients,
} from "./auc.js";
import { type Calibration, calibrate, countProbabilities, type ProbabilityHistogram } from "./calibration.js";
import { type CandidateCase, type CandidateOptions, findCandidates } from "./candidates.js";
import { type FrocCurve, frocCurve, type FrocOptions } from "./froc.js";

/** What is kept of a map of probabilities: enough for every threshold, and small. */
export interface ProbabilityCase extends CandidateCase {
  histogram: ProbabilityHistogram;
}

/** What a model's probabilities of a lesion are worth. */
export interface ProbabilitySummary {
  /** Of patients, by the largest probability of any candidate. */
  auc: Auc;
  /** At the threshold that calls the wanted share of the patients with a tumor. */
  patients: PatientOperatingPoint;
  froc: FrocCurve;
  calibration: Calibration;
}

/**
 * Reduces a map of probabilities to candidates and a histogram, see `findCandidates` and `countProbabilities`.
 *
 * @param probability of the lesion, 0 to 1, on the reference's grid.
 * @throws as these two.
 */
export function measureProbabilities(
  probability: Volume,
  reference: Volume<Uint8Array | Uint16Array>,
  options: CandidateOptions & { bins?: number; ignore?: number } = {},
): Pick<ProbabilityCase, "lesions" | "candidates" | "histogram"> {
  return {
    ...findCandidates(probability, reference, options),
    histogram: countProbabilities(probability, reference, options),
  };
}

/**
 * AUC of patients, FROC and calibration of some cases.
 *
 * @param options as `frocCurve` takes them; `sensitivity` is that of the threshold of patients too, and the level of
 *   `bootstrap` that of all intervals.
 * @throws as `frocCurve` and `calibrate`.
 */
export function summarizeProbabilities(
  cases: readonly ProbabilityCase[],
  options: FrocOptions = {},
): ProbabilitySummary {
  const { sensitivity = 0.9, bootstrap } = options;
  requireThat(sensitivity > 0 && sensitivity <= 1, "sensitivity", sensitivity, "above 0 and at most 1");
  const patients = scorePatients(cases);
  const level = bootstrap?.level ?? 0.95;
  return {
    auc: areaUnderRoc(patients, { level }),
    patients: patientsAtSensitivity(patients, sensitivity, level),
    froc: frocCurve(cases, options),
    calibration: calibrate(cases, bootstrap),
  };
}
