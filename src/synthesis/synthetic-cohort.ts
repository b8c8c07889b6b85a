import { addClassNames } from "../anatomy/classes-file.js";
import { requireThat } from "../core/errors.js";
import { writeFileWhole, isThere } from "../core/files.js";
import type { ProgressListener, RunOptions } from "../core/progress.js";
import { readChecked } from "../core/read-checked.js";
import { requireOwnFolder } from "../core/require-free.js";
import type { FolderLayout } from "../data/layouts.js";
import type { ReadingChoice } from "../formats/read.js";
import { encodeText } from "../platform/bytes.js";
import { mkdir } from "../platform/files.js";
import { join, relative, resolve } from "../platform/paths.js";
import { findSynthesizer, learnedName } from "../tumor/synthesizers.js";
import { type HostCandidate, listHosts } from "./host-scans.js";
import { openGenerator } from "./learned/open-generator.js";
import { type MixSettings, planMix, type PlannedLesion } from "./plan.js";
import { checkCohortPlan } from "./record-schema.js";
import { type LesionOutcome, surveyHosts, writeLesionCases, writeLesionNames } from "./synthesis-worker.js";
import { formatSyntheticTable } from "./synthetic-table.js";

/** Name of the file that holds a synthetic cohort's plan. */
const planFile = "synthesis.json";

/** How a synthetic cohort is made. */
export interface SyntheticCohortOptions extends RunOptions {
  recipe: MixSettings;
  /** Folder of the generator that the method `learned` means. */
  generator?: string;
  /** Structure by label value; default what the folder says of them. */
  names?: Readonly<Record<number, string>>;
  layout?: FolderLayout;
  /** Which series or volume of each scan is meant, and what becomes of irregular slices. */
  reading?: ReadingChoice;
  /** Threads; default 1, this one. */
  workers?: number;
  /** Told while the scans are looked at, before `progress` tells of the cases. */
  surveyProgress?: ProgressListener;
}

/** What became of a synthetic cohort. */
export interface SyntheticCohortReport {
  /** Planned cases in order. */
  plans: PlannedLesion[];
  outcomes: LesionOutcome[];
  /** Scans that could not be used at all. */
  failedHosts: { case: string; reason: string }[];
}

interface PlanDocument {
  format: "tumorlab-synthesis";
  formatVersion: 1;
  /** Folder of the scans, from this file's. */
  cohort: string;
  reading?: ReadingChoice;
  recipe: MixSettings;
  failedHosts: { case: string; reason: string }[];
  plans: PlannedLesion[];
}

/**
 * Fills `folder` with synthetic cases made from the healthy scans of `cohortFolder` by `planMix`, and writes a
 * `metadata.csv` over them. The plan is written first, as `synthesis.json`; a run that was broken off, however hard, goes on where it was and ends with the same
 * bytes. A scan or case that fails leaves the others be.
 *
 * @throws LabError when the cohort cannot be listed, no scan is healthy, or the folder lies among the cohort's scans or
 *   holds another plan; the signal's reason when aborted.
 */
export async function synthesizeCohort(
  cohortFolder: string,
  folder: string,
  options: SyntheticCohortOptions,
): Promise<SyntheticCohortReport> {
  const { workers = 1, progress, surveyProgress, signal, generator } = options;
  const reading = options.reading === undefined ? {} : { reading: options.reading };
  signal?.throwIfAborted();
  const recipe = await withGenerator(options);
  const { candidates, failed } = await listHosts(cohortFolder, options);
  const cohort = relative(resolve(folder), resolve(cohortFolder));
  await requireOwnFolder(folder, [cohortFolder]);
  const path = join(folder, planFile);
  let document = await readPlan(path);
  if (document) {
    const settingsOf = (each: Pick<PlanDocument, "cohort" | "reading" | "recipe">): object => ({
      cohort: each.cohort,
      ...(each.reading === undefined ? {} : { reading: each.reading }),
      ...each.recipe,
    });
    const [found, wanted] = [settingsOf(document), settingsOf({ cohort, ...reading, recipe })];
    requireThat(
      JSON.stringify(found) === JSON.stringify(wanted),
      path,
      found,
      `the same settings as this run's, ${JSON.stringify(wanted)}`,
      "The folder holds another synthetic cohort: choose another folder, or remove it",
    );
  } else {
    const survey = await surveyHosts(candidates, workers, { progress: surveyProgress, signal });
    const realCases = recipe.realCases ?? candidates.length;
    document = {
      format: "tumorlab-synthesis",
      formatVersion: 1,
      cohort,
      ...reading,
      recipe,
      failedHosts: [...failed, ...survey.failed],
      plans: planMix(survey.hosts, { ...recipe, realCases }),
    };
    await mkdir(folder, { recursive: true });
    await writeFileWhole(path, [encodeText(`${JSON.stringify(document, null, 1)}\n`)]);
  }
  const { plans, failedHosts } = document;
  const byCase = new Map(candidates.map((candidate) => [candidate.case, candidate]));
  const missing = plans.flatMap(({ name, host }) =>
    byCase.has(host) ? [] : [{ name, reason: `${host}: no longer in ${cohortFolder}` }],
  );
  const tasks = plans.flatMap((plan) => {
    const candidate: HostCandidate | undefined = byCase.get(plan.host);
    return candidate
      ? [{ plan, files: candidate.files, ...(generator === undefined ? {} : { generator }) }]
      : [];
  });
  if (tasks.length > 0) await addClassNames(folder, tasks[0].files.names);
  const written = await writeLesionCases(folder, tasks, workers, { progress, signal });
  await writeLesionNames(folder, written);
  const outcomes = [...written, ...missing];
  await writeFileWhole(join(folder, "metadata.csv"), [encodeText(formatSyntheticTable(plans, outcomes))]);
  return { plans, outcomes, failedHosts };
}

/** The settings with the hash of the generator that learned, so that a folder is of one generator. */
async function withGenerator({ recipe, generator }: SyntheticCohortOptions): Promise<MixSettings> {
  if (!recipe.methods?.includes(learnedName)) return recipe;
  const trained = generator === undefined ? undefined : await openGenerator(generator, { threads: 1 });
  findSynthesizer(learnedName, trained);
  return { ...recipe, weightsSha256: trained!.weightsSha256 };
}

async function readPlan(path: string): Promise<PlanDocument | undefined> {
  if (!(await isThere(path))) return undefined;
  const advice = "Remove it to plan anew";
  return readChecked<PlanDocument>(path, checkCohortPlan, "a plan of a synthetic cohort", advice);
}
