import type { LesionSummary } from "../metrics/lesion-summary.js";
import type { PatientSummary } from "../metrics/patient-summary.js";

/** Columns of a table of detection: of lesions, then of patients. Shares from 0 to 1, with their 95 % intervals. */
export const detectionColumns = [
  "level",
  "name",
  "rule",
  "scans",
  "truePositives",
  "falseNegatives",
  "falsePositives",
  "trueNegatives",
  "sensitivity",
  "sensitivityLow",
  "sensitivityHigh",
  "specificity",
  "specificityLow",
  "specificityHigh",
  "precision",
  "f1",
  "falsePositivesPerScan",
  "panopticQuality",
  "meanMatchedIou",
  "meanMatchedDice",
  "meanDice",
  "earlyN",
  "earlySensitivity",
  "tinySensitivity",
  "smallSensitivity",
  "mediumSensitivity",
  "largeSensitivity",
] as const;

/** Detection of the lesions of one label or of all, or of the patients who have them; a share that is not defined is `NaN`. */
export type DetectionRow = { level: "lesions" | "patients"; name: string; rule: string; scans: number } & {
  [Column in (typeof detectionColumns)[number]]?: number | string;
};

/** One row per label and for all: the lesions, then the patients by each rule. */
export function detectionRows(
  detection: readonly LesionSummary[],
  patients: readonly PatientSummary[],
): DetectionRow[] {
  const lesionRows = detection.map((row): DetectionRow => {
    const { sensitivity, precision, falsePositivesPerScan, recallBySize } = row;
    return {
      level: "lesions",
      name: row.name,
      rule: row.rule,
      scans: row.scans,
      truePositives: sensitivity.count,
      falseNegatives: sensitivity.n - sensitivity.count,
      falsePositives: falsePositivesPerScan.count,
      sensitivity: sensitivity.value,
      sensitivityLow: sensitivity.low,
      sensitivityHigh: sensitivity.high,
      precision: precision.value,
      f1: row.f1.value,
      falsePositivesPerScan: falsePositivesPerScan.value,
      panopticQuality: row.panopticQuality.value,
      meanMatchedIou: row.meanMatchedIou,
      meanMatchedDice: row.meanMatchedDice,
      meanDice: row.meanDice,
      earlyN: row.early.n,
      earlySensitivity: row.early.value,
      ...Object.fromEntries(recallBySize.map(({ sizeClass, value }) => [`${sizeClass}Sensitivity`, value])),
    };
  });
  const patientRows = patients.map((row): DetectionRow => {
    const { truePositives, falseNegatives, falsePositives, trueNegatives, sensitivity, specificity } = row;
    return {
      level: "patients",
      name: row.name,
      rule: row.rule,
      scans: row.scans,
      ...{ truePositives, falseNegatives, falsePositives, trueNegatives },
      sensitivity: sensitivity.value,
      sensitivityLow: sensitivity.low,
      sensitivityHigh: sensitivity.high,
      specificity: specificity.value,
      specificityLow: specificity.low,
      specificityHigh: specificity.high,
    };
  });
  return [...lesionRows, ...patientRows];
}
