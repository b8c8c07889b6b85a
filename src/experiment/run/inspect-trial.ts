import { sha256 } from "../../platform/hash.js";
import { relative } from "../../platform/paths.js";
import { canonicalJson, listTrials, type TrialSpec } from "../plan/plan.js";
import { testsOfTrial } from "../plan/tests.js";
import {
  type Experiment,
  experimentPaths,
  isFirstOfOrgan,
  parseJson,
  readBaselines,
  readIfThere,
  readRecord,
} from "./experiment-folder.js";
import type { TrialResult } from "./result.js";

/** A file that a finished trial left and that cannot be used: the trial is made again when the experiment runs. */
export interface DamagedFile {
  /** Its place in the experiment's folder. */
  file: string;
  /** What is wrong with it, after its name: `was changed since it was written`. */
  fault: string;
}

/** What the files of a trial say: its result, a file that is damaged, or neither where it has not finished. */
export interface TrialState {
  result?: TrialResult;
  damaged?: DamagedFile;
}

/**
 * Reads the result of a trial and holds it against its record.
 *
 * @throws LabError for a file that cannot be read.
 */
export async function inspectResult(experiment: Experiment, index: number): Promise<TrialState> {
  const path = experimentPaths.result(experiment.folder, index);
  const text = await readIfThere(path);
  if (text === undefined) return {};
  const found = parseJson<TrialResult>(text);
  const damaged = (file: string, fault: string): TrialState => ({
    damaged: { file: relative(experiment.folder, file), fault },
  });
  if (!found) return damaged(path, "is damaged: cut short, or no JSON");
  if (found.planSha256 !== experiment.planSha256) return damaged(path, "is of another plan");
  if (!isResultOf(experiment, index, found)) return damaged(path, "is damaged: not the result of this trial");
  const record = await readRecord(experiment, index);
  if (!record) return damaged(...(await findRecordFault(experiment, index)));
  const { resultSha256 } = record;
  if (resultSha256 !== undefined && resultSha256 !== sha256(text))
    return damaged(path, "was changed since it was written: its sha256 is not that of its record in runs/");
  return { result: found };
}

/** As {@link inspectResult}, with the baselines that the first trial of an organ makes. */
export async function inspectTrial(experiment: Experiment, trial: TrialSpec): Promise<TrialState> {
  const state = await inspectResult(experiment, trial.index);
  if (!state.result || !isFirstOfOrgan(experiment.plan, trial)) return state;
  if (await readBaselines(experiment, trial.organ)) return state;
  const isThere =
    (await readIfThere(experimentPaths.baselines(experiment.folder, trial.organ))) !== undefined;
  const fault = isThere ? "is damaged or of another plan" : "is missing";
  return { ...state, damaged: { file: `baselines/${trial.organ}.json`, fault } };
}

/** Whether a trial has its result, and its organ's baselines where it makes them. */
export async function isTrialDone(experiment: Experiment, trial: TrialSpec): Promise<boolean> {
  const { result, damaged } = await inspectTrial(experiment, trial);
  return result !== undefined && damaged === undefined;
}

/**
 * The result of a trial, `undefined` where there is none of this plan, or one that was changed since it was written or has
 * lost its record.
 *
 * @throws LabError for a file that cannot be read.
 */
export async function readResult(experiment: Experiment, index: number): Promise<TrialResult | undefined> {
  return (await inspectResult(experiment, index)).result;
}

/** A damaged file in words, as `status` and `collect` say it. */
export function describeDamage({ file, fault }: DamagedFile): string {
  return `${file} ${fault}; running the experiment makes it again`;
}

async function findRecordFault(experiment: Experiment, index: number): Promise<[string, string]> {
  const path = experimentPaths.record(experiment.folder, index);
  const text = await readIfThere(path);
  if (text === undefined)
    return [path, "is missing: the record of a trial tells whether its result is as it was written"];
  const found = parseJson<{ planSha256?: unknown }>(text);
  if (!found) return [path, "is damaged: cut short, or no JSON"];
  const { planSha256 } = found;
  const isForeign = typeof planSha256 === "string" && planSha256 !== experiment.planSha256;
  return [path, isForeign ? "is of another plan" : "is damaged: not the record of a trial"];
}

function isResultOf({ plan }: Experiment, index: number, found: TrialResult): boolean {
  const names = (tests: unknown): string | false =>
    Array.isArray(tests) && canonicalJson(tests.map((test: { name?: unknown } | null) => test?.name));
  const trial = listTrials(plan)[index];
  return (
    canonicalJson(found.trial ?? null) === canonicalJson(trial) &&
    names(found.tests) === names(testsOfTrial(plan, trial))
  );
}
