import { parseDecimal } from "../core/decimal.js";
import { LabError, requireThat } from "../core/errors.js";
import type { Connectivity } from "../volume/components.js";

/**
 * When a lesion of the reference and one of the prediction match. IoU is voxels shared / voxels of either; thresholds are
 * above 0 and at most 1, and an IoU equal to one matches.
 *
 * Many to many: one predicted lesion may find several of the reference, and several may find one.
 * - *overlap* - they share at least one voxel. A prediction that fills the volume finds every lesion.
 * - *iou* - their IoU is at least `threshold`
 *
 * One to one: each lesion of either side has at most one partner, with an IoU of at least `threshold`.
 * - *greedy* - the pair with the largest IoU first, then the next of the lesions that are left. So does panoptica's
 *   NaiveThresholdMatching.
 * - *optimal* - the pairs with the largest sum of IoU, found as an assignment problem; of equal sums the one with more pairs. No
 *   one-to-one matching has a larger panoptic quality. It may pair fewer lesions than *greedy* does. So does panoptica's
 *   MaxBipartiteMatching.
 *
 * With a threshold above 0.5 a lesion can have one partner only and the last three are the same (Kirillov et al. 2019).
 */
export type LesionMatch = { rule: "overlap" } | { rule: "iou" | "greedy" | "optimal"; threshold: number };

/** The threshold of a rule that is named without one, as Kirillov et al. (2019) and panoptica have it. */
export const defaultIouThreshold = 0.5;

/** Whether each lesion has at most one partner. */
export function isOneToOne({ rule }: LesionMatch): boolean {
  return rule === "greedy" || rule === "optimal";
}

/**
 * Reads a rule from one word: `overlap`, or `iou`, `greedy` or `optimal`, each with a threshold after a colon
 * (`greedy:0.1`; default 0.5). Throws a LabError for anything else.
 */
export function parseLesionMatch(text: string): LesionMatch {
  const [rule, after, ...more] = text.split(":");
  const expected = "overlap, or iou, greedy or optimal with an IoU such as greedy:0.1";
  if (rule === "overlap" && after === undefined) return { rule };
  if (more.length > 0 || (rule !== "iou" && rule !== "greedy" && rule !== "optimal"))
    throw new LabError("lesion rule", text, expected);
  const threshold = after === undefined ? defaultIouThreshold : parseDecimal(after);
  requireThat(threshold > 0 && threshold <= 1, "lesion rule", text, `${expected}, above 0 and at most 1`);
  return { rule, threshold };
}

/** Throws a LabError for a rule that does not exist and for a threshold outside `(0, 1]`. */
export function requireMatch(match: LesionMatch): void {
  requireThat(
    ["overlap", "iou", "greedy", "optimal"].includes(match.rule),
    "match",
    match,
    "rule overlap, iou, greedy or optimal",
  );
  if (match.rule !== "overlap")
    requireThat(
      match.threshold > 0 && match.threshold <= 1,
      "match.threshold",
      match.threshold,
      "an IoU above 0 and at most 1",
      "For any overlap use the rule overlap",
    );
}

/** The rule in words, to be printed beside the numbers. */
export function describeMatch(match: LesionMatch, connectivity: Connectivity): string {
  const lesions = `Lesions are ${connectivity}-connected components`;
  if (match.rule === "overlap") return `${lesions}; two match when they share a voxel.`;
  const iou = `their IoU is at least ${match.threshold}`;
  if (match.rule === "iou") return `${lesions}; two match when ${iou}.`;
  const how =
    match.rule === "greedy" ? "the largest IoU first" : "those pairs whose IoUs have the largest sum";
  return `${lesions}; they are paired one to one where ${iou}, ${how}.`;
}
