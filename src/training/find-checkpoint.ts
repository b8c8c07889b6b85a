import { LabError } from "../core/errors.js";
import { isThere } from "../core/files.js";
import { join } from "../platform/paths.js";
import { type Checkpoint, readCheckpoint } from "./checkpoint.js";
import type { TrainingConfig } from "./training-config.js";

/** Name of the file a training goes on from. */
export const checkpointFile = "checkpoint.safetensors";

/**
 * The checkpoint that a training in `folder` goes on from; `undefined` where there is none.
 *
 * @throws LabError for one that is there and was not asked for, one of another training, or a damaged one.
 */
export async function findCheckpoint(
  folder: string,
  options: { recipe: TrainingConfig; seed?: number; resume?: boolean },
): Promise<Checkpoint | undefined> {
  const path = join(folder, checkpointFile);
  if (!(await isThere(path))) return undefined;
  if (!options.resume)
    throw new LabError(
      path,
      "a checkpoint",
      "a folder without one",
      "Resume that training (--resume), or choose another folder",
    );
  const found = await readCheckpoint(path);
  const { seed = 0, recipe } = options;
  if (found.seed !== seed) throw new LabError(`${path}, seed`, found.seed, `${seed}`, otherTraining);
  const [had, wanted] = [found.recipe, recipe].map((each) => JSON.stringify(each));
  if (had !== wanted) {
    const names = Object.keys(recipe) as (keyof TrainingConfig)[];
    const name = names.find((each) => JSON.stringify(found.recipe[each]) !== JSON.stringify(recipe[each]));
    throw new LabError(
      `${path}, config's ${name}`,
      name && JSON.stringify(found.recipe[name]),
      (name && JSON.stringify(recipe[name])) ?? wanted,
      otherTraining,
    );
  }
  return found;
}

const otherTraining = "The checkpoint is of another training: use its settings, or another folder";
