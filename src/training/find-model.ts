import { missingError } from "../core/errors.js";
import { loadModel, type TrainedModel } from "../model/store.js";
import { stat } from "../platform/files.js";
import { basename, join, resolve } from "../platform/paths.js";
import { listModels, locateModel } from "./shipped/model-plan.js";

/** A model of a training by its name there, or another one. */
export type ModelName = "best" | "last" | "model";

/** Where a model lies. */
export interface FoundModel {
  path: string;
  name: ModelName;
}

/**
 * A model's own folder, or in the folder of a training the best, and the last where none was chosen. A best one that is
 * damaged is not passed over: its reader says what is wrong with it. Where nothing lies there, the name of a network that ships
 * (see `listModels`) is that network.
 */
export async function findModel(folder: string): Promise<FoundModel> {
  const isThere = async (path: string): Promise<boolean> =>
    (await stat(path).catch(() => undefined)) !== undefined;
  if (listModels().includes(folder) && !(await isThere(folder)))
    return { path: join(locateModel(folder), "model"), name: "model" };
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
  if (name === "model" && (await stat(path).catch(() => undefined)) === undefined)
    throw missingError(path, `a folder with a model, or a network that ships: ${listModels().join(", ")}`);
  try {
    return { model: await loadModel(path), name };
  } catch (error) {
    if (name === "best" && path !== folder) onDamaged(path, join(folder, "last"));
    throw error;
  }
}

/**
 * Opens a network: one that ships by its name (see `listModels`), else by its folder or that of a training, of which the best
 * is taken.
 *
 * @throws LabError for a name or folder without one, and a file that is damaged.
 */
export async function openModel(nameOrFolder: string): Promise<TrainedModel> {
  return (await openFoundModel(nameOrFolder)).model;
}
