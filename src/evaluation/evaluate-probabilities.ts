import { canonicalName, isLesionName } from "../anatomy/organs.js";
import { describeError, LabError, missingError } from "../core/errors.js";
import { type RunOptions, throwIfAborted } from "../core/progress.js";
import type { LabelMap } from "../core/types.js";
import { readVolume } from "../formats/read.js";
import type { FrocOptions } from "../metrics/froc.js";
import {
  measureProbabilities,
  type ProbabilityCase,
  type ProbabilitySummary,
  summarizeProbabilities,
} from "../metrics/probabilities.js";
import { readdir, stat } from "../platform/files.js";
import { join } from "../platform/paths.js";
import { letOthersRun } from "../platform/wait.js";
import type { FailedCase } from "./pair-cases.js";
import type { LabelPairOfCase, Study } from "./study.js";

/** What the probabilities of one lesion label are worth over a study. */
export interface LabelProbabilities extends ProbabilitySummary {
  label: number;
  name: string;
  cases: ProbabilityCase[];
}

/** The probabilities of a study. */
export interface StudyProbabilities {
  /** One for each lesion label that has maps, by label. */
  classes: LabelProbabilities[];
  /** Cases that lack a map or have one that cannot be used, and why. */
  failed: FailedCase[];
}

/**
 * Reads the maps of probabilities of a study's cases, one case at a time, and takes AUC of patients, FROC and calibration from them.
 *
 * @param folder with `CASE/NAME.nii.gz`, NAME that of a lesion label of the study under any of its names, as `predictCohort`
 *   writes them; or `CASE.nii.gz`, where the study has one lesion label.
 * @throws LabError for a folder that is not there or holds no map of any case; the signal's reason.
 */
export async function evaluateProbabilities(
  study: Study,
  folder: string,
  options: FrocOptions & RunOptions = {},
): Promise<StudyProbabilities> {
  const { progress, signal, ...froc } = options;
  const isFolder = await stat(folder).catch(() => undefined);
  if (!isFolder?.isDirectory()) throw missingError(folder, "a folder of maps of probabilities");
  const found = new Map<number, { name: string; cases: ProbabilityCase[] }>();
  const failed: FailedCase[] = [];
  for (const [index, each] of study.cases.entries()) {
    await letOthersRun();
    throwIfAborted(signal);
    progress?.({ done: index, total: study.cases.length, label: `${each.case}, probabilities` });
    try {
      const pair = await each.open();
      for (const { label, name, file, reference } of await findMaps(study, folder, each.case, pair)) {
        const measured = measureProbabilities(await readVolume(file), reference, { labels: [label] });
        const entry = found.get(label) ?? { name, cases: [] };
        entry.cases.push({ case: each.case, patient: each.patient, ...measured });
        found.set(label, entry);
      }
    } catch (error) {
      throwIfAborted(signal);
      failed.push({ case: each.case, reason: describeError(error) });
    }
  }
  if (study.cases.length > 0 && found.size === 0)
    throw new LabError(
      folder,
      failed[0]?.reason ?? "no lesion label in the study",
      "maps of probabilities of the study's lesions",
      "tumorlab predict --probabilities writes them",
    );
  const classes = [...found]
    .sort(([a], [b]) => a - b)
    .map(([label, { name, cases }]) => ({ label, name, cases, ...summarizeProbabilities(cases, froc) }));
  return { classes, failed };
}

interface LesionMap {
  label: number;
  name: string;
  file: string;
  reference: LabelMap;
}

/** The maps of a case, with the reference that holds their lesions whole. Throws a LabError where it has none. */
async function findMaps(
  { labels }: Study,
  folder: string,
  caseName: string,
  { reference, prediction, layers = [] }: LabelPairOfCase,
): Promise<LesionMap[]> {
  const names: Record<number, string> = labels ?? { ...prediction.names, ...reference.names };
  const lesions = Object.entries(names)
    .filter(([, name]) => isLesionName(name))
    .map(([value, name]) => ({ label: Number(value), name }));
  const wholeOf = (label: number): LabelMap =>
    layers.find((each) => Object.hasOwn(each.labels, label))?.reference ?? reference;
  const own = (await readdir(join(folder, caseName)).catch(() => [])).filter(isNifti);
  const maps = lesions.flatMap(({ label, name }): LesionMap[] => {
    const file =
      own.find((each) => plainName(each) === name) ??
      own.find((each) => canonicalName(plainName(each)) === canonicalName(name));
    if (file === undefined) return [];
    return [{ label, name, file: join(folder, caseName, file), reference: wholeOf(label) }];
  });
  if (maps.length > 0) return maps;
  const single = (await readdir(folder)).find((each) => isNifti(each) && plainName(each) === caseName);
  if (single !== undefined && lesions.length === 1)
    return [{ ...lesions[0], file: join(folder, single), reference: wholeOf(lesions[0].label) }];
  const wanted = lesions.map(({ name }) => `${caseName}/${name}.nii.gz`);
  throw new LabError(
    join(folder, caseName),
    own.length > 0 ? own.join(", ") : "no map of probabilities",
    wanted.length > 0 ? wanted.join(" or ") : "a label that is a lesion in the study",
  );
}

function isNifti(file: string): boolean {
  return /^[^.].*\.nii(\.gz)?$/i.test(file);
}

function plainName(file: string): string {
  return file.replace(/\.nii(\.gz)?$/i, "");
}
