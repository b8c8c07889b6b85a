import { LabError } from "../core/errors.js";
import { compileJsonSchema, requireSchema } from "../core/json-schema.js";
import { type JsonSchema, listOf, openObject, wholeNumber } from "../core/schema.js";
import { readSafetensors, writeSafetensors } from "../model/safetensors.js";
import { hashWeights, matchWeights, type Weights, type WeightTensor } from "../model/weights.js";
import { checkTrainingConfig } from "./check-training-config.js";
import type { LearnerState } from "./learner.js";
import type { TrainingConfig } from "./training-config.js";

/** Loss over some steps. */
export interface LossPoint {
  /** Steps done when it was written. */
  step: number;
  /** Mean loss since the point before. */
  loss: number;
  learningRate: number;
}

/** How the network did on scans it was not trained on. */
export interface ValidationPoint {
  /** Steps done. */
  step: number;
  /** Dice of each class over the voxels of all validation scans together; `null` where none has the class. */
  dice: Readonly<Record<string, number | null>>;
  /** Mean over the classes that have one. */
  meanDice: number;
}

/** What a training has shown so far. */
export interface TrainingHistory {
  losses: LossPoint[];
  validations: ValidationPoint[];
  /** Of {@link TrainingHistory.losses}' next point: the sum of losses and their number. */
  open: { sum: number; count: number };
}

/** Everything a training needs to go on as if it had never stopped. */
export interface Checkpoint extends LearnerState {
  recipe: TrainingConfig;
  seed: number;
  /** Steps done. */
  step: number;
  history: TrainingHistory;
}

const format = "tumorlab-checkpoint-1";

/** Writes a checkpoint as one safetensors file, whole or not at all. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { weights, slots, average, recipe, seed, step, history } = checkpoint;
  const tensors = [
    ...prefix("weights", weights),
    ...slots.flatMap((slot, i) => prefix(`slot${i}`, slot)),
    ...(average ? prefix("average", average) : []),
  ];
  await writeSafetensors(path, tensors, {
    format,
    sha256: hashWeights(tensors),
    state: JSON.stringify({ recipe, seed, step, history }),
  });
}

/**
 * Reads a checkpoint.
 *
 * @throws LabError for a file that is missing, something else or damaged, or a tensor that does not fit its network.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata } = await readSafetensors(path);
  if (metadata.format !== format) throw new LabError(path, metadata.format, format);
  const found = hashWeights(tensors);
  if (found !== metadata.sha256)
    throw new LabError(path, `sha256 ${found}`, `sha256 ${metadata.sha256}`, damaged);
  const state = parseState(path, metadata.state);
  const part = (name: string): WeightTensor[] =>
    matchWeights(
      state.recipe.network,
      tensors
        .filter((tensor) => tensor.name.startsWith(`${name}/`))
        .map((tensor) => ({ ...tensor, name: tensor.name.slice(name.length + 1) })),
      `${path}, ${name}`,
    );
  const slots = state.recipe.optimizer.kind === "sgd" ? ["slot0"] : ["slot0", "slot1"];
  return {
    ...state,
    weights: part("weights"),
    slots: slots.map(part),
    ...(state.recipe.averageDecay > 0 ? { average: part("average") } : {}),
  };
}

const numbers = (...names: string[]): JsonSchema =>
  openObject(Object.fromEntries(names.map((name) => [name, { type: "number" }])));
const checkState = compileJsonSchema(
  openObject({
    recipe: { type: "object" },
    seed: { type: "integer" },
    step: wholeNumber(0),
    history: openObject({
      losses: listOf(numbers("step", "loss", "learningRate")),
      validations: listOf(openObject({ step: { type: "number" }, dice: { type: "object" } })),
      open: numbers("sum", "count"),
    }),
  }),
);

const damaged = "The checkpoint is damaged: remove it and start again, or take a copy of it";

function parseState(path: string, text: string): Pick<Checkpoint, "recipe" | "seed" | "step" | "history"> {
  try {
    const state = requireSchema<Checkpoint>(checkState, JSON.parse(text), "state");
    checkTrainingConfig(state.recipe);
    return state;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError(`${path}, state`, reason, "recipe, seed, step and history", damaged, { cause: error });
  }
}

function prefix(name: string, weights: Weights): WeightTensor[] {
  return weights.map((tensor) => ({ ...tensor, name: `${name}/${tensor.name}` }));
}
