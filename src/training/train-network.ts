import { requireThat } from "../core/errors.js";
import { type RunOptions, untilAborted } from "../core/progress.js";
import { createKey } from "../core/random.js";
import type { EngineOptions } from "../model/engines.js";
import { openEngine } from "../model/engines.js";
import { loadModel, saveModel, type TrainedModel } from "../model/store.js";
import { hashWeights, initializeWeights, type WeightTensor } from "../model/weights.js";
import { join } from "../platform/paths.js";
import { letOthersRun } from "../platform/wait.js";
import { type BatchFeed, createBatchFeed, startBatchFeed } from "./batch-feed.js";
import type { SynthesisModule } from "./batch-worker.js";
import type { Batch, CaseSynthesizer } from "./batch.js";
import { type CaseBank, openBank } from "./case-bank.js";
import { checkTrainingConfig } from "./check-training-config.js";
import {
  type Checkpoint,
  type TrainingHistory,
  type ValidationPoint,
  writeCheckpoint,
} from "./checkpoint.js";
import { checkpointFile, findCheckpoint } from "./find-checkpoint.js";
import { createLearner, type StepReport } from "./learner.js";
import { recordLoss } from "./loss-curve.js";
import type { PreparedCase } from "./prepared-case.js";
import { memoryLimitOf, requireTrainingMemory } from "./require-memory.js";
import { segmentationBatchLoss } from "./segmentation-loss.js";
import type { TrainingConfig } from "./training-config.js";
import { validate } from "./validate.js";

/** What happens in a training, as it happens. */
export type TrainingEvent =
  | { kind: "start"; step: number; steps: number; engine: string; resumed: boolean }
  | ({ kind: "step"; cases: readonly string[] } & StepReport)
  | ({ kind: "validation"; best: boolean } & ValidationPoint)
  | { kind: "checkpoint"; step: number };

/** What {@link trainNetwork} is asked for. */
export interface TrainingOptions extends RunOptions {
  recipe: TrainingConfig;
  /** Default 0. The same seed, cases, recipe and engine give the same weights to the last bit. */
  seed?: number;
  /** Scans to learn from; there may be none where every patch is of a synthetic case. */
  cases: readonly PreparedCase[] | CaseBank;
  /** Scans to validate on; default none, then there is no best model but the last. */
  validation?: readonly PreparedCase[] | CaseBank;
  /** Makes the config's share of synthetic cases: a function, called in this thread, or a module for the batches' own. */
  synthesis?: CaseSynthesizer | SynthesisModule;
  engine?: EngineOptions["engine"];
  threads?: number;
  /**
   * Where `checkpoint.safetensors`, the model `last/` and, with validation, the model `best/` are written. Without a
   * folder nothing is written, and a stopped training cannot go on.
   */
  folder?: string;
  /** Goes on from the folder's checkpoint where there is one; default false: then one that is there is refused. */
  resume?: boolean;
  /**
   * Called as things happen, and awaited: a drawing between two steps costs its time. `snapshot` gives the model as it
   * stands.
   */
  onEvent?: (event: TrainingEvent, snapshot: () => Promise<TrainedModel>) => void | Promise<void>;
}

/** What a training gave. */
export interface TrainingResult {
  /** After the last step: the running average where the config has one. */
  model: TrainedModel;
  /** The model of the best validation; `model` without any. */
  best: TrainedModel;
  history: TrainingHistory;
  /** sha256 of the weights of `model`. */
  weightsSha256: string;
  engine: string;
  /** What the weights may be compared with bit by bit, see `Engine`. */
  arithmetic: string;
}

/**
 * Trains a network for the config's steps. Batches are made in a thread beside the training; a step's batch depends on
 * seed and step alone, so that a training which was killed and goes on from its checkpoint ends with the same weights to
 * the last bit as one that was not.
 *
 * Aborting stops after the step or the window of a validation under way: checkpoint and the model `last/` are written,
 * then the signal's reason is thrown. Going on later loses nothing.
 *
 * @throws LabError for a recipe that cannot be, one that does not fit in memory, a checkpoint of another training, or a
 *   loss that is no number: then with step and cases, and the last checkpoint as it was.
 */
