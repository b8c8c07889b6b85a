import { writeModelClasses } from "../anatomy/classes-file.js";
import { describeError } from "../core/errors.js";
import { makeFolder, readTextIfThere, requireWritable, writeFileWhole } from "../core/files.js";
import { toJson } from "../core/missing.js";
import type { RunOptions } from "../core/progress.js";
import { requireFree } from "../core/require-free.js";
import { readCt } from "../data/read-ct.js";
import type { EngineOptions } from "../model/engines.js";
import type { TrainedModel } from "../model/store.js";
import { hashWeights } from "../model/weights.js";
import type { ReadOptions } from "../nifti/read.js";
import { writeVolume } from "../nifti/write.js";
import { encodeText } from "../platform/bytes.js";
import { join } from "../platform/paths.js";
import { checkCleaning, type CleaningOptions } from "./clean-labels.js";
import { type ModelName, openFoundModel } from "./find-model.js";
import { classesOf } from "./model-classes.js";
import { openPredictor, type Predictor } from "./predict-scan.js";
import { findScansToPredict, type ScanToPredict } from "./prediction-files.js";
import { readHeldOut } from "./training-data.js";

/** What happens while scans are predicted. */
export type PredictionEvent =
  /** The best model of a training cannot be read, which ends the work; its last may do. */
  | { kind: "damaged"; best: string; last: string }
  /** The model does not say of which structures its classes are made: no classes.json is written. */
  | { kind: "no classes" }
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
  /** Only the cases that the model's training held out; default all. */
  heldOut?: boolean;
  /** Share of a window that its neighbour shares, 0 to below 1; default 0.5. */
  overlap?: number;
  /** Also predicts mirror images and averages; default false. */
  mirror?: boolean;
  cleaning?: CleaningOptions;
  /** Which volume of a scan with several. */
  volume?: ReadOptions["volume"];
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
 *   are there already or would lie over a scan, and cleaning by names that the model does not have; the signal's reason.
 */
export async function predictCohort(options: CohortPredictionOptions): Promise<CohortPrediction> {
  const { model: folder, ct, out, overwrite = false, engine, threads, cleaning = {}, onEvent } = options;
  options.signal?.throwIfAborted();
  const heldOut = options.heldOut ? await readHeldOut(folder) : undefined;
  const scans = await findScansToPredict(ct, out, heldOut);
  await requireWritable(join(out, "CASE.nii.gz"));
  await requireFree(
    scans.map(({ file }) => file),
    [ct, folder, ...scans.map(({ path }) => path)],
    overwrite,
  );
  const found = await openFoundModel(folder, (best, last) => onEvent?.({ kind: "damaged", best, last }));
  const { model, name } = found;
  checkCleaning(cleaning, model.classNames.slice(1));
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
  const result: CohortPrediction = { model: name, predicted: [], failed: [] };
  try {
    for (const [index, scan] of scans.entries()) {
      options.signal?.throwIfAborted();
      onEvent?.({ kind: "scan", case: scan.name, index, total: scans.length });
      try {
        await predictFile(predictor, scan, options);
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
  { volume, overlap = 0.5, mirror = false, cleaning, progress, signal, onEvent }: CohortPredictionOptions,
): Promise<void> {
  const { ct, doubt } = await readCt(path, volume === undefined ? {} : { volume });
  if (doubt !== undefined) onEvent?.({ kind: "doubt", case: name, doubt });
  const mirrorAxes = mirror ? ([0, 1, 2] as const) : [];
  const labels = await predictor.predict(ct, {
    overlap,
    mirrorAxes,
    ...(cleaning ? { cleaning } : {}),
    progress,
    signal,
  });
  await writeVolume(file, labels);
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
