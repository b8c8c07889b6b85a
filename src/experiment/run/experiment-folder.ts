import { checkTrialRecord, type TrialRecord } from "../../contracts/run-record.js";
import { LabError, locateErrors, requireThat } from "../../core/errors.js";
import { decodeText, readJson as readPlainJson, writeFileWhole, isThere } from "../../core/files.js";
import { fromJson } from "../../core/missing.js";
import { requireOwnFolder } from "../../core/require-free.js";
import { encodeText } from "../../platform/bytes.js";
import { type FileError, readFile } from "../../platform/files.js";
import { sha256 } from "../../platform/hash.js";
import { join } from "../../platform/paths.js";
import { checkPlan } from "../plan/check-plan.js";
import { isFolderSet } from "../plan/folder-scans.js";
import { canonicalJson, type ExperimentPlan, hashPlan } from "../plan/plan.js";
import type { TrialBaseline } from "./result.js";

/** An experiment in a folder. */
export interface Experiment {
  folder: string;
  plan: ExperimentPlan;
  planSha256: string;
}

/** Why a trial has no result, where it was tried. */
export interface TrialFailure {
  index: number;
  planSha256: string;
  reason: string;
}

const number = (index: number): string => String(index).padStart(4, "0");

/** Where the files of an experiment lie in its folder. */
export const experimentPaths = {
  plan: (folder: string): string => join(folder, "plan.json"),
  /** Scans that all trials share. */
  scans: (folder: string): string => join(folder, "scans"),
  result: (folder: string, index: number): string => join(folder, "trials", `${number(index)}.json`),
  record: (folder: string, index: number): string => join(folder, "runs", `${number(index)}.json`),
  /** A dot for each time the trial was started. */
  starts: (folder: string, index: number): string => join(folder, "runs", `${number(index)}.starts`),
  /** Held by the process that computes the trial, and by the one that draws scans. */
  lock: (folder: string, index: number): string => join(folder, "runs", `${number(index)}.lock`),
  scansLock: (folder: string): string => join(folder, "runs", "scans.lock"),
  failure: (folder: string, index: number): string => join(folder, "runs", `${number(index)}.failure.json`),
  baselines: (folder: string, organ: string): string => join(folder, "baselines", `${organ}.json`),
} as const;

/** Reads a plan from a JSON file. Throws a LabError naming the file, and the field that cannot be. */
export async function readPlan(path: string): Promise<ExperimentPlan> {
  const advice = "tumorlab experiment plan writes one";
  const parsed = await readPlainJson(path, "a plan of an experiment as JSON", advice);
  return locateErrors(
    (field) => `${path}, ${field}`,
    () => checkPlan(parsed),
  );
}

/**
 * Opens an experiment's folder for a plan, or makes it.
 *
 * @throws LabError when the folder lies among the plan's scans, holds the experiment of another plan, or cannot be written.
 */
export async function createExperiment(plan: ExperimentPlan, folder: string): Promise<Experiment> {
  checkPlan(plan);
  await requireOwnFolder(
    folder,
    [plan.cohort, ...plan.tests].map((set) => (isFolderSet(set) ? set.folder : undefined)),
  );
  const path = experimentPaths.plan(folder);
  if (await isThere(path)) {
    const found = await openExperiment(folder);
    requireThat(
      found.planSha256 === hashPlan(plan),
      path,
      `plan ${found.plan.name} ${found.planSha256.slice(0, 12)}`,
      `the same plan, ${plan.name} ${hashPlan(plan).slice(0, 12)}`,
      "The folder holds another experiment: choose another folder",
    );
    // The same scans may have been moved to another place.
    if (canonicalJson(found.plan) === canonicalJson(plan)) return found;
  }
  await writeJson(path, plan, 2);
  return { folder, plan, planSha256: hashPlan(plan) };
}

/** Opens the experiment in a folder. Throws a LabError where there is none. */
export async function openExperiment(folder: string): Promise<Experiment> {
  const plan = await readPlan(experimentPaths.plan(folder));
  return { folder, plan, planSha256: hashPlan(plan) };
}

/** Leaves word of why a trial has no result. */
export async function recordFailure(
  { folder, planSha256 }: Experiment,
  index: number,
  reason: string,
): Promise<void> {
  await writeJson(experimentPaths.failure(folder, index), {
    index,
    planSha256,
    reason,
  } satisfies TrialFailure);
}

/** The text of a value as {@link writeJson} writes it, and its sha256. */
export function formatJson(value: unknown, indent?: number): { text: string; sha256: string } {
  const text = `${JSON.stringify(JSON.parse(canonicalJson(value)), undefined, indent)}\n`;
  return { text, sha256: sha256(text) };
}

/** The record of how a trial ran, `undefined` where there is none of this plan, or a damaged one. */
export async function readRecord(
  { folder, planSha256 }: Experiment,
  index: number,
): Promise<TrialRecord | undefined> {
  const found = await readJson<TrialRecord>(experimentPaths.record(folder, index));
  return found?.planSha256 === planSha256 && checkTrialRecord(found).length === 0 ? found : undefined;
}

/** Why a trial failed when it was last tried, `undefined` where it did not. */
export async function readFailure(
  { folder, planSha256 }: Experiment,
  index: number,
): Promise<TrialFailure | undefined> {
  const found = await readJson<TrialFailure>(experimentPaths.failure(folder, index));
  return found?.planSha256 === planSha256 ? found : undefined;
}

/** The baselines of an organ, `undefined` where there are none of this plan. */
export async function readBaselines(
  { folder, planSha256 }: Experiment,
  organ: string,
): Promise<TrialBaseline[] | undefined> {
  const path = experimentPaths.baselines(folder, organ);
  const found = await readJson<{ planSha256: string; baselines: TrialBaseline[] }>(path);
  return found?.planSha256 === planSha256 && Array.isArray(found.baselines) ? found.baselines : undefined;
}

/** Writes JSON with its fields in alphabetical order, whole or not at all: the same value, the same bytes. */
export async function writeJson(path: string, value: unknown, indent?: number): Promise<void> {
  await writeFileWhole(path, [encodeText(formatJson(value, indent).text)]);
}

/** What a file holds; a missing or damaged one holds nothing and is made again. */
async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readIfThere(path);
  return text === undefined ? undefined : parseJson<T>(text);
}

/** The text of a file; `undefined` where there is none. Throws a LabError for one that cannot be read. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return decodeText(await readFile(path));
  } catch (error) {
    const { code, message } = error as FileError;
    if (code === "ENOENT") return undefined;
    const found = code === "EISDIR" ? "a folder" : (code ?? message);
    const advice = "Let it be read, or remove it: it is made again";
    throw new LabError(path, found, "a file that can be read", advice, { cause: error });
  }
}

/** The value of a JSON text; `undefined` for a damaged one and `null`. */
export function parseJson<T>(text: string): T | undefined {
  try {
    return (fromJson(text) as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}
