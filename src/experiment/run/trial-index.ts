import type { TrialRecord } from "../../contracts/run-record.js";
import { mapConcurrently } from "../../core/map-concurrently.js";
import { stat } from "../../platform/files.js";
import { listTrials, type TrialSpec } from "../plan/plan.js";
import { type Experiment, experimentPaths } from "./experiment-folder.js";
import { type DamagedFile, findBaselineFault, parseResult, readTrialFiles } from "./inspect-trial.js";
import { recordedArithmetic } from "./one-arithmetic.js";

/** What the files of a trial say, without its scores. */
export interface TrialState {
  /** It has a result that is as it was when its record was written. */
  hasResult: boolean;
  /** A file of it, or of its organ's baselines where it makes them, that cannot be used. */
  damaged?: DamagedFile;
  /** Of a trial with a result. */
  record?: TrialRecord;
  arithmetic?: string;
}

/** The trials of an experiment, listed once, and what their files say: each is read once as long as it stays as it is. */
export interface TrialIndex {
  readonly trials: readonly TrialSpec[];
  /** Whether a trial is the one that makes its organ's baselines. */
  isFirstOfOrgan(trial: TrialSpec): boolean;
  /**
   * What the files of a trial say now.
   *
   * @throws LabError for a file that cannot be read.
   */
  look(trial: TrialSpec): Promise<TrialState>;
}

const indices = new WeakMap<Experiment, TrialIndex>();

/** The index of an experiment, the same for as long as the experiment is held. */
export function openTrialIndex(experiment: Experiment): TrialIndex {
  const found = indices.get(experiment) ?? createTrialIndex(experiment);
  indices.set(experiment, found);
  return found;
}

function createTrialIndex(experiment: Experiment): TrialIndex {
  const { folder, plan } = experiment;
  const trials = listTrials(plan);
  const firsts = new Map<string, number>();
  for (const { organ, index } of trials) if (!firsts.has(organ)) firsts.set(organ, index);
  const isFirstOfOrgan = ({ organ, index }: TrialSpec): boolean => firsts.get(organ) === index;
  const known = new Map<number, { signature: string; state: TrialState }>();
  return {
    trials,
    isFirstOfOrgan,
    async look(trial) {
      const { index, organ } = trial;
      const own = await sign(experimentPaths.result(folder, index));
      if (own === undefined) return { hasResult: false };
      const parts = [
        own,
        await sign(experimentPaths.record(folder, index)),
        isFirstOfOrgan(trial) ? await sign(experimentPaths.baselines(folder, organ)) : "",
      ];
      const signature = parts.join(", ");
      const former = known.get(index);
      if (former?.signature === signature) return former.state;
      const state = await readState(experiment, trial, isFirstOfOrgan(trial));
      known.set(index, { signature, state });
      return state;
    },
  };
}

async function readState(experiment: Experiment, trial: TrialSpec, isFirst: boolean): Promise<TrialState> {
  const { text, record, damaged } = await readTrialFiles(experiment, trial);
  if (text === undefined || record === undefined)
    return { hasResult: false, ...(damaged ? { damaged } : {}) };
  // What earlier versions wrote in the result alone.
  const { arithmetic } = record.arithmetic === undefined ? parseResult(text) : record;
  const fault = isFirst ? await findBaselineFault(experiment, trial.organ) : undefined;
  return {
    hasResult: true,
    record,
    arithmetic: recordedArithmetic({ arithmetic }, record),
    ...(fault ? { damaged: fault } : {}),
  };
}

/** What changes with a file, `undefined` where there is none. */
async function sign(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && `${found.mtimeMs} ${found.size}`;
}

/** Files that are looked at together: on a cluster's disk each look is a journey. */
const width = 16;

/** What the files of all trials say now, in the order of the trials; see {@link TrialIndex.look}. */
export async function lookAtTrials(
  experiment: Experiment,
): Promise<{ trial: TrialSpec; state: TrialState }[]> {
  const index = openTrialIndex(experiment);
  return mapConcurrently(index.trials, width, async (trial) => ({ trial, state: await index.look(trial) }));
}

/** The trials that {@link isTrialDone} does not hold for. */
export async function listOpenTrials(experiment: Experiment): Promise<TrialSpec[]> {
  const looked = await lookAtTrials(experiment);
  return looked.filter(({ state }) => !isDone(state)).map(({ trial }) => trial);
}

/** Whether a trial has its result, and its organ's baselines where it makes them. */
export async function isTrialDone(experiment: Experiment, trial: TrialSpec): Promise<boolean> {
  return isDone(await openTrialIndex(experiment).look(trial));
}

function isDone({ hasResult, damaged }: TrialState): boolean {
  return hasResult && damaged === undefined;
}
