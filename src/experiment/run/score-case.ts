import { createAffine } from "../../core/affine.js";
import type { LabelMap } from "../../core/types.js";
import { evaluateCase } from "../../metrics/evaluate.js";
import { evaluateLesions } from "../../metrics/lesions.js";
import type { PreparedCase } from "../../training/prepared-case.js";
import type { ExperimentPlan } from "../plan/plan.js";
import { keepProbabilities } from "./keep-probabilities.js";
import type { TrialCase } from "./result.js";

const organAndTumor = { 1: "organ", 2: "tumor" };

/**
 * Scores a prediction of an experiment's classes (1 organ, 2 tumor) against a prepared case.
 *
 * @param predicted class of each voxel of the case's grid, x fastest.
 * @param probability of tumor of each voxel, where there is one.
 */
export function scoreTrialCase(
  prepared: PreparedCase,
  predicted: Uint8Array,
  { toleranceMm, policy }: ExperimentPlan["metrics"],
  probability?: Float32Array,
): TrialCase {
  const { name, patient, shape, spacingMm } = prepared;
  const toMap = (data: Uint8Array): LabelMap => ({
    data,
    shape,
    spacingMm,
    affine: createAffine(spacingMm),
    names: organAndTumor,
  });
  // Both maps may lie in shared memory at any offset; copies are small.
  const [reference, prediction] = [prepared.labels, predicted].map((data) => Uint8Array.from(data));
  const [organ] = evaluateCase(toMap(reference.map(isThere)), toMap(prediction.map(isThere)), {
    labels: [1],
    surfaces: false,
    policy,
  });
  const [tumor] = evaluateCase(toMap(reference), toMap(prediction), { labels: [2], toleranceMm, policy });
  const lesions = evaluateLesions(toMap(reference), toMap(prediction), { labels: [2] });
  return {
    case: name,
    patient,
    organDice: round(organ.dice),
    tumorDice: round(tumor.dice),
    tumorNsd: round(tumor.nsd),
    tumorVoxels: tumor.tp + tumor.fn,
    foundVoxels: tumor.tp + tumor.fp,
    lesions: lesions.reference.map(({ radiusMm, detected, dice }) => ({
      radiusMm: round(radiusMm)!,
      found: detected,
      ...(detected ? { dice: round(dice)! } : {}),
    })),
    falsePositives: lesions.falsePositives,
    ...(probability ? keepProbabilities(toMap(reference), probability) : {}),
  };
}

/** The organ with its tumors. */
function isThere(label: number): number {
  return label > 0 ? 1 : 0;
}

/** Six digits are more than enough to compare, and keep results small enough to commit. */
function round(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toFixed(6));
}
