import { valuesOfClasses } from "../anatomy/label-classes.js";
import type { CohortScan } from "../training/cohort-scan.js";
import { estimateTraining } from "../training/require-memory.js";
import type { TrainingConfig } from "../training/training-config.js";
import type { CommandIo } from "./command.js";

/** Tells what a training will cost. */
export function describeCost(recipe: TrainingConfig, training: number, heldOut: number, io: CommandIo): void {
  const cost = estimateTraining(recipe);
  io.err(
    `${recipe.name}: ${training} scans to learn from, ${heldOut} held out; ${cost.parameters} parameters, ` +
      `${(cost.trainFlops / 1e9).toFixed(1)} GFLOP a step, ${recipe.steps} steps, ` +
      `about ${Math.ceil(cost.trainBytes / 1e6)} MB of tensors\n`,
  );
}

/** Which label values are learned, so that a label map of another data set shows. */
export function describeLabels(
  [scan]: readonly CohortScan[],
  { targets }: TrainingConfig,
  io: CommandIo,
): void {
  if (scan.masks) return;
  const values = valuesOfClasses(scan.labelNames, targets);
  const classes = targets.map(({ name }, at) => {
    const parts = values[at].map((value) => `${value} ${scan.labelNames[value]}`);
    return `${name} (${parts.join(", ") || "none"})`;
  });
  io.err(
    `label values learned: ${classes.join(", ")}; ${scan.labelsFrom}; --label-map names them otherwise\n`,
  );
}
