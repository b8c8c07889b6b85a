import { requireThat } from "../core/errors.js";
import { proportionInterval } from "../stats/proportion.js";
import type { Proportion } from "../stats/proportion.js";

/** What is in one scan and what a model says is in it; a row of `evaluateCase` is one. */
export interface ScanFinding {
  case: string;
  patient: string;
  /** Tumor in the reference and in the prediction, ml. */
  referenceMl: number;
  predictionMl: number;
  /** Lesions of the reference that the prediction found; needed by the rule *located* alone. */
  detectedLesions?: number;
}

/**
 * When a patient with tumor counts as found:
 * - *any* - the model predicts tumor in any of the patient's scans, wherever it lies
 * - *located* - it also hits at least one lesion of the reference
 */
export type PatientRule = "any" | "located";

/** How patients are judged. */
export interface PatientOptions {
  /** Defaults to *any*. */
  rule?: PatientRule;
  /** A scan is called positive when its prediction is larger than this, ml; defaults to 0: a single voxel counts. */
  aboveMl?: number;
  /** Of the intervals; defaults to 0.95. */
  level?: number;
}

/** One patient over all scans. */
export interface PatientRow {
  patient: string;
  scans: number;
  /** Any of the scans has tumor in the reference. */
  hasTumor: boolean;
  /** The model calls the patient positive, by the rule. */
  isCalled: boolean;
}

/** Detection patient by patient. */
export interface PatientDetection {
  /** The rule in words, to be printed beside the numbers. */
  rule: string;
  patients: PatientRow[];
  truePositives: number;
  falseNegatives: number;
  trueNegatives: number;
  falsePositives: number;
  /** Share of patients with tumor who are called; Wilson interval, `NaN` without such patients. */
  sensitivity: Proportion;
  /** Share of patients without tumor who are not called. */
  specificity: Proportion;
}

/**
 * Groups scans by patient and judges each patient once: a patient has tumor when any scan does. For a patient without
 * tumor both rules ask the same, whether the model predicts any. Patients come in the order of their first scan; no
 * scans give proportions of `NaN`.
 *
 * Throws a LabError for volumes below 0 or that are not numbers, and when *located* is asked for without
 * `detectedLesions`.
 */
export function detectPatients(
  scans: readonly ScanFinding[],
  options: PatientOptions = {},
): PatientDetection {
  const { rule = "any", aboveMl = 0, level = 0.95 } = options;
  requireThat(rule === "any" || rule === "located", "rule", rule, '"any" or "located"');
  requireThat(Number.isFinite(aboveMl) && aboveMl >= 0, "aboveMl", aboveMl, "a finite volume from 0 ml");
  const groups = new Map<string, ScanFinding[]>();
  for (const scan of scans) {
    const input = `scan ${scan.case}`;
    for (const volumeMl of [scan.referenceMl, scan.predictionMl])
      requireThat(volumeMl >= 0, input, volumeMl, "a volume from 0 ml");
    groups.set(scan.patient, [...(groups.get(scan.patient) ?? []), scan]);
  }
  const patients = [...groups].map(([patient, members]): PatientRow => {
    const hasTumor = members.some((scan) => scan.referenceMl > 0);
    const isCalled = members.some((scan) => scan.predictionMl > aboveMl && (!hasTumor || isHit(scan, rule)));
    return { patient, scans: members.length, hasTumor, isCalled };
  });
  const count = (hasTumor: boolean, isCalled: boolean): number =>
    patients.filter((row) => row.hasTumor === hasTumor && row.isCalled === isCalled).length;
  const [truePositives, falseNegatives] = [count(true, true), count(true, false)];
  const [trueNegatives, falsePositives] = [count(false, false), count(false, true)];
  return {
    rule: describeRule(rule, aboveMl),
    patients,
    truePositives,
    falseNegatives,
    trueNegatives,
    falsePositives,
    sensitivity: proportionInterval(truePositives, truePositives + falseNegatives, level),
    specificity: proportionInterval(trueNegatives, trueNegatives + falsePositives, level),
  };
}

function isHit(scan: ScanFinding, rule: PatientRule): boolean {
  if (rule === "any") return true;
  requireThat(
    scan.detectedLesions !== undefined,
    `scan ${scan.case}`,
    scan.detectedLesions,
    "detectedLesions, for the rule located",
    "Take it from evaluateLesions, or use the rule any",
  );
  return scan.detectedLesions > 0;
}

function describeRule(rule: PatientRule, aboveMl: number): string {
  const size = aboveMl > 0 ? `more than ${aboveMl} ml of tumor` : "any tumor voxel";
  const place = rule === "located" ? ", and for a patient with tumor hits a lesion of the reference" : "";
  return `A patient is called positive when the prediction of any scan has ${size}${place}; a patient has tumor when the reference of any scan does.`;
}
