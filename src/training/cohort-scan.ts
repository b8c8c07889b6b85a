import { openLabelMap } from "../anatomy/label-maps.js";
import { canonicalNames } from "../anatomy/structures.js";
import { LabError, requireThat } from "../core/errors.js";
import { isThere } from "../core/files.js";
import { listLabelValues } from "../core/grid.js";
import { type RunOptions, throwIfAborted } from "../core/progress.js";
import { createKey } from "../core/random.js";
import { labelFilesOf } from "../data/case-files.js";
import { doubtSeries, nameSeries } from "../data/case-series.js";
import { readCaseLabels } from "../data/combine-masks.js";
import { requireDecided } from "../data/dicom-folder.js";
import { hashScanFiles } from "../data/hash-scan.js";
import { describeOrigin, findCohortScheme } from "../data/label-scheme.js";
import { describeLayout, findCohort } from "../data/layouts.js";
import { readCohortMetadata } from "../data/metadata.js";
import { readCt } from "../data/read-ct.js";
import type { ReadingChoice } from "../formats/read.js";
import { join } from "../platform/paths.js";
import type { CaseBank } from "./case-bank.js";
import { readPreparedCase, writePreparedCase } from "./case-bank.js";
import {
  type LabelledScan,
  type Preparation,
  prepareCase,
  type PreparedCase,
  requireClasses,
} from "./prepared-case.js";
import type { TrainingConfig } from "./training-config.js";

/** A labelled scan of a cohort by its files: plain data, so that a thread can read it. */
export interface CohortScan {
  name: string;
  patient: string;
  image: string;
  /** The label map, or the first of the masks. */
  path: string;
  /** One mask a structure, where there is no label map. */
  masks?: string[];
  /** Structure by label value, in `canonicalName`'s spelling. */
  labelNames: Readonly<Record<number, string>>;
  /** How these names are known, in words. */
  labelsFrom: string;
  /** How the scan is read, where that was asked for. */
  reading?: ReadingChoice;
  /** Name of the DICOM series that is read, where one was asked for. */
  series?: string;
}

/**
 * Reads a scan with its labels.
 *
 * @returns with `doubt` where the numbers cannot be HU, see {@link readCt}, or its structures were made on another series.
 * @throws LabError for files that cannot be read, and a label map in the place of the scan.
 */
export async function readCohortScan(scan: CohortScan): Promise<LabelledScan & { doubt?: string }> {
  const { name, patient, image, labelNames, reading } = scan;
  const files = labelFilesOf(name, scan.masks ?? scan.path, reading);
  const [read, labels] = await Promise.all([readCt(image, reading), readCaseLabels(files, labelNames)]);
  const doubts = [read.doubt, await doubtSeries(scan, scan.path)].filter((each) => each !== undefined);
  return { name, patient, ct: read.ct, labels, ...(doubts.length > 0 ? { doubt: doubts.join("; ") } : {}) };
}

/**
 * Finds the scans of a cohort folder that can be learned from, with their patients where a `metadata.csv` names them.
 *
 * @param labelMap names of the label values; default what the folder says of them, see `findLabelScheme`.
 * @param reading how each scan is read, such as which DICOM series.
 * @throws LabError naming the case that has no image or no labels, or where nothing says what the label values mean, and all
 *   cases in which none or several series are meant.
 */
export async function findLabelledScans(
  folder: string,
  labelMap?: string,
  reading: ReadingChoice = {},
): Promise<CohortScan[]> {
  const cohort = await findCohort(folder, undefined, undefined, { reading });
  const withImage = cohort.cases.flatMap(({ case: name, image }) =>
    image ? [{ name, image, reading }] : [],
  );
  const series = await nameSeries(withImage, folder);
  requireDecided(
    folder,
    cohort.cases.map(({ undecided }) => undecided),
  );
  const names = labelMap === undefined ? undefined : (await openLabelMap(labelMap)).labels;
  const scheme = await findCohortScheme(cohort, names ? { names, from: labelMap } : {});
  // One spelling from here on, whatever the data set's own.
  const labelNames = canonicalNames(scheme.names);
  const labelsFrom = describeOrigin(scheme);
  const table = join(folder, "metadata.csv");
  const facts = (await isThere(table)) ? await readCohortMetadata(table) : undefined;
  const scans = cohort.cases.map(({ case: name, image, labels, masks, ...how }): CohortScan => {
    const found = [image ? "" : "no scan", (labels ?? masks) ? "" : "no labels"].filter(Boolean).join(", ");
    const expected = describeLayout(cohort.layout);
    if (!image || !(labels ?? masks))
      throw new LabError(
        `${folder}, case ${name}`,
        found,
        expected,
        "Complete the case, or take it out of the folder",
      );
    const path = labels ?? masks![0];
    const patient = facts?.get(name)?.patient ?? name;
    return {
      ...{ name, patient, image, path, labelNames, labelsFrom },
      ...(labels ? {} : { masks }),
      ...(how.reading ? { reading: how.reading } : {}),
    };
  });
  return scans.map((scan) => {
    const read = reading.series === undefined ? undefined : series.get(scan.name);
    return read === undefined ? scan : { ...scan, series: read };
  });
}

/** sha256 of the files that are read of a scan and of its labels, see `hashScanFiles`. */
export function hashCohortScan({ image, path, masks, reading }: CohortScan): Promise<string> {
  return hashScanFiles({ image, labels: masks ?? path, reading });
}

