import { locateErrors, requireThat } from "../core/errors.js";
import { readJson } from "../core/files.js";
import { createNetworkConfig, type NetworkConfig } from "../model/network-config.js";
import { checkTrainingConfig, checkRecipeChanges } from "./check-training-config.js";
import { findPreset, type TrainingConfig } from "./training-config.js";

/** Settings of a recipe that differ from those of a preset. */
export type TrainingConfigChanges = Partial<
  Omit<TrainingConfig, "network" | "augmentation" | "optimizer">
> & {
  /** Blocks a level and number of classes follow from `widths` and `targets` where they are not given. */
  network?: Partial<NetworkConfig>;
  augmentation?: Partial<TrainingConfig["augmentation"]>;
  optimizer?: Partial<TrainingConfig["optimizer"]>;
};

/**
 * A preset with some settings changed.
 *
 * @throws LabError naming the first setting that is not known or cannot be.
 */
export function changeTrainingConfig(preset: TrainingConfig, changes: TrainingConfigChanges): TrainingConfig {
  checkRecipeChanges(changes, preset.optimizer.kind);
  const { network = {}, augmentation = {}, optimizer = {}, ...rest } = changes;
  const targets = rest.targets ?? preset.targets;
  const kind = optimizer.kind ?? preset.optimizer.kind;
  if (kind !== preset.optimizer.kind)
    requireThat(
      optimizer.learningRate !== undefined,
      "optimizer",
      optimizer,
      `all settings of ${kind}, which ${preset.name} does not use`,
    );
  const { encoderBlocks, decoderBlocks, ...kept } = preset.network;
  const blocks = network.widths ? {} : { encoderBlocks, decoderBlocks };
  const recipe: TrainingConfig = {
    ...preset,
    ...rest,
    network: createNetworkConfig({ ...kept, ...blocks, classes: targets.length + 1, ...network }),
    augmentation: { ...preset.augmentation, ...augmentation },
    optimizer: (kind === preset.optimizer.kind
      ? { ...preset.optimizer, ...optimizer }
      : optimizer) as TrainingConfig["optimizer"],
  };
  checkTrainingConfig(recipe);
  return recipe;
}

/**
 * Reads a recipe from JSON: `{ "preset": "small", ... }` with the settings that differ; `"tiny"` without a preset.
 *
 * @throws LabError naming the file and what is wrong with it.
 */
export async function readTrainingConfig(path: string): Promise<TrainingConfig> {
  const parsed = (await readJson(path, "a config as JSON")) as { preset?: string } & TrainingConfigChanges;
  requireThat(
    typeof parsed === "object" && parsed !== null && !Array.isArray(parsed),
    path,
    parsed,
    "a config as JSON, an object of settings",
  );
  const { preset = "tiny", ...changes } = parsed;
  return locateErrors(
    (input) => `${path}, ${input}`,
    () => changeTrainingConfig(findPreset(preset), changes),
  );
}
