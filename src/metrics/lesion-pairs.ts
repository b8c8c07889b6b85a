import type { Component } from "../volume/components.js";
import { choosePairsGreedily, choosePairsOptimally } from "./assignment.js";
import type { WeightedPair } from "./assignment.js";
import type { LesionOverlaps } from "./lesion-overlap.js";
import type { LesionMatch } from "./lesion-rule.js";

/** Voxels shared / voxels of either. */
export function iouOf(reference: Component, prediction: Component, overlaps: LesionOverlaps): number {
  const shared = overlaps.between(reference.id, prediction.id);
  return shared / (reference.voxels + prediction.voxels - shared);
}

/** Which lesions of the two maps match by a rule, each pair once, by their ids; the weight is the IoU. */
export function pairLesions(
  reference: readonly Component[],
  prediction: readonly Component[],
  overlaps: LesionOverlaps,
  match: LesionMatch,
): WeightedPair[] {
  const touching = reference.flatMap((lesion) =>
    overlaps.ofReference(lesion.id).map((other) => ({
      reference: lesion.id,
      prediction: other,
      weight: iouOf(lesion, prediction[other - 1], overlaps),
    })),
  );
  if (match.rule === "overlap") return touching;
  const near = touching.filter(({ weight }) => weight >= match.threshold);
  if (match.rule === "iou") return near;
  return match.rule === "greedy" ? choosePairsGreedily(near) : choosePairsOptimally(near);
}
