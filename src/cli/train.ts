import { join } from "node:path";
import { LabError } from "../core/errors.js";
import { tryLock, watchLocks } from "../core/file-lock.js";
import { requireWritable } from "../core/files.js";
import { formatDuration } from "../core/progress.js";
import { type EngineOptions, openEngine } from "../model/engines.js";
import { describeMachine, monotonicMs, peakMemoryBytes, processorSeconds } from "../platform/machine.js";
import {
  type CohortScan,
  findLabelledScans,
  holdOutPatients,
  requireLearnable,
  toCaseBank,
} from "../training/cohort-scan.js";
import { checkpointFile, findCheckpoint } from "../training/find-checkpoint.js";
import { changeRecipe, readRecipe } from "../training/read-recipe.js";
import { findPreset, type TrainingRecipe } from "../training/recipe.js";
import { memoryLimitOf, requireTrainingMemory } from "../training/require-memory.js";
import { trainNetwork } from "../training/train-network.js";
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
import {
  describeCost,
  describeLabels,
  describeRun,
  openLog,
  prepareWithBar,
  tumorModule,
} from "./train-work.js";
import { keepToData, toInput } from "./training-data.js";
import { writeFileWhole } from "./write-file.js";

/** `tumorlab train` */
export const trainCommand: Command = {
  name: "train",
  summary: "trains a 3D U-Net on a cohort of labelled scans",
  usage: `tumorlab train --preset NAME|--config FILE --data DIR --out DIR [options]

  --preset NAME        tiny, small or paper
  --config FILE.json   settings that differ from a preset: { "preset": "small", "steps": 500, ... }
  --data DIR           a cohort: CASE/ct.nii.gz with labels beside it, nnU-Net's or KiTS's layout
  --out DIR            where the model goes
  --resume             goes on from DIR's checkpoint where there is one
  --seed S             other seeds start from other weights and draw other patches (default 0)
  --steps N            takes the place of the recipe's number of steps
  --synthetic P        share of patches with a synthetic tumor in a scan without one, 0 to 1 (default the recipe's)
  --holdout P          share of patients that are validated on and not learned from (default 0.2)
  --holdout-seed S     another seed holds out other patients (default that of --seed)
  --label-map NAME     names of the label values, whatever the folder says of them (classes.json, dataset.json, the names of
                       masks; combined_labels are taken for AbdomenAtlas's, segmentation for KiTS's)
  --classes A,B        learns these classes of the recipe alone, such as kidney,tumor for a cohort without livers
  --engine E           auto (default) or an engine by name
  --threads N          threads of the engine (default: one a core)
  --json               prints the record of the run as JSON

Writes DIR/best and DIR/last (model.json, weights.bin, model.safetensors), DIR/${checkpointFile}, DIR/log.jsonl with a line
for each step and validation, DIR/data.json, the scans, and DIR/run.json, the record of the run. A run that was killed
goes on with --resume, on the same scans, and ends with the same weights; Ctrl-C leaves a model that works. Patients are
those of the cohort's metadata.csv, else every scan is a patient. Scans that cannot be in HU are told before the first step.`,
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
    // All before hours are spent on preparing scans.
    await requireWritable(join(out, checkpointFile));
    const { recipe, seed, resume, engine } = settings;
    const former = await findCheckpoint(out, { recipe, seed, resume });
    if (former) io.err(`${out}: going on after step ${former.step}\n`);
    const { name } = await openEngine(engine);
    requireTrainingMemory(recipe, memoryLimitOf(name));
    const lockPath = join(out, "train.lock");
    const scans = await findLabelledScans(data, options.value("label-map"));
    const split = holdOutPatients(scans, settings.holdout, settings.holdoutSeed);
    const lock = await tryLock(lockPath, watchLocks());
    if (typeof lock === "string")
      throw new LabError(
        lockPath,
        `the lock of ${lock}`,
        "no other training in this folder",
        "Wait for it or choose another --out; where that process is gone, remove the file",
      );
    try {
      return await runTraining(settings, split, former?.step, io);
    } finally {
      await lock.release();
    }
  },
};

