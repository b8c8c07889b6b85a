import { classTable, type LabelClasses, valuesOfClasses } from "../anatomy/label-classes.js";
import { requireThat } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import type { PreparedCase } from "./prepared-case.js";
import type { TrainingConfig } from "./training-config.js";

/** A label map with the structures of a recipe's classes alone: all others are background. */
export function keepTargets(labels: LabelMap, { targets }: Pick<TrainingConfig, "targets">): LabelMap {
  const wanted = new Set(valuesOfClasses(labels.names, targets).flat());
  return { ...labels, data: labels.data.map((value) => (wanted.has(value) ? value : 0)) };
}

/**
 * A label map in the classes of a network, to be laid beside its prediction: 1 is the first class, 0 all the rest, 255 what is left
 * out of scores.
 *
 * @param classes such as a training config, or `classesOf(model)`.
 * @param input whose labels they are, for errors.
 * @throws LabError where the labels have none of a class's structures.
 */
export function toClassLabels(labels: LabelMap, classes: LabelClasses, input = "labels"): LabelMap {
  const classOf = classTable(labels.names, classes, input);
  const names = Object.fromEntries(classes.targets.map(({ name }, at) => [at + 1, name]));
  return {
    ...withData(
      labels,
      Uint8Array.from(labels.data, (value) => classOf[value]),
    ),
    names,
  };
}

/** How a prediction agrees with the reference in one class. */
export interface ClassScore {
  name: string;
  /** Voxels of the reference. */
  voxels: number;
  /** Voxels of the prediction. */
  found: number;
  /** NaN where the class is in neither. */
  dice: number;
}

/**
 * Scores a prediction class by class against a prepared case.
 *
 * @param predicted label values are the classes, on the case's own grid with axes along R, A, S.
 * @throws LabError for another grid.
 */
export function scoreClasses(
  predicted: LabelMap,
  reference: Pick<PreparedCase, "name" | "shape"> & { labels: ArrayLike<number> },
  { targets }: Pick<TrainingConfig, "targets">,
): ClassScore[] {
  requireThat(
    predicted.shape.join() === reference.shape.join(),
    "predicted",
    `${predicted.shape.join(" x ")} voxels`,
    `${reference.shape.join(" x ")}, the grid of ${reference.name}`,
  );
  const [voxels, found, both] = [0, 1, 2].map(() => new Float64Array(targets.length + 1));
  predicted.data.forEach((label, i) => {
    found[label]++;
    voxels[reference.labels[i]]++;
    if (label === reference.labels[i]) both[label]++;
  });
  return targets.map(({ name }, at) => ({
    name,
    voxels: voxels[at + 1],
    found: found[at + 1],
    dice: (2 * both[at + 1]) / (voxels[at + 1] + found[at + 1]),
  }));
}
