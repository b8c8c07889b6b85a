import { loadModel, type TrainedModel } from "../model/store.js";
import { stat } from "../platform/files.js";
import { basename, join, resolve } from "../platform/paths.js";

/** A model of a training by its name there, or another one. */
export type ModelName = "best" | "last" | "model";

/** Where a model lies. */
export interface FoundModel {
  path: string;
  name: ModelName;
}

/**
 * A model's own folder, or in the folder of a training the best, and the last where none was chosen. A best one that is
 * damaged is not passed over: its reader says what is wrong with it.
 */
export async function findModel(folder: string): Promise<FoundModel> {
  const isThere = async (path: string): Promise<boolean> =>
    (await stat(path).catch(() => undefined)) !== undefined;
  if (!(await isThere(join(folder, "model.json"))))
    for (const name of ["best", "last"] as const) {
      const path = join(folder, name);
      if ((await isThere(path)) || (await isThere(`${path}.former`))) return { path, name };
    }
  const name = basename(resolve(folder));
  return { path: folder, name: name === "best" || name === "last" ? name : "model" };
}

/**
 * Loads the model that {@link findModel} finds.
 *
 * @param onDamaged told, before the error is thrown, where the best of a training cannot be read and its last may do.
 */
export async function openFoundModel(
  folder: string,
  onDamaged: (best: string, last: string) => void = () => undefined,
): Promise<{ model: TrainedModel; name: ModelName }> {
  const { path, name } = await findModel(folder);
  try {
    return { model: await loadModel(path), name };
  } catch (error) {
    if (name === "best" && path !== folder) onDamaged(path, join(folder, "last"));
    throw error;
  }
}
