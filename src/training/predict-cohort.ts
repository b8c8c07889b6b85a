import { writeModelClasses } from "../anatomy/classes-file.js";
import { isLesionName } from "../anatomy/organs.js";
import { describeError, requireThat } from "../core/errors.js";
import { makeFolder, readTextIfThere, requireWritable, writeFileWhole } from "../core/files.js";
import { toJson } from "../core/missing.js";
import type { RunOptions } from "../core/progress.js";
import { requireFree } from "../core/require-free.js";
import { readCt } from "../data/read-ct.js";
import type { ReadOptions } from "../formats/read.js";
import type { EngineOptions } from "../model/engines.js";
import type { TrainedModel } from "../model/store.js";
import { hashWeights } from "../model/weights.js";
import { writeVolume } from "../nifti/write.js";
import { encodeText } from "../platform/bytes.js";
import { dirname, join, resolve } from "../platform/paths.js";
import { checkCleaning, type CleaningOptions } from "./clean-labels.js";
import { type ModelName, openFoundModel } from "./find-model.js";
import { classesOf } from "./model-classes.js";
import { openPredictor, type Predictor } from "./predict-scan.js";
import { findScansToPredict, requireOutsideScans, type ScanToPredict } from "./prediction-files.js";
import { readHeldOut } from "./training-data.js";

/** What happens while scans are predicted. */
export type PredictionEvent =
  /** The best model of a training cannot be read, which ends the work; its last may do. */
  | { kind: "damaged"; best: string; last: string }
  /** The model does not say of which structures its classes are made: no classes.json is written. */
  | { kind: "no classes" }
  /** The network knows a kind of scans alone, such as scans cut to an organ. */
  | { kind: "learned from"; scans: string }
  | { kind: "scan"; case: string; index: number; total: number }
  /** Numbers of a scan that cannot be HU, in a sentence that names the file. */
  | { kind: "doubt"; case: string; doubt: string }
  | { kind: "end"; case: string };

/** How scans are predicted. */
export interface CohortPredictionOptions extends RunOptions {
  /** A model's folder, or that of a training, see `findModel`. */
  model: string;
  /** A scan, a case's folder, a folder of scans, or a cohort. */
  ct: string;
  /** Where the labels go, `CASE.nii.gz` each. */
  out: string;
  /**
   * Where the probabilities of the model's lesion classes go too, `CASE/CLASS.nii.gz` each, on the scan's own grid and not
   * cleaned; default nowhere.
   */
  probabilities?: string;
  /** Only the cases that the model's training held out; default all. */
  heldOut?: boolean;
  /** Share of a window that its neighbour shares, 0 to below 1; default 0.5. */
  overlap?: number;
  /** Also predicts mirror images and averages; default false. */
  mirror?: boolean;
  cleaning?: CleaningOptions;
  /** Which volume of a scan with several. */
  volume?: ReadOptions["volume"];
  /** How scans are read else: which DICOM series, and what becomes of irregular slices. */
  reading?: Pick<ReadOptions, "series" | "irregular" | "volume">;
  engine?: EngineOptions["engine"];
  threads?: number;
  /** Whether labels that are there may be overwritten; default false. */
  overwrite?: boolean;
  onEvent?: (event: PredictionEvent) => void;
}

/** What became of a folder of scans. */
export interface CohortPrediction {
  /** Which of a training's models it was; `model` for another one. */
  model: ModelName;
  /** In the order of the scans, and so are those that failed. */
  predicted: { case: string; file: string }[];
  failed: { case: string; reason: string }[];
}

/**
 * Labels scans with a model, each on its own grid, and writes beside them what the label values mean (`classes.json`) and
 * which model it was (`model-used.json`). A scan that cannot be read or predicted leaves the others be. `progress` tells of
 * one scan after the other.
 *
 * @throws LabError before any scan is read for a model or scans that are not there, a place that cannot be written, labels that
 *   are there already or would lie over or beside a scan, cleaning by names that the model does not have, and probabilities of a model
 *   without a lesion class, in the folder of the labels or beside a scan; the signal's reason.
 */
