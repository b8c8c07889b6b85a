import { ignoreLabel } from "../anatomy/label-classes.js";
import type { RunOptions } from "../core/progress.js";
import type { NetworkConfig } from "../model/network-config.js";
import type { ParameterTensors } from "../model/network.js";
import type { CaseReader } from "./case-bank.js";
import type { ValidationPoint } from "./checkpoint.js";
import type { PreparedCase } from "./prepared-case.js";
import { predictPlanes, windowNetwork } from "./sliding-window.js";
import type { TrainingConfig } from "./training-config.js";

/**
 * The most probable class of each voxel, x fastest.
 *
 * @param options `probabilityOf`: a class whose probabilities are written into an array of as many voxels; default none.
 */
export async function classifyCase(
  config: NetworkConfig,
  parameters: ParameterTensors,
  image: { image: Float32Array; shape: PreparedCase["shape"] },
  options: RunOptions & {
    overlap?: number;
    mirrorAxes?: readonly (0 | 1 | 2)[];
    probabilityOf?: { class: number; into: Float32Array };
  } = {},
): Promise<Uint8Array> {
  const [nx, ny, nz] = image.shape;
  const { probabilityOf } = options;
  const found = new Uint8Array(nx * ny * nz);
  await predictPlanes(
    config,
    windowNetwork(config, parameters),
    { data: image.image, shape: image.shape },
    (z, probabilities) => {
      const [from, to] = [z * nx * ny, (z + 1) * nx * ny];
      pickLargest(probabilities, found.subarray(from, to));
      if (!probabilityOf) return;
      const at = probabilityOf.class * nx * ny;
      probabilityOf.into.set(probabilities.subarray(at, at + nx * ny), from);
    },
    options,
  );
  return found;
}

/** Writes the class with the largest probability of each voxel of a plane `[class][voxel]`; the lowest of equals. */
export function pickLargest(probabilities: Float32Array, into: Uint8Array): void {
  const voxels = into.length;
  const classes = probabilities.length / voxels;
  for (let i = 0; i < voxels; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if (probabilities[c * voxels + i] > probabilities[best * voxels + i]) best = c;
    into[i] = best;
  }
}

/**
 * Dice of each class over the voxels of all cases together, predicted by sliding windows; voxels to ignore are left out.
 * A class that no case has and that is not found is `null`.
 */
export async function validate(
  recipe: TrainingConfig,
  parameters: ParameterTensors,
  cases: Pick<CaseReader, "count" | "open">,
  step: number,
  { signal }: RunOptions = {},
): Promise<ValidationPoint> {
  const classes = recipe.network.classes;
  const [both, found, truth] = [0, 1, 2].map(() => new Float64Array(classes));
  for (let i = 0; i < cases.count; i++) {
    const each = cases.open(i);
    const predicted = await classifyCase(recipe.network, parameters, each, {
      overlap: recipe.overlap,
      signal,
    });
    for (let v = 0; v < predicted.length; v++) {
      const label = each.labels[v];
      if (label === ignoreLabel) continue;
      found[predicted[v]]++;
      truth[label]++;
      if (label === predicted[v]) both[label]++;
    }
  }
  const scores = recipe.targets.map(({ name }, at) => {
    const size = found[at + 1] + truth[at + 1];
    return [name, size === 0 ? null : (2 * both[at + 1]) / size] as const;
  });
  const known = scores.flatMap(([, dice]) => (dice === null ? [] : [dice]));
  return {
    step,
    dice: Object.fromEntries(scores),
    meanDice: known.length === 0 ? 0 : known.reduce((sum, dice) => sum + dice, 0) / known.length,
  };
}
