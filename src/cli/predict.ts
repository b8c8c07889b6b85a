import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { writeModelClasses } from "../anatomy/classes-file.js";
import { parseDecimal } from "../core/decimal.js";
import { describeError } from "../core/errors.js";
import { makeFolder, readText, requireWritable } from "../core/files.js";
import { readCt } from "../data/read-ct.js";
import { loadModel, type TrainedModel } from "../model/store.js";
import { hashWeights } from "../model/weights.js";
import { writeVolume } from "../nifti/write.js";
import { checkCleaning, type CleaningOptions } from "../training/clean-labels.js";
import { classesOf } from "../training/model-classes.js";
import { openPredictor } from "../training/predict-scan.js";
import { readHeldOut } from "../training/training-data.js";
import { createBar } from "./bar.js";
import {
  type Command,
  type CommandIo,
  parseOptions,
  type ParsedOptions,
  toJson,
  UsageError,
} from "./command.js";
import { engineOptions, readEngineOptions } from "./engine-options.js";
import { forceHelp, requireFree } from "./output.js";
import { findScans } from "./predict-scans.js";
import { volumeChoice } from "./resample.js";
import { writeFileWhole } from "./write-file.js";

/** What became of a scan. */
interface Predicted {
  case: string;
  file?: string;
  reason?: string;
}

