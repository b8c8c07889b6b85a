import { addAdvice, LabError, requireThat } from "../core/errors.js";
import { isThere } from "../core/files.js";
import { listLabelValues } from "../core/grid.js";
import { readChecked } from "../core/read-checked.js";
import type { LabelMap } from "../core/types.js";
import { labelFilesOf } from "../data/case-files.js";
import { readCaseLabels } from "../data/combine-masks.js";
import { type HashedFiles, hashScanFiles } from "../data/hash-scan.js";
import { readCt } from "../data/read-ct.js";
import type { ReadingChoice } from "../formats/read.js";
import { writeCaseImages } from "../nifti/write-case.js";
import { type FileError, mkdir, rename, rm, writeFile } from "../platform/files.js";
import { createSha256 } from "../platform/hash.js";
import { basename, join, relative, resolve } from "../platform/paths.js";
import type { LesionRecord } from "../tumor/synthesizer.js";
import { findSynthesizer, learnedName } from "../tumor/synthesizers.js";
import { openGenerator } from "./learned/open-generator.js";
import { makePlannedCase, type OpenScan, type PlannedLesion, type SyntheticCase } from "./plan.js";
import { checkCaseRecord } from "./record-schema.js";

/** Name of the file beside a synthetic case's images that tells how it was made. */
const lesionFile = "lesion.json";

/** Files of the scan a lesion is put into. */
export interface HostFiles {
  ct: string;
  /** The label map, or a folder's masks, one per structure. */
  labels: string | readonly string[];
  /** Structure by label value. */
  names: Readonly<Record<number, string>>;
  /** Which series or volume the CT is; its irregular slices are the labels' too. Default the only one there is. */
  reading?: ReadingChoice;
}

/** A lesion to be made and the files of its scan. */
export interface LesionTask {
  plan: PlannedLesion;
  files: HostFiles;
  /** Folder of the generator that the method `learned` means. */
  generator?: string;
}

/** What `lesion.json` holds: enough to make the case again and to see that it is the same. */
export interface LesionCaseRecord {
  format: "tumorlab-lesion-case";
  formatVersion: 1;
  plan: PlannedLesion;
  /** Inputs: paths from the record's folder and the sha256 of each file. */
  inputs: {
    /** With the series or volume of it that was asked for. */
    ct: { path: string; sha256: string; reading?: ReadingChoice };
    labels: { path: string; sha256: string }[];
    names: Readonly<Record<number, string>>;
    /** Folder of the generator that learned, and the sha256 of its weights. */
    generator?: { path: string; sha256: string };
  };
  /** sha256 over the voxels in memory, little endian. */
  outputs: { ctSha256: string; labelsSha256: string };
  record: LesionRecord;
}

/** What became of a task: `made` now, or `kept` from an earlier run. */
export interface WrittenLesion {
  name: string;
  state: "made" | "kept";
  record: LesionRecord;
  /** Why the numbers of its scan cannot be HU; of a case that was made now. */
  doubt?: string;
}

/**
 * Reads the scan of a task, with `doubt` where its numbers cannot be HU, see `readCt`.
 *
 * @throws LabError for a file that cannot be read, a scan that is a label map, and labels with a value without a name.
 */
export async function openHost(files: HostFiles): Promise<OpenScan & { doubt?: string }> {
  return { ...(await readCt(files.ct, files.reading)), labels: await readHostLabels(files) };
}

/**
 * Reads the labels of a scan.
 *
 * @throws LabError when a value in them has no name: names of another data set would put lesions into wrong organs.
 */
export async function readHostLabels({
  labels,
  names,
  reading,
}: Pick<HostFiles, "labels" | "names" | "reading">): Promise<LabelMap> {
  const first = typeof labels === "string" ? labels : labels[0];
  const map = await readCaseLabels(labelFilesOf(basename(first), labels, reading), names);
  const used = listLabelValues(map.data);
  const unnamed = used.filter((value) => names[value] === undefined);
  requireThat(
    unnamed.length === 0,
    first,
    `${unnamed.length} of ${used.length} label values without a name: ${unnamed.slice(0, 8).join(", ")}`,
    "values that the label map names",
    "Choose the label map of this data set, or name the values in a JSON file of your own",
  );
  return map;
}