/** What the command line asks for. */
interface TrainSettings {
  recipe: TrainingRecipe;
  seed: number;
  holdout: number;
  holdoutSeed: number;
  engine: EngineOptions;
  data: string;
  out: string;
  resume: boolean;
  json: boolean;
}

async function readSettings(options: ParsedOptions, data: string, out: string): Promise<TrainSettings> {
  const recipe = await chooseRecipe(options);
  const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const isShare = (value: number): boolean => value >= 0 && value < 1;
  const seed = options.number("seed", 0, isIndex, "a whole number from 0");
  return {
    recipe,
    seed,
    holdout: options.number("holdout", 0.2, isShare, "0 to below 1"),
    holdoutSeed: options.number("holdout-seed", seed, isIndex, "a whole number from 0"),
    engine: readEngineOptions(options),
    data,
    out,
    resume: options.has("resume"),
    json: options.has("json"),
  };
}

/** Prepares the scans, trains and tells of it. `formerStep` is that of the checkpoint it goes on from. */
async function runTraining(
  settings: TrainSettings,
  { training, heldOut }: { training: CohortScan[]; heldOut: CohortScan[] },
  formerStep: number | undefined,
  io: CommandIo,
): Promise<number> {
  const { recipe, seed, engine, out } = settings;
  describeCost(recipe, training.length, heldOut.length, io);
  describeLabels([...training, ...heldOut], recipe, io);
  const prepared = await prepareWithBar([...training, ...heldOut], recipe, out, io);
  const [learned, validated] = [prepared.slice(0, training.length), prepared.slice(training.length)];
  requireLearnable(learned, recipe);
  const data = { training: learned.map(toInput), heldOut: validated.map(toInput) };
  await keepToData(out, data, formerStep !== undefined);

  const [startMs, startProcessor] = [monotonicMs(), processorSeconds()];
  const bar = createBar("train", io);
  const result = await trainNetwork({
    recipe,
    seed,
    cases: toCaseBank(learned),
    validation: toCaseBank(validated),
    ...(recipe.syntheticShare > 0 ? { synthesis: tumorModule(learned, recipe) } : {}),
    ...engine,
    folder: out,
    resume: settings.resume,
    signal: io.signal,
    progress: (update) => bar.update(update),
    onEvent: openLog(join(out, "log.jsonl"), io),
  })
    .finally(() => bar.end())
    .catch((error: unknown) => {
      if (io.signal.aborted)
        io.err(`Stopped between two steps: ${join(out, "last")} is a model that works, --resume goes on\n`);
      throw error;
    });

  const last = result.history.validations.at(-1);
  const record = {
    ...(await describeRun()),
    recipe,
    seed,
    engine: result.engine,
    threads: engine.threads ?? describeMachine().cores,
    // Time and memory are those of the steps since then.
    fromStep: formerStep ?? 0,
    seconds: (monotonicMs() - startMs) / 1000,
    processorSeconds: processorSeconds() - startProcessor,
    peakMemoryMb: peakMemoryBytes() / 1e6,
    weightsSha256: result.weightsSha256,
    validation: last ?? null,
    data: settings.data,
    ...data,
  };
  await writeFileWhole(join(out, "run.json"), `${toJson(record, 2)}\n`);
  if (settings.json) io.out(`${toJson(record)}\n`);
  else {
    const scores = Object.entries(last?.dice ?? {}).map(
      ([name, dice]) => `${name} ${dice?.toFixed(3) ?? "none"}`,
    );
    const steps =
      formerStep === undefined ? `${recipe.steps} steps` : `steps ${formerStep} to ${recipe.steps}`;
    io.out(
      `${out}: ${steps} on ${result.engine} in ${formatDuration(record.seconds)}` +
        `${scores.length > 0 ? `; Dice on ${validated.length} held-out scans: ${scores.join(", ")}` : ""}\n`,
    );
  }
  return 0;
}

async function chooseRecipe(options: ParsedOptions): Promise<TrainingRecipe> {
  const [preset, config] = [options.value("preset"), options.value("config")];
  if ((preset === undefined) === (config === undefined))
    throw new UsageError("give either --preset or --config");
  const recipe = preset === undefined ? await readRecipe(config!) : findPreset(preset);
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
  return changeRecipe(recipe, { steps, syntheticShare, targets });
}
