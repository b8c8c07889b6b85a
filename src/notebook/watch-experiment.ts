import type { TumorOrgan } from "../anatomy/organs.js";
import type { ExperimentScore } from "../experiment/analyze/experiment-scores.js";
import { hashPlan, listTrials, type ExperimentPlan, type TrialSpec } from "../experiment/plan/plan.js";
import { collectExperiment } from "../experiment/run/collect.js";
import { createExperiment, type Experiment } from "../experiment/run/experiment-folder.js";
import { readResult } from "../experiment/run/inspect-trial.js";
import { type LocalRunOptions, runExperiment } from "../experiment/run/local-runner.js";
import type { CollectedResults, TrialResult } from "../experiment/run/result.js";
import { join } from "../platform/paths.js";
import { growingCurvesFigure } from "../plot/experiment-figures.js";
import { progress } from "./progress.js";
import { currentSignal } from "./session.js";
import { show } from "./show.js";

/** How an experiment is watched. */
export interface WatchOptions {
  /** Whose curves are drawn; default the plan's first organ. */
  organ?: TumorOrgan;
  /** Which Dice is drawn; default that of the tumors. */
  score?: ExperimentScore;
  /** Where its files lie, relative to the notebook; default a folder of the plan's own under `.tumorlab/experiments`. */
  folder?: string;
  /** Trials at once; default one per core. */
  workers?: number;
  /** What runs the trials; default `runExperiment`, a process each on this machine. */
  run?: (experiment: Experiment, options: LocalRunOptions) => Promise<unknown>;
}

/**
 * Runs an experiment in a cell: a bar of its trials, and curves in and out of distribution that grow with each. Trials that
 * have a result in the folder are not run again. Interrupting the cell stops the trials under way; running it again goes on.
 *
 * @returns the collected results; trials that failed twice are among its `missing`.
 */
export async function watchExperiment(
  plan: ExperimentPlan,
  options: WatchOptions = {},
): Promise<CollectedResults> {
  const { organ = plan.organs[0].organ, score, workers, run = runExperiment } = options;
  const planSha256 = hashPlan(plan);
  const folder = options.folder ?? join(".tumorlab", "experiments", planSha256.slice(0, 12));
  const experiment = await createExperiment(plan, folder);
  const planned = listTrials(plan);
  const trials: TrialResult[] = [];
  const take = async (trial: TrialSpec): Promise<void> => {
    const result = await readResult(experiment, trial);
    if (result) trials.push(result);
  };
  for (const trial of planned) await take(trial);

  const live = { displayId: `experiment: ${planSha256}` };
  const draw = (): Promise<void> => {
    const results: CollectedResults = { version: 1, plan, planSha256, trials, baselines: [], missing: [] };
    return show(growingCurvesFigure(results, organ, score), { ...live, update: hasShown });
  };
  let hasShown = false;
  await draw();
  hasShown = true;
  const bar = progress(`${plan.name}: trials`, planned.length);
  bar({ done: trials.length });
  // One picture after the other, in the order the trials ended.
  let drawn = Promise.resolve();
  const ended = async (trial: TrialSpec): Promise<void> => {
    await take(trial);
    bar({ done: trials.length, label: "" });
    await draw();
  };
  await run(experiment, {
    workers,
    signal: currentSignal(),
    onEvent: (event) => {
      if (event.kind === "scans")
        bar({ done: trials.length, label: `drawing scans, ${event.done} of ${event.total}` });
      if (event.kind !== "done") return;
      drawn = drawn.then(() => ended(event.trial));
      // It is awaited below; until then its failure must not count as unheard.
      drawn.catch(() => undefined);
    },
  });
  await drawn;
  bar.finish();
  return (await collectExperiment(experiment)).results;
}
