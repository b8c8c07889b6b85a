import type { LesionSummary, Rate } from "../metrics/lesion-summary.js";
import type { PatientSummary } from "../metrics/patient-summary.js";
import { formatNumber, formatTable } from "./table.js";

/**
 * Tables of how lesions and patients were found, a text each: lesions with the rule above them, lesions by size, patients. Empty
 * without lesions.
 */
export function formatDetection(
  detection: readonly LesionSummary[],
  patients: readonly PatientSummary[],
): string[] {
  if (detection.length === 0) return [];
  return [
    `${detection[0].rule} ${aboutIntervals}\n${formatLesions(detection)}`,
    formatSizes(detection),
    `${patients[0].rule} Intervals of shares of patients are Wilson's.\n${formatPatients(patients)}`,
  ];
}

/** What an interval of a share of lesions draws: patients, with replacement or as the trials of Wilson's. */
const methodNames: Readonly<Record<Rate["method"], string>> = {
  bootstrap: "percentile bootstrap",
  wilson: "Wilson",
};

const aboutIntervals =
  "Intervals draw patients (percentile bootstrap; coverage not measured, likely too narrow over few patients), or are " +
  "Wilson's with patients as trials where all or no lesions were found.";

function formatLesions(detection: readonly LesionSummary[]): string {
  const isPaired = detection[0].isOneToOne;
  const header = ["lesions", "scans", "in reference", "found", "sensitivity", "95 % from", "to", "by"];
  const more = isPaired ? ["PQ", "SQ (IoU)", "Dice of found"] : ["Dice of found"];
  const rows = detection.map((row) => [
    row.name,
    row.scans,
    row.lesions,
    row.sensitivity.count,
    row.sensitivity.value,
    row.sensitivity.low,
    row.sensitivity.high,
    Number.isNaN(row.sensitivity.low) ? "" : methodNames[row.sensitivity.method],
    row.precision.value,
    row.f1.value,
    row.falsePositivesPerScan.value,
    ...(isPaired ? [row.panopticQuality.value, row.meanMatchedIou] : []),
    row.meanMatchedDice,
  ]);
  return formatTable([...header, "precision", isPaired ? "F1 (RQ)" : "F1", "false per scan", ...more], rows);
}

function formatSizes(detection: readonly LesionSummary[]): string {
  const sizes = detection[0].recallBySize.map(({ displayName }) => displayName);
  const rows = detection.map(({ name, early, recallBySize }) => [
    name,
    describeRate(early),
    ...recallBySize.map(describeRate),
  ]);
  return formatTable(["found by size", "early (d < 20 mm)", ...sizes], rows);
}

function formatPatients(patients: readonly PatientSummary[]): string {
  const header = ["patients", "with", "called", "sensitivity", "95 % from", "to", "lesion hit"];
  const more = ["without", "called", "specificity", "95 % from", "to"];
  // The first half judges by any prediction, the second asks for a lesion that is hit.
  const half = patients.length / 2;
  const rows = patients
    .slice(0, half)
    .map((row, at) => [
      row.name,
      row.sensitivity.n,
      row.truePositives,
      row.sensitivity.value,
      row.sensitivity.low,
      row.sensitivity.high,
      patients[half + at].truePositives,
      row.specificity.n,
      row.falsePositives,
      row.specificity.value,
      row.specificity.low,
      row.specificity.high,
    ]);
  return formatTable([...header, ...more], rows);
}

/** `3 of 4 (0.75)`; `-` where there are none. */
function describeRate({ count, n, value }: Rate): string {
  return n === 0 ? "-" : `${count} of ${n} (${formatNumber(value)})`;
}
