import { parseDecimal } from "../core/decimal.js";
import type { CleaningOptions } from "../training/clean-labels.js";
import { type CohortPredictionOptions, predictCohort } from "../training/predict-cohort.js";
import { type Bar, createBar } from "./bar.js";
import {
  type Command,
  type CommandIo,
  parseOptions,
  type ParsedOptions,
  toJson,
  UsageError,
} from "./command.js";
import { engineOptions, readEngineOptions } from "./engine-options.js";
import { forceHelp } from "./output.js";
import { readingHelp, readingOptions, readReading } from "./reading.js";

/** `tumorlab predict` */
export const predictCommand: Command = {
  name: "predict",
  summary: "labels scans with a trained model",
  usage: `tumorlab predict --model DIR --ct FILE|DIR --out DIR [options]

  --model DIR            a model, or the folder of a training, of which the best is taken (DIR/last for the last)
  --ct FILE|DIR          a scan, a case's folder, a folder of scans, or a cohort
  ${readingHelp(25)}
  --held-out             only the cases of a cohort that the model's training held out; best was chosen by its
                         Dice on them, --model DIR/last was not
  --out DIR              CASE.nii.gz each, on the scan's own grid; label values are the model's classes, which
                         classes.json beside them tells to tumorlab evaluate
  --probabilities DIR    also CASE/CLASS.nii.gz, the probabilities of each class that is a lesion, for AUC, FROC and
                         calibration with tumorlab evaluate --probabilities DIR; they are not cleaned
  --overlap P            share of a window that its neighbour shares, 0 to below 1 (default 0.5)
  --mirror               also predicts mirror images and averages: up to eight times the time
  --largest liver=1,...  keeps only the largest pieces of a structure, this many
  --near liver,...=tumor@MM  keeps a lesion only within MM mm of these organs
  --minimum-radius tumor=3,...  drops pieces smaller than a ball of that radius in mm
  --engine E             auto (default) or an engine by name
  --threads N            threads of the engine (default: one per core)
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
        "probabilities",
        "overlap",
        "largest",
        "near",
        "minimum-radius",
        ...readingOptions,
        ...engineOptions,
      ],
      flags: ["held-out", "mirror", "json", "force"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const [model, ct, out] = ["model", "ct", "out"].map((name) => {
      const path = options.value(name);
      if (path === undefined) throw new UsageError(`--${name} is missing`);
      return path;
    });
    return predictScans(
      {
        ...{ model, ct, out, probabilities: options.value("probabilities") },
        overlap: options.number("overlap", 0.5, (share) => share >= 0 && share < 1, "0 to below 1"),
        ...readEngineOptions(options),
        cleaning: parseCleaning(options),
        reading: readReading(options),
        heldOut: options.has("held-out"),
        mirror: options.has("mirror"),
        overwrite: options.has("force"),
      },
      options.has("json"),
      io,
    );
  },
};

const described = { best: "the best model", last: "the last model", model: "the model" } as const;

/** Predicts with a bar for each scan, and tells of it. */
async function predictScans(
  settings: CohortPredictionOptions,
  json: boolean,
  io: CommandIo,
): Promise<number> {
  const { out } = settings;
  let bar: Bar | undefined;
  const { model, predicted, failed } = await predictCohort({
    ...settings,
    signal: io.signal,
    progress: (update) => bar?.update(update),
    onEvent(event) {
      if (event.kind === "damaged")
        io.err(`${event.best} cannot be read. The last model is taken with --model ${event.last}\n`);
      if (event.kind === "no classes")
        io.err(`${settings.model}: the model does not say of which structures its classes are made\n`);
      if (event.kind === "learned from")
        io.err(
          `${settings.model}: the network learned from ${event.scans}; expect false alarms on other scans\n`,
        );
      if (event.kind === "scan")
        bar = createBar(`predict ${event.case} (${event.index + 1} of ${event.total})`, io);
      if (event.kind === "doubt") bar?.tell(`${event.case}: ${event.doubt}`);
      if (event.kind === "end") bar?.end();
    },
  });
  if (json) io.out(`${toJson({ model, predicted, failed })}\n`);
  else io.out(`${out}: ${predicted.length} predicted, ${failed.length} failed, by ${described[model]}\n`);
  for (const { case: name, reason } of failed) io.err(`${name}: ${reason}\n`);
  return failed.length > 0 ? 1 : 0;
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
