import type { Vec3 } from "tumorlab/internal/core/types";
import type { PolicyName } from "tumorlab/internal/metrics/empty";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import type { ScoreRow } from "tumorlab/internal/metrics/evaluate";
import { box } from "./masks.js";

/** Rows of a small study with every kind of empty mask, for tests of policies and summaries. */

const shape: Vec3 = [10, 10, 10];
const spacingMm: Vec3 = [1, 2, 2];

/** A row of label 1 whose reference is `reference` slices and whose prediction `prediction` slices thick. */
export function slabRow(
  name: string,
  reference: number,
  prediction: number,
  { patient = name, policy, label = 1 }: { patient?: string; policy?: PolicyName; label?: number } = {},
): ScoreRow {
  const slab = (slices: number) => box(shape, [0, 0, 0], [slices > 0 ? 10 : 0, 10, slices], spacingMm, label);
  return evaluateCase(slab(reference), slab(prediction), { case: name, patient, policy, labels: [label] })[0];
}

/** One case each: found, missed, made up, rightly left out. */
export function emptyStudy(policy?: PolicyName): ScoreRow[] {
  return [
    slabRow("found", 4, 2, { policy }),
    slabRow("missed", 4, 0, { policy }),
    slabRow("made up", 0, 3, { policy }),
    slabRow("absent", 0, 0, { policy }),
  ];
}