/**
 * Divides scans by patient: of all patients in an order drawn from the seed, the first share is held out.
 *
 * @param holdout share of the patients, 0 to below 1; above 0 at least one is held out.
 */
export function holdOutPatients<S extends { patient: string }>(
  scans: readonly S[],
  holdout: number,
  seed: number,
): { training: S[]; heldOut: S[] } {
  requireThat(holdout >= 0 && holdout < 1, "holdout", holdout, "a share from 0 to below 1");
  const patients = [...new Set(scans.map(({ patient }) => patient))].sort();
  const order = createKey(seed).split("holdout").stream().shuffle(patients);
  const count = holdout === 0 ? 0 : Math.max(1, Math.round(holdout * patients.length));
  requireThat(
    count < patients.length,
    "holdout",
    holdout,
    `a share that leaves some of ${patients.length} patients to learn from`,
    "Give more patients, or 0 to learn from all and validate on none",
  );
  const out = new Set(order.slice(0, count));
  return {
    training: scans.filter(({ patient }) => !out.has(patient)),
    heldOut: scans.filter(({ patient }) => out.has(patient)),
  };
}

/** A scan that was prepared. */
export interface PreparedScan extends CohortScan {
  /** Where the prepared case lies. */
  file: string;
  /** Classes of the config that it has a voxel of. */
  classes: string[];
  /** sha256 of the scan's and its labels' files. */
  sha256: string;
  /** Why its numbers cannot be HU, in a sentence that names the file. */
  doubt?: string;
}

/** How `prepareScans` tells of its work. */
export interface PrepareOptions extends RunOptions {
  /** Called for each scan whose numbers cannot be HU, also one that was prepared before; `doubt` names its file. */
  onDoubt?: (name: string, doubt: string) => void;
}

/** Bytes of prepared cases that training keeps in memory at most. */
const maxBytes = 2 ** 30;

/**
 * Prepares scans for a recipe, one file each in `folder`. A file that is there already, of the same scan for the same
 * recipe, is kept.
 *
 * @throws LabError naming the case that cannot be prepared, or that has a label value without a name: it may be anything,
 *   also what is to be learned.
 */
export async function prepareScans(
  scans: readonly CohortScan[],
  recipe: Preparation,
  folder: string,
  { progress, signal, onDoubt }: PrepareOptions = {},
): Promise<PreparedScan[]> {
  const prepared: PreparedScan[] = [];
  for (const scan of scans) {
    throwIfAborted(signal);
    const file = join(folder, `${scan.name}.case`);
    const sha256 = await hashCohortScan(scan);
    const { targets, ignore, spacingMm, windowHu } = recipe;
    const { labelNames, reading } = scan;
    // Those of earlier versions were never judged.
    const judged = true;
    const wanted = JSON.stringify({
      sha256,
      targets,
      ignore,
      spacingMm,
      windowHu,
      labelNames,
      judged,
      reading,
    });
    let found = await readIfSame(file, wanted);
    if (!found) {
      const labelled = await readCohortScan(scan);
      const unnamed = listLabelValues(labelled.labels.data).filter((value) => !(value in labelNames));
      requireThat(
        unnamed.length === 0,
        scan.path,
        `${unnamed.length} label values without a name: ${shortList(unnamed)}`,
        "a name for each value, since it may be what is to be learned",
        "Choose the label map of this data set with --label-map, or name them in a JSON file of your own",
      );
      found = { prepared: prepareCase(labelled, recipe), doubt: labelled.doubt };
      await writePreparedCase(file, found.prepared, wanted, found.doubt);
    }
    const {
      prepared: { voxelsOfClass },
      doubt,
    } = found;
    if (doubt !== undefined) onDoubt?.(scan.name, doubt);
    const classes = targets.flatMap(({ name }, at) => (voxelsOfClass[at].length > 0 ? [name] : []));
    prepared.push({ ...scan, file, classes, sha256, ...(doubt === undefined ? {} : { doubt }) });
    progress?.({ done: prepared.length, total: scans.length, label: scan.name });
  }
  return prepared;
}

/** The bank of prepared scans. */
export function toCaseBank(scans: readonly PreparedScan[]): CaseBank {
  return { kind: "files", paths: scans.map(({ file }) => file), maxBytes };
}

/** Throws a LabError unless some training scan has each class, or synthetic cases bring it. */
export function requireLearnable(
  scans: readonly PreparedScan[],
  { targets, syntheticShare }: Pick<TrainingConfig, "targets" | "syntheticShare">,
): void {
  const some = scans.map(({ classes }) => ({
    voxelsOfClass: targets.map(({ name, structures }) => {
      const made = syntheticShare > 0 && structures.some((each) => /lesion|tumor/.test(each));
      return new Int32Array(classes.includes(name) || made ? 1 : 0);
    }),
  }));
  requireClasses(some, { targets });
}

function shortList(values: readonly number[]): string {
  return values.length > 8 ? `${values.slice(0, 8).join(", ")}, ...` : values.join(", ");
}

async function readIfSame(
  file: string,
  wanted: string,
): Promise<{ prepared: PreparedCase; doubt?: string } | undefined> {
  if (!(await isThere(file))) return undefined;
  try {
    const { preparation, ...found } = readPreparedCase(file);
    return preparation === wanted ? found : undefined;
  } catch {
    return undefined; // damaged: made again
  }
}
