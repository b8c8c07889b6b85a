import { join } from "node:path";
import { formatDuration } from "../core/progress.js";
import { otherEndings } from "../core/scan-formats.js";
import { checkpointFile } from "../training/find-checkpoint.js";
import { changeTrainingConfig, readTrainingConfig } from "../training/read-training-config.js";
import {
  type CohortTrainingEvent,
  type CohortTrainingOptions,
  type CohortTrainingRecord,
  trainCohort,
} from "../training/train-cohort.js";
import { findPreset, type TrainingConfig } from "../training/training-config.js";
import { createBar } from "./bar.js";
import {
  type Command,
  type CommandIo,
  parseOptions,
  type ParsedOptions,
  toJson,
  UsageError,
} from "./command.js";
import { engineOptions, isCount, readEngineOptions } from "./engine-options.js";
import { requireFree } from "./output.js";
import { readingHelp, readingOf, readingOptions } from "./reading.js";
import { describeCost, describeLabels } from "./train-text.js";

/** `tumorlab train` */
export const trainCommand: Command = {
  name: "train",
  summary: "trains a 3D U-Net on a cohort of labelled scans",
  usage: `tumorlab train --preset NAME|--config FILE --data DIR --out DIR [options]

  --preset NAME        tiny, small or paper
  --config FILE.json   settings that differ from a preset: { "preset": "small", "steps": 500, ... }
  --data DIR           a cohort: CASE/ct.nii.gz with labels beside it, nnU-Net's or KiTS's layout, or a folder of DICOM
                       slices or a zip archive of them for each patient, with a DICOM SEG, RTSTRUCT or label map;
                       ${otherEndings}
  ${readingHelp(23)}
  --out DIR            where the model goes
  --resume             continues from DIR's checkpoint, if there is one
  --seed S             other seeds start from other weights and sample other patches (default 0)
  --steps N            replaces the config's number of steps
  --synthetic P        share of patches with a synthetic tumor in a scan without one, 0 to 1 (default the config's)
  --holdout P          share of patients that are validated on and not learned from (default 0.2)
  --holdout-seed S     another seed holds out other patients (default that of --seed)
  --label-map NAME     names of the label values, whatever the folder says of them (classes.json, dataset.json, the names of
                       masks; combined_labels are taken for AbdomenAtlas's, segmentation for KiTS's)
  --classes A,B        learns only these classes of the config, such as kidney,tumor for a cohort without livers
  --engine E           auto (default) or an engine by name
  --threads N          threads of the engine (default: one per core)
  --json               prints the record of the run as JSON

Writes DIR/best and DIR/last (model.json, weights.bin, model.safetensors), DIR/${checkpointFile}, DIR/log.jsonl with a line
for each step and validation, DIR/data.json, the scans, and DIR/run.json, the record of the run. A run that was killed
continues with --resume, on the same scans, and ends with the same weights. Ctrl-C leaves a model that works. Patients come
from the cohort's metadata.csv; without it, every scan counts as a patient. Scans that cannot be in HU are reported before the
first step.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [
        "preset",
        "config",
        "data",
        "out",
        "seed",
        "steps",
        "synthetic",
        "holdout",
        "holdout-seed",
        "label-map",
        "classes",
        ...readingOptions,
        ...engineOptions,
      ],
      flags: ["resume", "json"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const [data, out] = ["data", "out"].map((name) => {
      const path = options.value(name);
      if (path === undefined) throw new UsageError(`--${name} is missing`);
      return path;
    });
    const settings = await readSettings(options, data, out);
    return runTraining(settings, options.has("json"), io);
  },
};

async function readSettings(
  options: ParsedOptions,
  data: string,
  out: string,
): Promise<CohortTrainingOptions> {
  const recipe = await chooseTrainingConfig(options);
  const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const isShare = (value: number): boolean => value >= 0 && value < 1;
  const seed = options.number("seed", 0, isIndex, "a whole number from 0");
  const labelMap = options.value("label-map");
  // A training writes over what an earlier one left in its folder, but over nothing that it reads.
  const written = ["run.json", "data.json", "log.jsonl"].map((name) => join(out, name));
  await requireFree(written, [options.value("config"), labelMap], true);
  return {
    recipe,
    data,
    out,
    seed,
    holdout: options.number("holdout", 0.2, isShare, "0 to below 1"),
    holdoutSeed: options.number("holdout-seed", seed, isIndex, "a whole number from 0"),
    ...readEngineOptions(options),
    ...readingOf(options),
    resume: options.has("resume"),
    ...(labelMap === undefined ? {} : { labelMap }),
  };
}

/** Trains with a bar for each part of the work, and tells of it. */
async function runTraining(settings: CohortTrainingOptions, json: boolean, io: CommandIo): Promise<number> {
  const { recipe, out } = settings;
  let [bar, isTraining, goesOn] = [createBar("prepare", io), false, false];
  const onEvent = (event: CohortTrainingEvent): void => {
    if (event.kind === "resume") {
      goesOn = true;
      io.err(`${out}: going on after step ${event.step}\n`);
    }
    if (event.kind === "found") {
      describeCost(recipe, event.training.length, event.heldOut.length, io);
      describeLabels([...event.training, ...event.heldOut], recipe, io);
    }
    if (event.kind === "doubt") bar.tell(`${event.case}: ${event.doubt}`);
    if (event.kind === "prepared") {
      bar.end();
      [bar, isTraining] = [createBar("train", io), true];
    }
    if (event.kind === "validation" && !io.isTerminal)
      io.err(
        `step ${event.step}: mean Dice ${event.meanDice.toFixed(3)}${event.best ? ", best so far" : ""}\n`,
      );
  };
  const { record } = await trainCohort({
    ...settings,
    signal: io.signal,
    prepareProgress: (update) => bar.update(update),
    progress: (update) => bar.update(update),
    onEvent,
  })
    .finally(() => bar.end())
    .catch((error: unknown) => {
      if (io.signal.aborted && isTraining)
        io.err(`Stopped between two steps: ${join(out, "last")} is a model that works, --resume goes on\n`);
      throw error;
    });
  io.out(json ? `${toJson(record)}\n` : describeRecord(out, record, goesOn));
  return 0;
}

function describeRecord(
  out: string,
  { recipe, fromStep, engine, seconds, validation, heldOut }: CohortTrainingRecord,
  goesOn: boolean,
): string {
  const scores = Object.entries(validation?.dice ?? {}).map(
    ([name, dice]) => `${name} ${dice?.toFixed(3) ?? "none"}`,
  );
  const steps = goesOn ? `steps ${fromStep} to ${recipe.steps}` : `${recipe.steps} steps`;
  const dice = scores.length > 0 ? `; Dice on ${heldOut.length} held-out scans: ${scores.join(", ")}` : "";
  return `${out}: ${steps} on ${engine} in ${formatDuration(seconds)}${dice}\n`;
}

async function chooseTrainingConfig(options: ParsedOptions): Promise<TrainingConfig> {
  const [preset, config] = [options.value("preset"), options.value("config")];
  if ((preset === undefined) === (config === undefined))
    throw new UsageError("give either --preset or --config");
  const recipe = preset === undefined ? await readTrainingConfig(config!) : findPreset(preset);
  const steps = options.number("steps", recipe.steps, isCount, "a whole number from 1");
  const isShare = (value: number): boolean => value >= 0 && value <= 1;
  const syntheticShare = options.number("synthetic", recipe.syntheticShare, isShare, "0 to 1");
  const chosen = options
    .value("classes")
    ?.split(",")
    .map((name) => name.trim());
  const names = recipe.targets.map(({ name }) => name);
  const stranger = chosen?.find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw new UsageError(
      `--classes: found ${JSON.stringify(stranger)}, expected some of ${names.join(", ")}`,
    );
  const targets = recipe.targets.filter(({ name }) => chosen?.includes(name) ?? true);
  return changeTrainingConfig(recipe, { steps, syntheticShare, targets });
}
