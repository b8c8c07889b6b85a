import { join } from "node:path";
import { trainingFigures } from "../figures/training-curves.js";
import type { GradientReport } from "../model/gradient-check.js";
import type { TrainedModel } from "../model/store.js";
import { readCheckpoint, type TrainingHistory, type ValidationPoint } from "../training/checkpoint.js";
import { checkpointFile } from "../training/find-checkpoint.js";
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

/**
 * Trains a network in a cell: a bar, the Dice of the held-out scans drawn anew at each validation, and in the end the
 * loss of all steps. Interrupting the cell stops the training as `trainNetwork` says; one that goes on shows the curve
 * from its beginning.
 *
 * @param options as `trainNetwork` takes them; `title` stands above bar and figures.
 */
export async function watchTraining(options: TrainingOptions & { title: string }): Promise<WatchedTraining> {
  const { title, ...training } = options;
  const snapshots: WatchedTraining["snapshots"] = [];
  const history: TrainingHistory = { losses: [], validations: [], open: { sum: 0, count: 0 } };
  const live = { displayId: `training: ${title}` };
  const bar = progress(title, options.recipe.steps);
  await show(trainingFigures(history, title)[1], live);
  const result = await trainNetwork({
    progress: bar,
    signal: currentSignal(),
    ...training,
    onEvent: async (event, snapshot) => {
      await options.onEvent?.(event, snapshot);
      if (event.kind === "start" || event.kind === "validation")
        snapshots.push({ step: event.step, model: await snapshot() });
      // What was drawn before an interrupt is drawn again.
      if (event.kind === "start" && event.resumed && training.folder !== undefined)
        history.validations.push(...(await readValidations(training.folder)));
      else if (event.kind === "validation") history.validations.push(event);
      else return;
      await show(trainingFigures(history, title)[1], { ...live, update: true });
    },
  });
  await show(trainingFigures(result.history, title), {});
  return { ...result, snapshots };
}

async function readValidations(folder: string): Promise<ValidationPoint[]> {
  return (await readCheckpoint(join(folder, checkpointFile))).history.validations;
}

/** Dice of each class at the last validation: a row a class, a column a training. */
export function trainingTable(trainings: Readonly<Record<string, Pick<TrainingResult, "history">>>): Row[] {
  const last = Object.entries(trainings).map(
    ([name, { history }]) => [name, history.validations.at(-1)?.dice ?? {}] as const,
  );
  const classes = [...new Set(last.flatMap(([, dice]) => Object.keys(dice)))];
  return classes.map((name) => ({
    class: name,
    ...Object.fromEntries(last.map(([training, dice]) => [`Dice, ${training}`, dice[name] ?? NaN])),
  }));
}

/** What an engine's check found: a row an operation. */
export function engineTable({ ops }: Pick<GradientReport, "ops">): Row[] {
  const digits = (error: number): string => (error < 1e-3 ? "below 0.001" : error.toFixed(3));
  return ops.map(({ op, outputError, gradientError, passed }) => ({
    operation: op,
    "error of the result": digits(outputError),
    "error of the gradient": digits(gradientError),
    passed: passed ? "yes" : "no",
  }));
}
