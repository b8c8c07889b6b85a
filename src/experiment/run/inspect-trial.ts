import type { TrialRecord } from "../../contracts/run-record.js";
import { fromJson } from "../../core/missing.js";
import { sha256 } from "../../platform/hash.js";
import { relative } from "../../platform/paths.js";
import { canonicalJson, type TrialSpec } from "../plan/plan.js";
import { testsOfTrial } from "../plan/tests.js";
import {
  type Experiment,
  experimentPaths,
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

/** The files of a trial: its result's text with its record, one that is damaged, or neither where it has not finished. */
export interface TrialFiles {
  text?: string;
  record?: TrialRecord;
  damaged?: DamagedFile;
}

/**
 * Reads the result of a trial and holds it against its record: by the sha256 of its bytes, without looking into it, where they
 * agree.
 *
 * @throws LabError for a file that cannot be read.
 */
export async function readTrialFiles(experiment: Experiment, trial: TrialSpec): Promise<TrialFiles> {
  const { index } = trial;
  const path = experimentPaths.result(experiment.folder, index);
  const text = await readIfThere(path);
  if (text === undefined) return {};
  const record = await readRecord(experiment, index);
  const expected = record?.index === index ? record.resultSha256 : undefined;
  if (record && expected !== undefined && expected === sha256(text)) return { text, record };
  const damaged = (file: string, fault: string): TrialFiles => ({
    damaged: { file: relative(experiment.folder, file), fault },
  });
  const found = parseJson<TrialResult>(text);
  if (!found) return damaged(path, "is damaged: cut short, or no JSON");
  if (found.planSha256 !== experiment.planSha256) return damaged(path, "is of another plan");
  if (!isResultOf(experiment, trial, found)) return damaged(path, "is damaged: not the result of this trial");
  if (!record) return damaged(...(await findRecordFault(experiment, index)));
  if (record.resultSha256 !== undefined)
    return damaged(path, "was changed since it was written: its sha256 is not that of its record in runs/");
  return { text, record };
}

/**
 * The result of a trial, `undefined` where there is none of this plan, or one that was changed since it was written or has
 * lost its record.
 *
 * @throws LabError for a file that cannot be read.
 */
export async function readResult(experiment: Experiment, trial: TrialSpec): Promise<TrialResult | undefined> {
  const { text } = await readTrialFiles(experiment, trial);
  return text === undefined ? undefined : parseResult(text);
}

/** The result that a text of {@link readTrialFiles} holds. */
export function parseResult(text: string): TrialResult {
  return fromJson(text) as TrialResult;
}

/** What is wrong with the baselines of an organ, `undefined` where nothing is. */
export async function findBaselineFault(
  experiment: Experiment,
  organ: TrialSpec["organ"],
): Promise<DamagedFile | undefined> {
  if (await readBaselines(experiment, organ)) return undefined;
  const isThere = (await readIfThere(experimentPaths.baselines(experiment.folder, organ))) !== undefined;
  return {
    file: `baselines/${organ}.json`,
    fault: isThere ? "is damaged or of another plan" : "is missing",
  };
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

function isResultOf({ plan }: Experiment, trial: TrialSpec, found: TrialResult): boolean {
  const names = (tests: unknown): string | false =>
    Array.isArray(tests) && canonicalJson(tests.map((test: { name?: unknown } | null) => test?.name));
  return (
    canonicalJson(found.trial ?? null) === canonicalJson(trial) &&
    names(found.tests) === names(testsOfTrial(plan, trial))
  );
}