/** `tumorlab predict` */
export const predictCommand: Command = {
  name: "predict",
  summary: "labels scans with a trained model",
  usage: `tumorlab predict --model DIR --ct FILE|DIR --out DIR [options]

  --model DIR            a model, or the folder of a training, of which the best is taken (DIR/last for the last)
  --ct FILE|DIR          a scan, a case's folder, a folder of scans, or a cohort
  --volume N             of a scan with several in time, which; 0 is the first
  --held-out             of a cohort only the cases that the model's training held out; best was chosen by its
                         Dice on them, --model DIR/last was not
  --out DIR              CASE.nii.gz each, on the scan's own grid; label values are the model's classes, which
                         classes.json beside them tells to tumorlab evaluate
  --overlap P            share of a window that its neighbour shares, 0 to below 1 (default 0.5)
  --mirror               also predicts mirror images and averages: up to eight times the time
  --largest liver=1,...  keeps so many pieces of a structure, the largest
  --near liver,...=tumor@MM  keeps a lesion only within MM mm of these organs
  --minimum-radius tumor=3,...  drops pieces smaller than a ball of that radius in mm
  --engine E             auto (default) or an engine by name
  --threads N            threads of the engine (default: one a core)
  --force                ${forceHelp}
  --json                 prints {model, predicted, failed} as JSON; model is best, last or model, which
                         model-used.json beside the predictions says too

A scan that cannot be read is listed as failed; the others are predicted, and the exit code is 1.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [
        "model",
        "ct",
        "out",
        "overlap",
        "largest",
        "near",
        "minimum-radius",
        "volume",
        ...engineOptions,
      ],
      flags: ["held-out", "mirror", "json", "force"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const [folder, ct, out] = ["model", "ct", "out"].map((name) => {
      const path = options.value(name);
      if (path === undefined) throw new UsageError(`--${name} is missing`);
      return path;
    });
    const overlap = options.number("overlap", 0.5, (share) => share >= 0 && share < 1, "0 to below 1");
    const engine = readEngineOptions(options);
    const cleaning = parseCleaning(options);
    const volume = volumeChoice(options.value("volume"));
    const heldOut = options.has("held-out") ? await readHeldOut(folder) : undefined;
    const scans = await findScans(ct, out, heldOut);
    await requireWritable(join(out, "CASE.nii.gz"));
    await requireFree(
      scans.map(({ file }) => file),
      scans.map(({ path }) => path),
      options.has("force"),
    );
    const { model, name: modelName } = await readModel(folder, io);
    checkCleaning(cleaning, model.classNames.slice(1));
    const predictor = await openPredictor(model, engine);
    await makeFolder(out);
    await recordModel(out, modelName, model, options.has("force"));
    const classes = classesOf(model);
    if (classes) await writeModelClasses(out, classes);
    else io.err(`${folder}: the model does not say of which structures its classes are made\n`);
    const results: Predicted[] = [];
    try {
      for (const { name, path, file } of scans) {
        io.signal.throwIfAborted();
        const bar = createBar(`predict ${name} (${results.length + 1} of ${scans.length})`, io);
        try {
          const { ct: scan, doubt } = await readCt(path, volume);
          if (doubt !== undefined) bar.tell(`${name}: ${doubt}`);
          const labels = await predictor.predict(scan, {
            overlap,
            mirrorAxes: options.has("mirror") ? [0, 1, 2] : [],
            cleaning,
            progress: (update) => bar.update(update),
            signal: io.signal,
          });
          await writeVolume(file, labels);
          results.push({ case: name, file });
        } catch (error) {
          if (io.signal.aborted) throw error;
          results.push({ case: name, reason: describeError(error) });
        } finally {
          bar.end();
        }
      }
    } finally {
      predictor.dispose();
    }
    const failed = results.filter(({ reason }) => reason !== undefined);
    if (options.has("json"))
      io.out(
        `${toJson({ model: modelName, predicted: results.filter(({ file }) => file !== undefined), failed })}\n`,
      );
    else
      io.out(
        `${out}: ${results.length - failed.length} predicted, ${failed.length} failed, by ${described[modelName]}\n`,
      );
    for (const { case: name, reason } of failed) io.err(`${name}: ${reason}\n`);
    return failed.length > 0 ? 1 : 0;
  },
};

const described = { best: "the best model", last: "the last model", model: "the model" } as const;

/** A model of a training by its name there, or another one. */
type ModelName = "best" | "last" | "model";

/**
 * A model's own folder, or in the folder of a training the best, and the last where none was chosen. A best one that is
 * damaged is not passed over: its reader says what is wrong with it.
 */
async function findModel(folder: string): Promise<{ path: string; name: ModelName }> {
  const isThere = async (path: string): Promise<boolean> =>
    (await stat(path).catch(() => undefined)) !== undefined;
  if (!(await isThere(join(folder, "model.json"))))
    for (const name of ["best", "last"] as const) {
      const path = join(folder, name);
      if ((await isThere(path)) || (await isThere(`${path}.former`))) return { path, name };
    }
  const name = basename(resolve(folder));
  return { path: folder, name: name === "best" || name === "last" ? name : "model" };
}

async function readModel(folder: string, io: CommandIo): Promise<{ model: TrainedModel; name: ModelName }> {
  const { path, name } = await findModel(folder);
  try {
    return { model: await loadModel(path), name };
  } catch (error) {
    if (name === "best" && path !== folder)
      io.err(`${path} cannot be read. The last model is taken with --model ${join(folder, "last")}\n`);
    throw error;
  }
}

/** Writes down beside predictions which model they are of. Throws a LabError where they are of another, without `force`. */
async function recordModel(out: string, name: ModelName, model: TrainedModel, force: boolean): Promise<void> {
  const path = join(out, "model-used.json");
  const text = `${toJson({ model: name, weightsSha256: hashWeights(model.weights) })}\n`;
  if ((await readText(path, "a model").catch(() => undefined)) === text) return;
  await requireFree([path], [], force);
  await writeFileWhole(path, text);
}

function parseCleaning(options: ParsedOptions): CleaningOptions {
  const numbers = (option: string): Record<string, number> | undefined => {
    const text = options.value(option);
    if (text === undefined) return undefined;
    return Object.fromEntries(
      text.split(",").map((part) => {
        const [name, value, ...more] = part.split("=");
        const number = parseDecimal(value ?? "");
        if (!name || more.length > 0 || !value || !Number.isFinite(number))
          throw new UsageError(`--${option}: found ${JSON.stringify(part)}, expected NAME=NUMBER`);
        return [name, number];
      }),
    );
  };
  const near = options.value("near");
  const match = near === undefined ? undefined : /^([^=]+)=([^@]+)@(\d+(?:\.\d+)?)$/.exec(near);
  if (match === null)
    throw new UsageError(`--near: found ${JSON.stringify(near)}, expected ORGAN,...=LESION@MM`);
  return {
    largestPieces: numbers("largest"),
    ...(match
      ? { nearOrgans: { organs: match[1].split(","), lesion: match[2], marginMm: Number(match[3]) } }
      : {}),
    minimumRadiusMm: numbers("minimum-radius"),
  };
}
