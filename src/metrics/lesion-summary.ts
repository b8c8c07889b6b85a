import { sizeClasses } from "../anatomy/size-class.js";
import type { SizeClass } from "../anatomy/size-class.js";
import { bootstrapInterval } from "../stats/bootstrap.js";
import type { BootstrapOptions } from "../stats/bootstrap.js";
import { groupClusters } from "../stats/clusters.js";
import { describeNumbers } from "../stats/describe.js";
import { proportionInterval } from "../stats/proportion.js";
import { isOneToOne } from "./lesion-rule.js";
import type { LesionCase } from "./lesions.js";

/** A ratio over lesions or scans with an interval that draws patients. */
export interface Rate {
  /** What was counted, and out of how many. */
  count: number;
  n: number;
  /** `count / n`; `NaN` when `n` is 0. */
  value: number;
  low: number;
  high: number;
  level: number;
  /**
   * `bootstrap` over patients, or `wilson` with the patients as trials where all or none were counted: the bootstrap
   * would have no spread there and claim certainty. The coverage of either was not measured for such ratios, unlike that of
   * `meanInterval`; over few patients the bootstrap is likely too narrow.
   */
  method: "bootstrap" | "wilson";
}

/** Detection of lesions over scans. */
export interface LesionSummary {
  scope: "label" | "overall";
  label?: number;
  name: string;
  /** The matching rule in words, and whether it pairs one to one. */
  rule: string;
  isOneToOne: boolean;
  /** Scans and patients, those without any lesion among them. */
  scans: number;
  patients: number;
  /** Lesions of the reference and of the prediction. */
  lesions: number;
  predictedLesions: number;
  /** Share of the reference's lesions that were detected. */
  sensitivity: Rate;
  /** Share of the predicted lesions that match one. */
  precision: Rate;
  /** False positives per scan. */
  falsePositivesPerScan: Rate;
  /** 2 TP / (2 TP + FP + FN) with TP the reference's lesions that were found; RQ of panoptic quality. */
  f1: Rate;
  /**
   * Sum of the IoUs of all pairs / (TP + FP / 2 + FN / 2), over all scans together; its count and n are twice these. `NaN` by
   * a rule that is not one to one.
   */
  panopticQuality: Rate;
  /** Share detected of the reference's lesions whose diameter is below 20 mm. */
  early: Rate;
  /** Share detected in each size class of the reference's lesions, smallest first. */
  recallBySize: (Rate & { sizeClass: SizeClass; displayName: string })[];
  /** Figures of the Dice of single lesions, missed ones at 0; `NaN` without lesions. */
  meanDice: number;
  medianDice: number;
  /** Mean Dice and IoU of the lesions that were found; that IoU is SQ of panoptic quality. `NaN` where none was. */
  meanMatchedDice: number;
  meanMatchedIou: number;
}

/**
 * Pools the lesions of all cases: per label in the order they are met, then overall. Every case counts as a scan for
 * every label, so that false positives in healthy scans are averaged in. No cases give an empty list.
 */
export function summarizeLesions(
  cases: readonly LesionCase[],
  options: { bootstrap?: BootstrapOptions } = {},
): LesionSummary[] {
  if (cases.length === 0) return [];
  const names = new Map<number, string>();
  for (const { reference, predicted } of cases)
    for (const { label, name } of [...reference, ...predicted]) if (!names.has(label)) names.set(label, name);
  const summaries = [...names].map(([label, name]): LesionSummary => ({
    scope: "label",
    label,
    name,
    ...summarizeGroup(cases, (lesion) => lesion.label === label, options.bootstrap),
  }));
  return [
    ...summaries,
    { scope: "overall", name: "all lesions", ...summarizeGroup(cases, () => true, options.bootstrap) },
  ];
}

