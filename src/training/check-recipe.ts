import type { TargetClass } from "../anatomy/label-classes.js";
import { locateErrors, requireThat } from "../core/errors.js";
import { checkNetworkConfig } from "../model/network-config.js";
import { checkAugmentation } from "./augmentation.js";
import { type OptimizerSettings, presets, type TrainingRecipe } from "./recipe.js";
import { requireForm } from "./setting-form.js";

/**
 * Throws a LabError that names the first setting of a recipe that cannot be: one that is missing, not known, of another
 * form (a text for a number) or out of its range.
 */
export function checkRecipe(recipe: TrainingRecipe): void {
  requireForm("recipe", recipe, presets.tiny, {
    whole: true,
    // Lists of no fixed length, and settings with checks of their own.
    free: ["network", "targets", "ignore", "optimizer"],
  });
  requireForm("network", recipe.network, presets.tiny.network, {
    whole: true,
    free: ["decoderBlocks"], // empty where there is one level
    prefix: "network.",
  });
  locateErrors(
    (input) => `network.${input}`,
    () => checkNetworkConfig(recipe.network),
  );
  checkAugmentation(recipe.augmentation);
  checkClasses(recipe);
  checkNumbers(recipe);
  checkOptimizer(recipe.optimizer);
}

/** Throws a LabError unless a value is a list of classes, each with a name and a list of structures. */
export function checkTargets(targets: unknown): asserts targets is readonly TargetClass[] {
  const isClass = (value: unknown): boolean => {
    const { name, structures } = (value ?? {}) as Partial<TargetClass>;
    return isText(name) && isTexts(structures);
  };
  requireThat(
    Array.isArray(targets) && targets.every(isClass),
    "targets",
    targets,
    'a list of classes such as { "name": "kidney", "structures": ["kidney_left", "kidney_right"] }',
  );
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

function checkClasses({ targets, ignore, network }: TrainingRecipe): void {
  checkTargets(targets);
  requireThat(isTexts(ignore), "ignore", ignore, "a list of structures");
  requireThat(
    network.inputChannels === 1,
    "network.inputChannels",
    network.inputChannels,
    "1: scans are CT alone",
  );
  requireThat(
    targets.length === network.classes - 1,
    "targets",
    `${targets.length} classes`,
    `${network.classes - 1}, one fewer than the network's ${network.classes} classes with background`,
  );
  const structures = [...targets.flatMap((target) => target.structures), ...ignore];
  const twice = structures.find((name, at) => structures.indexOf(name) !== at);
  requireThat(twice === undefined, "targets", twice, "each structure in one class");
  requireThat(
    targets.every((target) => target.structures.length > 0),
    "targets",
    targets.map(({ name }) => name),
    "at least one structure in each class",
  );
}

function checkNumbers(recipe: TrainingRecipe): void {
  const { windowHu, spacingMm } = recipe;
  requireThat(
    windowHu.length === 2 && windowHu.every(Number.isFinite) && windowHu[1] > windowHu[0],
    "windowHu",
    [...windowHu],
    "two rising numbers in HU",
  );
  requireThat(
    spacingMm.length === 3 && spacingMm.every((mm) => mm > 0 && mm <= 50),
    "spacingMm",
    [...spacingMm],
    "three numbers above 0, at most 50, in mm",
  );
  for (const name of ["batch", "steps", "validateEvery", "checkpointEvery"] as const) {
    const value = recipe[name];
    requireThat(Number.isSafeInteger(value) && value >= 1, name, value, "a whole number from 1");
  }
  for (const name of ["foregroundShare", "syntheticShare"] as const) {
    const value = recipe[name];
    requireThat(value >= 0 && value <= 1, name, value, "a number from 0 to 1");
  }
  for (const name of ["averageDecay", "overlap"] as const)
    requireThat(recipe[name] >= 0 && recipe[name] < 1, name, recipe[name], "0 to below 1");
  requireThat(recipe.gradientClip >= 0, "gradientClip", recipe.gradientClip, "0 or more");
}

function checkOptimizer(optimizer: OptimizerSettings): void {
  const { kind } = (optimizer ?? {}) as Partial<OptimizerSettings>;
  requireThat(kind === "sgd" || kind === "adamw", "optimizer", kind, "sgd or adamw");
  const like = Object.values(presets).find((preset) => preset.optimizer.kind === kind)!;
  requireForm("optimizer", optimizer, like.optimizer, { whole: true, prefix: "optimizer." });
  const require = (name: string, isGood: (value: number) => boolean, expected: string): void => {
    const value = (optimizer as unknown as Readonly<Record<string, number>>)[name];
    requireThat(Number.isFinite(value) && isGood(value), `optimizer.${name}`, value, expected);
  };
  require("learningRate", (value) => value > 0, "a number above 0");
  require("weightDecay", (value) => value >= 0, "a number from 0");
  if (kind === "sgd") {
    require("momentum", (value) => value >= 0 && value < 1, "0 to below 1");
    require("power", (value) => value >= 0, "a number from 0");
  } else {
    require("warmupSteps", (value) => Number.isInteger(value) && value >= 0, "a whole number from 0");
    for (const name of ["beta1", "beta2"]) require(name, (value) => value >= 0 && value < 1, "0 to below 1");
  }
}