export async function predictCohort(options: CohortPredictionOptions): Promise<CohortPrediction> {
  const { model: folder, ct, out, overwrite = false, engine, threads, cleaning = {}, onEvent } = options;
  options.signal?.throwIfAborted();
  const heldOut = options.heldOut ? await readHeldOut(folder) : undefined;
  const scans = await findScansToPredict(ct, out, heldOut);
  await requireOutsideScans([out], ct, scans);
  await requireWritable(join(out, "CASE.nii.gz"));
  await requireFree(
    scans.map(({ file }) => file),
    [ct, folder, ...scans.map(({ path }) => path)],
    overwrite,
  );
  const found = await openFoundModel(folder, (best, last) => onEvent?.({ kind: "damaged", best, last }));
  const { model, name } = found;
  checkCleaning(cleaning, model.classNames.slice(1));
  const kept = options.probabilities === undefined ? [] : lesionClassesOf(model, folder);
  await requireProbabilityPlaces(options, scans, kept);
  const predictor = await openPredictor(model, {
    ...(engine === undefined ? {} : { engine }),
    ...(threads === undefined ? {} : { threads }),
  });
  options.signal?.throwIfAborted();
  await makeFolder(out);
  await recordModel(options, name, model);
  const classes = classesOf(model);
  if (classes) await writeModelClasses(out, classes);
  else onEvent?.({ kind: "no classes" });
  const { learnedFrom } = model.training ?? {};
  if (typeof learnedFrom === "string") onEvent?.({ kind: "learned from", scans: learnedFrom });
  const result: CohortPrediction = { model: name, predicted: [], failed: [] };
  try {
    for (const [index, scan] of scans.entries()) {
      options.signal?.throwIfAborted();
      onEvent?.({ kind: "scan", case: scan.name, index, total: scans.length });
      try {
        await predictFile(predictor, scan, options, kept);
        result.predicted.push({ case: scan.name, file: scan.file });
      } catch (error) {
        if (options.signal?.aborted) throw error;
        result.failed.push({ case: scan.name, reason: describeError(error) });
      } finally {
        onEvent?.({ kind: "end", case: scan.name });
      }
    }
  } finally {
    predictor.dispose();
  }
  return result;
}

async function predictFile(
  predictor: Predictor,
  { name, path, file }: ScanToPredict,
  options: CohortPredictionOptions,
  kept: readonly KeptClass[],
): Promise<void> {
  const {
    volume,
    reading = {},
    overlap = 0.5,
    mirror = false,
    cleaning,
    progress,
    signal,
    onEvent,
  } = options;
  const { ct, doubt } = await readCt(path, { ...reading, ...(volume === undefined ? {} : { volume }) });
  if (doubt !== undefined) onEvent?.({ kind: "doubt", case: name, doubt });
  const mirrorAxes = mirror ? ([0, 1, 2] as const) : [];
  const how = { overlap, mirrorAxes, ...(cleaning ? { cleaning } : {}), progress, signal };
  const values = kept.map(({ value }) => value);
  const { labels, probabilities } = await predictor.predictProbabilities(ct, values, how);
  for (const [k, volumeOf] of probabilities.entries()) {
    const place = probabilityFile(options.probabilities!, name, kept[k]);
    await makeFolder(dirname(place));
    await writeVolume(place, volumeOf);
  }
  // The labels last: where they are, a scan is done.
  await writeVolume(file, labels);
}

/** A class whose probabilities are written. */
interface KeptClass {
  value: number;
  name: string;
}

function probabilityFile(folder: string, caseName: string, { name }: KeptClass): string {
  return join(folder, caseName, `${name}.nii.gz`);
}

function lesionClassesOf({ classNames }: TrainedModel, folder: string): KeptClass[] {
  const kept = classNames.flatMap((name, value) =>
    value > 0 && isLesionName(name) ? [{ value, name }] : [],
  );
  requireThat(
    kept.length > 0,
    folder,
    classNames.slice(1),
    "a class that is a lesion",
    "Probabilities are written of lesions: leave --probabilities out",
  );
  for (const { name } of kept)
    requireThat(!/[/\\]/.test(name), folder, `class ${name}`, "a name that a file can have");
  return kept;
}

/** Throws a LabError unless the maps of probabilities have free places of their own. */
async function requireProbabilityPlaces(
  { probabilities: place, out, ct, model, overwrite = false }: CohortPredictionOptions,
  scans: readonly ScanToPredict[],
  kept: readonly KeptClass[],
): Promise<void> {
  if (place === undefined) return;
  requireThat(
    resolve(place) !== resolve(out),
    place,
    "the folder of the labels",
    "a folder of its own for the probabilities",
  );
  await requireOutsideScans([place, ...scans.map(({ name }) => join(place, name))], ct, scans);
  const files = scans.flatMap(({ name }) => kept.map((each) => probabilityFile(place, name, each)));
  await requireWritable(join(place, "CASE.nii.gz"));
  await requireFree(files, [ct, model, ...scans.map(({ path }) => path)], overwrite);
}

/** Writes down beside predictions which model they are of. Throws a LabError where they are of another, without `overwrite`. */
async function recordModel(
  { ct, model: folder, out, overwrite = false }: CohortPredictionOptions,
  name: ModelName,
  model: TrainedModel,
): Promise<void> {
  const path = join(out, "model-used.json");
  const text = `${toJson({ model: name, weightsSha256: hashWeights(model.weights) })}\n`;
  if ((await readTextIfThere(path, "a model")) === text) return;
  await requireFree([path], [ct, folder], overwrite);
  await writeFileWhole(path, [encodeText(text)]);
}
