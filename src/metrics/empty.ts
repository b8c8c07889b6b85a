import { LabError } from "../core/errors.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";

/**
 * The one place that decides what a metric is worth where a mask is empty. Overlap formulas give 0/0 there and
 * distances have nothing to measure from; papers and tools fill the gap in different ways, and the choice can
 * move a mean further than the model does.
 */

/**
 * Which of the two masks has no voxel of the label: none of them, one, or both. `unknown` in rows of a table of scores that
 * does not say it.
 */
export type Emptiness = "none" | "prediction" | "reference" | "both" | "unknown";

/**
 * What a metric is worth where a mask is empty: a number, `diagonal` (length of the image's diagonal in mm),
 * `computed` (the formula holds there) or `exclude` (not counted; reported as `NaN` with its reason).
 */
export type EmptyOutcome = number | "diagonal" | "computed" | "exclude";

/** What one metric is worth in the three cases. */
export interface EmptyOutcomes {
  /** The prediction is empty and the reference is not: the structure was missed. */
  prediction: EmptyOutcome;
  /** The reference is empty and the prediction is not: a structure was made up. */
  reference: EmptyOutcome;
  /** Neither has the label: correctly left out. */
  both: EmptyOutcome;
}

/** A named way to treat empty masks. */
export interface EmptyPolicy {
  name: PolicyName;
  /** What it does, in one sentence. */
  description: string;
  /** Where it comes from. */
  source: string;
  outcomes: Readonly<Record<Metric, EmptyOutcomes>>;
}

/** Names of the policies; see {@link emptyPolicies}. */
export type PolicyName = "worst-case" | "exclude" | "nnunet" | "monai" | "kits23" | "brats";

/** The policy of a row: one of ours, or `as given` where a table of others holds scores by a rule of its own. */
export type RowPolicy = PolicyName | "as given";

type Row = readonly [prediction: EmptyOutcome, reference: EmptyOutcome, both: EmptyOutcome];
const x = "exclude";
const diagonal = "diagonal";
const computed = "computed";

/** Diagonal of the 240 x 240 x 155 volumes at 1 mm of the BraTS challenge: 373.13 mm, whatever the image. */
const bratsPenaltyMm = Math.sqrt(240 ** 2 + 240 ** 2 + 155 ** 2);

