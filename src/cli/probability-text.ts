import type { LabelProbabilities } from "../evaluation/evaluate-probabilities.js";
import { formatTable } from "./table.js";

/** What probabilities are worth, as `tumorlab evaluate` prints it: patients, lesions, then calibration. */
export function formatProbabilities(classes: readonly LabelProbabilities[]): string {
  if (classes.length === 0) return "No probabilities.";
  const [first] = classes;
  const wanted = `${Number((100 * first.patients.wanted).toFixed(2))} %`;
  const patients = formatTable(
    [
      "patients",
      "with",
      "without",
      "AUC",
      "95 % from",
      "to",
      `p for ${wanted}`,
      "specificity there",
      "from",
      "to",
    ],
    classes.map(({ name, auc, patients: { threshold, specificity } }) => [
      name,
      auc.positives,
      auc.negatives,
      auc.value,
      auc.low,
      auc.high,
      threshold,
      specificity.value,
      specificity.low,
      specificity.high,
    ]),
  );
  const lesions = formatTable(
    [
      "lesions",
      "in reference",
      `p for ${wanted}`,
      "false per scan there",
      "95 % from",
      "to",
      ...first.froc.atRates.map(({ falsePositivesPerScan }) => `found at ${falsePositivesPerScan}`),
    ],
    classes.map(({ name, froc: { lesions: count, wanted: point, atRates } }) => [
      name,
      count,
      point.threshold,
      point.falsePositivesPerScan,
      point.interval.low,
      point.interval.high,
      ...atRates.map(({ sensitivity }) => sensitivity),
    ]),
  );
  const calibration = formatTable(
    ["calibration", "voxels", "ECE", "95 % from", "to", "ECE above the lowest bin", "95 % from", "to"],
    classes.map(({ name, calibration: { voxels, ece, interval, eceAboveLowest, intervalAboveLowest } }) => [
      name,
      voxels,
      ece,
      interval.low,
      interval.high,
      eceAboveLowest,
      intervalAboveLowest.low,
      intervalAboveLowest.high,
    ]),
  );
  const rules =
    `${first.froc.rule} AUC: Newcombe's interval over patients; the others draw patients (percentile bootstrap; ` +
    "coverage not measured, likely too narrow over few patients), thresholds chosen on these very cases.";
  return [patients, lesions, calibration, rules].join("\n\n");
}
