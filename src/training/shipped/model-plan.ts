import { lesions, type TumorOrgan } from "../../anatomy/organs.js";
import { LabError, requireThat } from "../../core/errors.js";
import { compileJsonSchema } from "../../core/json-schema.js";
import { readChecked } from "../../core/read-checked.js";
import { closedObject, type JsonSchema, listOf, openObject, wholeNumber } from "../../core/schema.js";
import type { Vec3 } from "../../core/types.js";
import { listShipped, listShippedFolders } from "../../platform/files.js";
import { locateManifests } from "../../platform/locations.js";
import { join } from "../../platform/paths.js";
import { changeTrainingConfig, type TrainingConfigChanges } from "../read-training-config.js";
import { findPreset, type TrainingConfig } from "../training-config.js";

/** Phantoms that a shipped network learns from or is tried on. */
export interface PhantomDraw {
  seed: number;
  /** Names of hospitals; each has patients of its own. */
  hospitals: readonly string[];
  casesPerHospital: number;
  /** Share of patients without a tumor, 0 to 1. */
  controlShare: number;
}

/** All that decides what a shipped network is. */
export interface ModelPlan {
  name: string;
  /** What it finds, in a line. */
  title: string;
  /** Of weights and patches. */
  seed: number;
  preset: "tiny" | "small" | "paper";
  /** Settings that differ from the preset. */
  changes: TrainingConfigChanges;
  tumorOrgans: readonly TumorOrgan[];
  spacingMm: Vec3;
  /** Voxels of a phantom along x, y, z. */
  shape: Vec3;
  training: PhantomDraw;
  /** Decides which of the models that were validated is the best. */
  validation: PhantomDraw;
  /** Seen by nothing before the network was finished. */
  test: PhantomDraw;
}

const triple = (item: JsonSchema): JsonSchema => ({ ...listOf(item), minItems: 3, maxItems: 3 });
const count = wholeNumber(1);
const draw = closedObject({
  seed: wholeNumber(0),
  hospitals: { ...listOf({ type: "string" }), minItems: 1 },
  casesPerHospital: count,
  controlShare: { type: "number", minimum: 0, maximum: 1 },
});

/** The schema of {@link ModelPlan}. */
export const modelPlanSchema: JsonSchema = {
  $id: "tumorlab:model-plan",
  ...closedObject({
    name: { type: "string" },
    title: { type: "string" },
    seed: wholeNumber(0),
    preset: { enum: ["tiny", "small", "paper"] },
    changes: openObject({}),
    tumorOrgans: { ...listOf({ enum: lesions.map(({ tumorOrgan }) => tumorOrgan) }), minItems: 1 },
    spacingMm: triple({ type: "number", exclusiveMinimum: 0 }),
    shape: triple(count),
    training: draw,
    validation: draw,
    test: draw,
  }),
};

const check = compileJsonSchema(modelPlanSchema);
const folder = locateManifests("models");

/** Names of folders with a plan, or the name of a trial whose network it is, sorted: what `tumorlab models make` makes. */
export function listPlannedModels(): string[] {
  return listFolders(/^(plan|trial)\.json$/);
}

/** Names of the networks that come with the project, sorted. */
export function listModels(): string[] {
  return listFolders(/^record\.json$/);
}

function listFolders(holding: RegExp): string[] {
  return listShippedFolders(folder)
    .filter((name) => listShipped(join(folder, name)).some((file) => holding.test(file)))
    .sort();
}

/** Absolute path of a shipped network's folder, or of one that is planned. */
export function locateModel(name: string): string {
  const names = listPlannedModels();
  requireThat(names.includes(name), "model", name, `one of ${names.join(", ")}, or a folder with a model`);
  return join(folder, name);
}

/**
 * The plan that a shipped network was made by.
 *
 * @throws LabError for a name there is none of, a plan that is none, and phantoms that two of its parts share: patients are a
 *   function of their seed.
 */
export async function readModelPlan(name: string): Promise<ModelPlan> {
  const path = join(locateModel(name), "plan.json");
  const plan = await readChecked<ModelPlan>(path, check, "the plan of a network");
  const seeds = [plan.training.seed, plan.validation.seed, plan.test.seed];
  if (new Set(seeds).size < seeds.length)
    throw new LabError(`${path}, seeds`, seeds, "three different seeds, for training, validation and test");
  return plan;
}

/** The training config of a plan. */
export function configOfPlan({ preset, changes }: ModelPlan): TrainingConfig {
  return changeTrainingConfig(findPreset(preset), changes);
}