function summarizeGroup(
  cases: readonly LesionCase[],
  belongs: (lesion: { label: number }) => boolean,
  bootstrap: BootstrapOptions | undefined,
): Omit<LesionSummary, "scope" | "name"> {
  const { names: patients, indexOfRow: patientOf } = groupClusters(cases.map((row) => row.patient));
  const reference = cases.map((row) => row.reference.filter(belongs));
  const predicted = cases.map((row) => row.predicted.filter(belongs));
  const rate = (
    countOf: (scan: number) => number,
    trialsOf: (scan: number) => number,
    isShare = true,
  ): Rate => {
    const counts = new Float64Array(patients.length);
    const trials = new Float64Array(patients.length);
    cases.forEach((_, scan) => {
      counts[patientOf[scan]] += countOf(scan);
      trials[patientOf[scan]] += trialsOf(scan);
    });
    return clusteredRate(counts, trials, { isShare, bootstrap });
  };
  const isPaired = cases.every(({ match }) => isOneToOne(match));
  const lesions = reference.flat();
  const found = lesions.filter((lesion) => lesion.detected);
  const foundIn = (scan: number) => reference[scan].filter((lesion) => lesion.detected);
  const falseIn = (scan: number) => predicted[scan].filter((lesion) => lesion.isFalsePositive);
  /** 2 TP + FP + FN. */
  const sidesOf = (scan: number): number =>
    reference[scan].length + foundIn(scan).length + falseIn(scan).length;
  const dice = describeNumbers(lesions.map((lesion) => lesion.dice));
  return {
    rule: cases[0].rule,
    isOneToOne: isPaired,
    scans: cases.length,
    patients: patients.length,
    lesions: lesions.length,
    predictedLesions: predicted.flat().length,
    sensitivity: rate(
      (scan) => foundIn(scan).length,
      (scan) => reference[scan].length,
    ),
    precision: rate(
      (scan) => predicted[scan].filter((lesion) => !lesion.isFalsePositive).length,
      (scan) => predicted[scan].length,
    ),
    falsePositivesPerScan: rate(
      (scan) => falseIn(scan).length,
      () => 1,
      false,
    ),
    f1: rate((scan) => 2 * foundIn(scan).length, sidesOf),
    panopticQuality: isPaired
      ? rate((scan) => foundIn(scan).reduce((sum, { iou }) => sum + 2 * iou, 0), sidesOf)
      : rate(
          () => 0,
          () => 0,
        ),
    early: rate(
      (scan) => foundIn(scan).filter((lesion) => lesion.isEarly).length,
      (scan) => reference[scan].filter((lesion) => lesion.isEarly).length,
    ),
    recallBySize: sizeClasses.map(({ name, displayName }) => ({
      sizeClass: name,
      displayName,
      ...rate(
        (scan) => reference[scan].filter((lesion) => lesion.sizeClass === name && lesion.detected).length,
        (scan) => reference[scan].filter((lesion) => lesion.sizeClass === name).length,
      ),
    })),
    meanDice: dice.mean,
    medianDice: dice.median,
    meanMatchedDice: describeNumbers(found.map((lesion) => lesion.dice)).mean,
    meanMatchedIou: describeNumbers(found.map((lesion) => lesion.iou)).mean,
  };
}

/**
 * Sum of counts over sum of trials, both given by patient, with an interval that draws patients.
 *
 * @param options.isShare a count is at most its trials (default true): where all or none were counted the interval is
 *   Wilson's.
 */
export function clusteredRate(
  counts: Float64Array,
  trials: Float64Array,
  options: { isShare?: boolean; bootstrap?: BootstrapOptions } = {},
): Rate {
  const { isShare = true, bootstrap } = options;
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const [count, n] = [sum(counts), sum(trials)];
  const value = n === 0 ? NaN : count / n;
  if (isShare && n > 0 && (count === 0 || count === n)) {
    const patients = trials.filter((count) => count > 0).length;
    const { low, high, level } = proportionInterval(count === 0 ? 0 : patients, patients, bootstrap?.level);
    return { count, n, value, low, high, level, method: "wilson" };
  }
  const { low, high, level } = bootstrapInterval(
    counts.length,
    (weights) => {
      let [top, bottom] = [0, 0];
      for (let c = 0; c < counts.length; c++) {
        top += weights[c] * counts[c];
        bottom += weights[c] * trials[c];
      }
      return bottom === 0 ? NaN : top / bottom;
    },
    bootstrap,
  );
  return { count, n, value, low, high, level, method: "bootstrap" };
}
