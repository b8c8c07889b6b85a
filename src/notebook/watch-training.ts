import { makeFolder } from "../core/files.js";
import { ownValue } from "../core/own-value.js";
import type { GradientReport } from "../model/gradient-check.js";
import { loadModel, saveModel, type TrainedModel } from "../model/store.js";
import { readdir, rm } from "../platform/files.js";
import { monotonicMs } from "../platform/machine.js";
import { join } from "../platform/paths.js";
import { trainingFigures } from "../plot/training-curves.js";
import { readCheckpoint, type TrainingHistory } from "../training/checkpoint.js";
import { checkpointFile } from "../training/find-checkpoint.js";
import { recordLoss } from "../training/loss-curve.js";
import { trainNetwork, type TrainingOptions, type TrainingResult } from "../training/train-network.js";
import type { Row } from "./data-frame.js";
import { progress } from "./progress.js";
import { currentSignal } from "./session.js";
import { show } from "./show.js";

/** A training that was watched. */
export interface WatchedTraining extends TrainingResult {
  /** The model at the start and at each validation. */
  snapshots: { step: number; model: TrainedModel }[];
}

/** Within the folder of a training. */
const snapshotFolder = "snapshots";

/**
 * Trains a network in a cell: a bar, the loss and the Dice of the held-out scans, drawn anew as the training goes on and at
 * each validation. Interrupting the cell stops the training as `trainNetwork` says; one that goes on shows its curves and
 * has its snapshots from the beginning.
 *
 * @param options as `trainNetwork` takes them; `title` stands above bar and figures. Snapshots are kept in the folder, where
 *   there is one. `renderEveryMs`: least time between two drawings of the loss while steps go on, default 10 s, since each
 *   takes a tenth of a second or two.
 */
export async function watchTraining(
  options: TrainingOptions & { title: string; renderEveryMs?: number },
): Promise<WatchedTraining> {
  const { title, renderEveryMs = 10_000, ...training } = options;
  const snapshots: WatchedTraining["snapshots"] = [];
  let history: TrainingHistory = { losses: [], validations: [], open: { sum: 0, count: 0 } };
  const draw = async (update: boolean): Promise<void> => {
    const [loss, dice] = trainingFigures(history, title);
    await show(loss, { displayId: `loss: ${title}`, update });
    await show(dice, { displayId: `training: ${title}`, update });
  };
  const bar = progress(title, options.recipe.steps);
  await draw(false);
  let drawnMs = monotonicMs();
  const result = await trainNetwork({
    progress: bar,
    signal: currentSignal(),
    ...training,
    onEvent: async (event, snapshot) => {
      await options.onEvent?.(event, snapshot);
      if (event.kind === "start" && training.folder !== undefined)
        snapshots.push(...(await openSnapshots(training.folder, event.resumed ? event.step : -1)));
      const isNew = snapshots.at(-1)?.step !== event.step;
      if ((event.kind === "start" || event.kind === "validation") && isNew) {
        snapshots.push({ step: event.step, model: await snapshot() });
        if (training.folder !== undefined) await keepSnapshot(training.folder, snapshots.at(-1)!);
      }
      if (event.kind === "step") recordLoss(history, event, options.recipe.steps);
      // What was drawn before an interrupt is drawn again.
      if (event.kind === "start" && event.resumed && training.folder !== undefined)
        ({ history } = await readCheckpoint(join(training.folder, checkpointFile)));
      else if (event.kind === "validation") history.validations.push(event);
      else if (event.kind !== "step" || monotonicMs() - drawnMs < renderEveryMs) return;
      await draw(true);
      drawnMs = monotonicMs();
    },
  });
  ({ history } = result);
  await draw(true);
  return { ...result, snapshots };
}

/** Snapshots of a training that goes on, up to its step; those of another training are removed. */
async function openSnapshots(folder: string, upTo: number): Promise<WatchedTraining["snapshots"]> {
  const place = join(folder, snapshotFolder);
  if (upTo < 0) await rm(place, { recursive: true, force: true });
  const names = await readdir(place).catch(() => []);
  const steps = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const kept = steps.filter((step) => step <= upTo).sort((a, b) => a - b);
  return Promise.all(kept.map(async (step) => ({ step, model: await loadModel(join(place, String(step))) })));
}

async function keepSnapshot(
  folder: string,
  { step, model }: WatchedTraining["snapshots"][number],
): Promise<void> {
  await makeFolder(join(folder, snapshotFolder));
  await saveModel(join(folder, snapshotFolder, String(step)), model);
}

/** Dice of each class at the last validation: one row per class, a column a training. */
export function trainingTable(trainings: Readonly<Record<string, Pick<TrainingResult, "history">>>): Row[] {
  const last = Object.entries(trainings).map(
    ([name, { history }]) => [name, history.validations.at(-1)?.dice ?? {}] as const,
  );
  const classes = [...new Set(last.flatMap(([, dice]) => Object.keys(dice)))];
  return classes.map((name) => ({
    class: name,
    ...Object.fromEntries(last.map(([training, dice]) => [`Dice, ${training}`, ownValue(dice, name) ?? NaN])),
  }));
}

/** What an engine's check found: one row per operation. */
export function engineTable({ ops }: Pick<GradientReport, "ops">): Row[] {
  const digits = (error: number): string => (error < 1e-3 ? "below 0.001" : error.toFixed(3));
  return ops.map(({ op, outputError, gradientError, passed }) => ({
    operation: op,
    "error of the result": digits(outputError),
    "error of the gradient": digits(gradientError),
    passed: passed ? "yes" : "no",
  }));
}