export async function trainNetwork(options: TrainingOptions): Promise<TrainingResult> {
  const { recipe, seed = 0, folder, signal, progress, onEvent } = options;
  checkTrainingConfig(recipe);
  const bank = toBank(options.cases);
  requireThat(
    bankSize(bank) > 0 || recipe.syntheticShare === 1,
    "cases",
    "none",
    "at least one scan with labels",
  );
  const validation = openBank(toBank(options.validation ?? []));
  const former = folder === undefined ? undefined : await findCheckpoint(folder, options);
  // A training that goes on may have had its best before it was stopped.
  const hadBest = folder !== undefined && (former?.history.validations.length ?? 0) > 0;
  let best = hadBest ? await loadModel(join(folder, "best")) : undefined;
  const engine = await openEngine({ engine: options.engine, threads: options.threads });
  requireTrainingMemory(recipe, memoryLimitOf(engine.name));
  const learner = createLearner(
    recipe,
    former ?? { weights: initializeWeights(recipe.network, createKey(seed).split("weights")) },
    (batch: Batch, parameters) => segmentationBatchLoss(recipe.network, batch, parameters),
  );
  const history: TrainingHistory = former?.history ?? {
    losses: [],
    validations: [],
    open: { sum: 0, count: 0 },
  };
  const startStep = former?.step ?? 0;
  const feed = openFeed(options, bank);
  let step = startStep;

  const toModel = async (training: Record<string, unknown> = {}): Promise<TrainedModel> =>
    describeModel(recipe, await learner.result(), {
      ...training,
      ...{ step, seed, recipe: recipe.name, arithmetic: engine.arithmetic },
    });
  const keep = async (): Promise<void> => {
    if (folder === undefined) return;
    const checkpoint: Checkpoint = { ...(await learner.state()), recipe, seed, step, history };
    await writeCheckpoint(join(folder, checkpointFile), checkpoint);
    await onEvent?.({ kind: "checkpoint", step }, toModel);
  };
  const tellProgress = (loss?: number): void => {
    const known = Object.entries({ loss, dice: history.validations.at(-1)?.meanDice });
    const values = Object.fromEntries(
      known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    progress?.({ done: step, total: recipe.steps, label: "steps", values });
  };
  const isDue = (every: number): boolean => step === recipe.steps || (step > 0 && step % every === 0);
  const isCheckpointDue = (): boolean => isDue(recipe.checkpointEvery);
  const isValidationDue = (): boolean =>
    validation.count > 0 && isDue(recipe.validateEvery) && history.validations.at(-1)?.step !== step;
  const validateNow = async (): Promise<void> => {
    const point = await validate(recipe, learner.parameters(), validation, step, { signal });
    const isBest = history.validations.every(({ meanDice }) => meanDice < point.meanDice);
    history.validations.push(point);
    if (isBest) {
      best = await toModel({ validation: point });
      if (folder !== undefined) await saveModel(join(folder, "best"), best);
    }
    await onEvent?.({ kind: "validation", best: isBest, ...point }, toModel);
  };

  try {
    await onEvent?.(
      { kind: "start", step, steps: recipe.steps, engine: engine.name, resumed: former !== undefined },
      toModel,
    );
    // Also where nothing is left to do.
    if (former) tellProgress(history.losses.at(-1)?.loss);
    // A stop within a validation leaves it to the training that goes on.
    if (isValidationDue()) {
      await validateNow();
      if (isCheckpointDue()) await keep();
    }
    while (step < recipe.steps) {
      signal?.throwIfAborted();
      const batch = await untilAborted(feed.next(step), signal);
      const report = await learner.step(batch, step);
      step++;
      recordLoss(history, report, recipe.steps);
      await onEvent?.({ kind: "step", ...report, cases: batch.cases }, toModel);
      if (isValidationDue()) await validateNow();
      if (isCheckpointDue()) await keep();
      tellProgress(report.loss);
      // The engine may compute without a pause: let an interrupt be heard.
      await letOthersRun();
    }
    const model = await toModel();
    if (folder !== undefined) await saveModel(join(folder, "last"), model);
    return {
      model,
      best: best ?? model,
      history,
      weightsSha256: hashWeights(model.weights),
      engine: engine.name,
      arithmetic: engine.arithmetic,
    };
  } catch (error) {
    // Where an interrupt is heard, in a validation too, the weights stand between two steps.
    if (signal?.aborted && error === signal.reason) {
      await keep();
      if (folder !== undefined) await saveModel(join(folder, "last"), await toModel());
    }
    throw error;
  } finally {
    await feed.close();
    learner.dispose();
  }
}

/** What is needed to use weights on a scan. */
function describeModel(
  recipe: TrainingConfig,
  weights: readonly WeightTensor[],
  training: Readonly<Record<string, unknown>> = {},
): TrainedModel {
  return {
    config: recipe.network,
    weights,
    classNames: ["background", ...recipe.targets.map(({ name }) => name)],
    structures: recipe.targets.map(({ structures }) => structures),
    ignored: recipe.ignore,
    spacingMm: recipe.spacingMm,
    windowHu: recipe.windowHu,
    training,
  };
}

function toBank(cases: readonly PreparedCase[] | CaseBank): CaseBank {
  return "kind" in cases ? cases : { kind: "memory", cases };
}

function bankSize(bank: CaseBank): number {
  return bank.kind === "memory" ? bank.cases.length : bank.paths.length;
}

function openFeed({ recipe, seed = 0, synthesis }: TrainingOptions, bank: CaseBank): BatchFeed {
  const { batch, network, foregroundShare, syntheticShare, augmentation } = recipe;
  const { targets, ignore, spacingMm, windowHu } = recipe;
  const batchRecipe = {
    batch,
    network,
    foregroundShare,
    syntheticShare,
    augmentation,
    targets,
    ignore,
    spacingMm,
    windowHu,
  };
  const work = { bank, recipe: batchRecipe, seed };
  if (typeof synthesis === "function") return createBatchFeed(work, synthesis);
  return startBatchFeed(synthesis ? { ...work, synthesis } : work, recipe.steps);
}