/**
 * Makes a planned case and writes it in the layout of AbdomenAtlas with `lesion.json` beside the images. The folder
 * appears under its name when it is complete; a complete one of the same plan is kept as it is.
 *
 * @throws LabError when the folder holds another case of that name, an input cannot be read, the lesion cannot be made, or
 *   the place cannot be written.
 */
export async function writeLesionCase(
  folder: string,
  { plan, files, generator }: LesionTask,
  signal?: AbortSignal,
): Promise<WrittenLesion> {
  const path = join(folder, plan.name);
  const trained =
    plan.method === learnedName && generator !== undefined
      ? await openGenerator(generator, { threads: 1 })
      : undefined;
  if (await isThere(path)) {
    const found = await readLesionRecord(join(path, lesionFile));
    const same =
      JSON.stringify(found.plan) === JSON.stringify(plan) &&
      found.record.generatorVersion === findSynthesizer(plan.method, trained).version &&
      found.record.weightsSha256 === trained?.weightsSha256;
    requireThat(
      same,
      path,
      "a case of another seed, scan, recipe or generator",
      "the same case or none",
      "Choose another folder, or remove it",
    );
    return { name: plan.name, state: "kept", record: found.record };
  }
  const { doubt, ...scan } = await openHost(files);
  const made = await makePlannedCase(plan, scan, signal, trained).catch((error: unknown) => {
    // It may well be the reason why nothing could be made.
    throw doubt !== undefined && error instanceof LabError ? addAdvice(error, doubt) : error;
  });
  const record = await describeCase(path, { plan, files, generator }, made);
  await writeWhole(folder, plan.name, made, record, signal);
  return { name: plan.name, state: "made", record: made.record, ...(doubt === undefined ? {} : { doubt }) };
}

/** Folder a case is written to before it gets its name. */
export function partialLesionFolder(folder: string, name: string): string {
  return join(folder, `.${name}.partial`);
}

/** Writes a case that was made, with its record, whole or not at all. */
export async function writeWhole(
  folder: string,
  name: string,
  made: SyntheticCase,
  record: LesionCaseRecord,
  signal?: AbortSignal,
): Promise<void> {
  const path = join(folder, name);
  const partial = partialLesionFolder(folder, name);
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await writeCaseImages(partial, made.ct, made.labels, signal);
    await writeFile(join(partial, lesionFile), `${JSON.stringify(record, null, 2)}\n`);
    await rename(partial, path);
  } catch (error) {
    // Where the folder cannot be reached there is nothing to remove, and the first error is the one to tell.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    if (error instanceof LabError || signal?.aborted) throw error;
    const { code, message } = error as FileError;
    throw new LabError(path, code ?? message, "a place that can be written", "", { cause: error });
  }
}

/** The record of a case that was made, to be written below `path`. */
export async function describeCase(
  path: string,
  { plan, files: { ct, labels, names, reading }, generator }: LesionTask,
  made: SyntheticCase,
): Promise<LesionCaseRecord> {
  const describe = async (file: string, files: HashedFiles): Promise<{ path: string; sha256: string }> => ({
    path: relative(path, resolve(file)),
    sha256: await hashScanFiles({ ...files, reading }),
  });
  const inputs = typeof labels === "string" ? [labels] : labels;
  const { weightsSha256 } = made.record;
  const learned =
    generator === undefined || weightsSha256 === undefined
      ? {}
      : { generator: { path: relative(path, resolve(generator)), sha256: weightsSha256 } };
  return {
    format: "tumorlab-lesion-case",
    formatVersion: 1,
    plan,
    inputs: {
      ct: { ...(await describe(ct, { image: ct })), ...(reading === undefined ? {} : { reading }) },
      labels: await Promise.all(inputs.map((file) => describe(file, { labels: file }))),
      names,
      ...learned,
    },
    outputs: hashOutputs(made),
    record: made.record,
  };
}

/** Reads a `lesion.json`. Throws a LabError naming the file when it is none, and the field that does not fit. */
export async function readLesionRecord(path: string): Promise<LesionCaseRecord> {
  return readChecked<LesionCaseRecord>(path, checkCaseRecord, `a ${lesionFile} that can be read`);
}

/** SHA-256 of the voxels of a case, as its record has them. */
export function hashOutputs({ ct, labels }: OpenScan): LesionCaseRecord["outputs"] {
  const hash = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
    createSha256()
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest();
  return { ctSha256: hash(ct.data), labelsSha256: hash(labels.data) };
}