/** The table. Columns: empty prediction (missed), empty reference (made up), both empty. */
export const emptyPolicies: Readonly<Record<PolicyName, EmptyPolicy>> = {
  "worst-case": definePolicy(
    "worst-case",
    "A missed or made-up structure gets the worst value there is (0, or the image diagonal for distances); a label in neither mask is left out.",
    "The default here: a model cannot improve a mean by predicting nothing",
    {
      dice: [0, 0, x],
      iou: [0, 0, x],
      sensitivity: [0, x, x],
      precision: [0, 0, x],
      volumeErrorMl: [computed, computed, x],
      volumeErrorPercent: [-100, x, x],
      nsd: [0, 0, x],
      hd95: [diagonal, diagonal, x],
      hd: [diagonal, diagonal, x],
      assd: [diagonal, diagonal, x],
    },
  ),
  exclude: definePolicy(
    "exclude",
    "A row with an empty mask is left out of every metric: only what both found is scored.",
    "Common in tables of surface distances; flatters a model that misses structures",
    {
      dice: [x, x, x],
      iou: [x, x, x],
      sensitivity: [x, x, x],
      precision: [x, x, x],
      volumeErrorMl: [x, x, x],
      volumeErrorPercent: [x, x, x],
      nsd: [x, x, x],
      hd95: [x, x, x],
      hd: [x, x, x],
      assd: [x, x, x],
    },
  ),
  nnunet: definePolicy(
    "nnunet",
    "Formulas as they stand, 0/0 is NaN and NaN is left out of the mean; no distance where a mask is empty.",
    "nnU-Net v2 evaluate_predictions.py (2 TP / (2 TP + FP + FN), nanmean); distances as its v1 evaluator's nan_for_nonexisting",
    {
      dice: [0, 0, x],
      iou: [0, 0, x],
      sensitivity: [0, x, x],
      precision: [x, 0, x],
      volumeErrorMl: [computed, computed, computed],
      volumeErrorPercent: [-100, x, x],
      nsd: [x, x, x],
      hd95: [x, x, x],
      hd: [x, x, x],
      assd: [x, x, x],
    },
  ),
  monai: definePolicy(
    "monai",
    "Overlap is left out where the reference is empty, surface Dice is 0 where one mask is, and a missed structure drops out of HD95.",
    "MONAI defaults: DiceMetric and MeanIoU ignore_empty=True, SurfaceDiceMetric, HausdorffDistanceMetric(percentile=95), see MONAI issue 9095; its infinite HD and ASSD cannot be averaged and are left out",
    {
      dice: [0, x, x],
      iou: [0, x, x],
      sensitivity: [0, x, x],
      precision: [x, 0, x],
      volumeErrorMl: [computed, computed, computed],
      volumeErrorPercent: [-100, x, x],
      nsd: [0, 0, x],
      hd95: [x, x, x],
      hd: [x, x, x],
      assd: [x, x, x],
    },
  ),
  kits23: definePolicy(
    "kits23",
    "A label that is rightly in neither mask scores a full 1, one that is in only one of them 0; no distances.",
    "KiTS23 evaluation/metrics.py (Dice and surface Dice; the other metrics follow its rule or are left out)",
    {
      dice: [0, 0, 1],
      iou: [0, 0, 1],
      sensitivity: [0, x, 1],
      precision: [x, 0, 1],
      volumeErrorMl: [computed, computed, computed],
      volumeErrorPercent: [-100, x, x],
      nsd: [0, 0, 1],
      hd95: [x, x, x],
      hd: [x, x, x],
      assd: [x, x, x],
    },
  ),
  brats: definePolicy(
    "brats",
    "A label in neither mask is perfect (1, or 0 mm); in only one of them it scores 0 and 373.13 mm, whatever the image.",
    "BraTS challenge: Dice 1 and HD95 0 where both are empty, 0 and sqrt(240^2 + 240^2 + 155^2) mm where one is (nnU-Net issue 380, DoDNet issue 7); other metrics by the same rule",
    {
      dice: [0, 0, 1],
      iou: [0, 0, 1],
      sensitivity: [0, x, 1],
      precision: [0, 0, 1],
      volumeErrorMl: [computed, computed, computed],
      volumeErrorPercent: [-100, x, 0],
      nsd: [0, 0, 1],
      hd95: [bratsPenaltyMm, bratsPenaltyMm, 0],
      hd: [bratsPenaltyMm, bratsPenaltyMm, 0],
      assd: [bratsPenaltyMm, bratsPenaltyMm, 0],
    },
  ),
};

/** Which masks are empty, from the voxel counts of a label. */
export function emptinessOf(counts: { tp: number; fp: number; fn: number }): Emptiness {
  const reference = counts.tp + counts.fn === 0;
  const prediction = counts.tp + counts.fp === 0;
  return reference ? (prediction ? "both" : "reference") : prediction ? "prediction" : "none";
}

/** Why a row is left out, in words, or `undefined` when no mask is empty. */
export const emptyReasons: Readonly<Record<Emptiness, string | undefined>> = {
  none: undefined,
  prediction: "the prediction is empty",
  reference: "the reference is empty",
  both: "both masks are empty",
  unknown: "no value in the table",
};

/** The policy of a name. Throws a LabError that lists the names when there is none. */
export function findPolicy(name: string): EmptyPolicy {
  const policy = Object.values(emptyPolicies).find((candidate) => candidate.name === name);
  if (!policy) throw new LabError("policy", name, `one of ${Object.keys(emptyPolicies).join(", ")}`);
  return policy;
}

/**
 * The value of a metric under a policy; `NaN` means left out. `formula` is the value the formula gives and is
 * what counts where no mask is empty.
 */
export function resolveEmpty(
  metric: Metric,
  emptiness: Emptiness,
  policy: EmptyPolicy,
  formula: number,
  diagonalMm: number,
): number {
  if (emptiness === "none" || emptiness === "unknown") return formula;
  const outcome = policy.outcomes[metric][emptiness];
  if (outcome === "exclude") return NaN;
  if (outcome === "diagonal") return diagonalMm;
  return outcome === "computed" ? formula : outcome;
}

function definePolicy(
  name: PolicyName,
  description: string,
  source: string,
  rows: Readonly<Record<Metric, Row>>,
): EmptyPolicy {
  const outcomes = Object.fromEntries(
    Object.keys(metricInfo).map((metric) => {
      const [prediction, reference, both] = rows[metric as Metric];
      return [metric, { prediction, reference, both }];
    }),
  ) as Record<Metric, EmptyOutcomes>;
  return { name, description, source, outcomes };
}
