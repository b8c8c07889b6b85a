import { locateErrors, requireThat } from "../core/errors.js";
import { compileJsonSchema, requireSchema } from "../core/json-schema.js";
import { partialOf } from "../core/schema.js";
import { checkNetworkConfig } from "../model/network-config.js";
import { optimizerSchemas, recipeSchema } from "./training-config-schema.js";
import type { OptimizerSettings, TrainingConfig } from "./training-config.js";

const whole = {
  recipe: compileJsonSchema(recipeSchema),
  sgd: compileJsonSchema(optimizerSchemas.sgd),
  adamw: compileJsonSchema(optimizerSchemas.adamw),
};
const part = {
  recipe: compileJsonSchema(partialOf(recipeSchema)),
  sgd: compileJsonSchema(partialOf(optimizerSchemas.sgd)),
  adamw: compileJsonSchema(partialOf(optimizerSchemas.adamw)),
};

/**
 * Throws a LabError that names the first setting of a recipe that cannot be: one that is missing, not known, of another
 * form (a text for a number) or out of its range.
 */
export function checkTrainingConfig(recipe: TrainingConfig): void {
  requireSchema(whole.recipe, recipe, "recipe");
  checkOptimizer(recipe.optimizer, recipe.optimizer.kind, whole);
  within("network", () => checkNetworkConfig(recipe.network));
  checkClasses(recipe);
  const { windowHu, augmentation } = recipe;
  requireThat(windowHu[1] > windowHu[0], "windowHu", [...windowHu], "two rising numbers in HU");
  for (const [name, change] of Object.entries(augmentation)) {
    const { low, high } = change as { low?: number; high?: number };
    requireThat(
      low === undefined || high! >= low,
      `augmentation.${name}`,
      [low, high],
      "low and high, not falling",
    );
  }
}

/**
 * Throws as {@link checkTrainingConfig} for settings that are to be put over a preset's: those that are left out may be.
 *
 * @param kind of the optimizer whose settings they change, where they name none.
 */
export function checkRecipeChanges(changes: unknown, kind: OptimizerSettings["kind"]): void {
  const { optimizer } = requireSchema<Partial<TrainingConfig>>(part.recipe, changes, "recipe");
  if (optimizer) checkOptimizer(optimizer, optimizer.kind ?? kind, part);
}

function checkOptimizer(optimizer: unknown, kind: OptimizerSettings["kind"], checks: typeof whole): void {
  within("optimizer", () => requireSchema(checks[kind], optimizer, ""));
}

function checkClasses({ targets, ignore, network }: TrainingConfig): void {
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

/** Puts the field's place before the name in the errors of a check. */
function within<T>(field: string, check: () => T): T {
  return locateErrors((input) => (input ? `${field}.${input}` : field), check);
}
