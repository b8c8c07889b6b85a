import { appendFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describeCode } from "../code-version.js";
import { currentTime, describeMachine, monotonicMs, peakMemoryBytes, processorSeconds } from "../env.js";
import { LabError } from "../errors.js";
import { requireWritable } from "../files.js";
import { type EngineName, openEngine } from "../model/engines.js";
import { findLesion, type TumorOrgan } from "../organs.js";
import { formatDuration } from "../progress.js";
import {
  type CohortScan,
  findLabelledScans,
  holdOutPatients,
  type PreparedScan,
  prepareScans,
  requireLearnable,
  toCaseBank,
} from "../training/cohort-scan.js";
import { checkpointFile, findCheckpoint } from "../training/find-checkpoint.js";
import { changeRecipe, readRecipe } from "../training/read-recipe.js";
import { findPreset, type TrainingRecipe } from "../training/recipe.js";
import { estimateTraining, memoryLimitOf, requireTrainingMemory } from "../training/require-memory.js";
import { type TrainingEvent, trainNetwork } from "../training/train-network.js";
import type { TumorCaseFiles } from "../training/tumor-cases.js";
import { createBar } from "./bar.js";
import {
  type Command,
  type CommandIo,
  parseOptions,
  type ParsedOptions,
  toJson,
  UsageError,
} from "./command.js";
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
  --label-map NAME     names of the label values (default: what dataset.json says, else abdomenatlas)
  --engine E           auto (default) or an engine by name
  --threads N          threads of the engine (default: one a core)
  --json               prints the record of the run as JSON

Writes DIR/best and DIR/last (model.json, weights.bin, model.safetensors), DIR/${checkpointFile}, DIR/log.jsonl with a line
for each step and validation, and DIR/run.json, the record of the run. A run that was killed goes on with --resume and ends
with the same weights; Ctrl-C leaves a model that works. Patients are those of the cohort's metadata.csv, else every
scan is a patient.`,
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
        "engine",
        "threads",
      ],
      flags: ["resume", "json"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const [data, out] = ["data", "out"].map((name) => {
      const path = options.value(name);
      if (path === undefined) throw new UsageError(`--${name} is missing`);
      return path;
    });
    const recipe = await chooseRecipe(options);
    const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    const seed = options.number("seed", 0, isIndex, "a whole number from 0");
    const isShare = (value: number): boolean => value >= 0 && value < 1;
    const holdout = options.number("holdout", 0.2, isShare, "0 to below 1");
    const holdoutSeed = options.number("holdout-seed", seed, isIndex, "a whole number from 0");
    const threads = options.number(
      "threads",
      NaN,
      (n) => Number.isInteger(n) && n >= 1,
      "a whole number from 1",
    );
    const engine = (options.value("engine") ?? "auto") as "auto" | EngineName;
    const withThreads = Number.isNaN(threads) ? {} : { threads };
    const checkpoint = join(out, checkpointFile);
    if (!options.has("resume") && (await stat(checkpoint).catch(() => undefined)))
      throw new LabError(
        checkpoint,
        "a checkpoint",
        "a folder without one",
        "Use --resume, or another --out",
      );

    // All before hours are spent on preparing scans.
    await requireWritable(checkpoint);
    const former = await findCheckpoint(out, { recipe, seed, resume: options.has("resume") });
    if (former) io.err(`${out}: going on after step ${former.step}\n`);
    const { name } = await openEngine({ engine, ...withThreads });
    requireTrainingMemory(recipe, memoryLimitOf(name));
    const scans = await findLabelledScans(data, options.value("label-map"));
    const { training, heldOut } = holdOutPatients(scans, holdout, holdoutSeed);
    await mkdir(out, { recursive: true });
    describeCost(recipe, training.length, heldOut.length, io);
    describeLabels(scans, recipe, io);
    const prepared = await prepare([...training, ...heldOut], recipe, out, io);
    const [learned, validated] = [prepared.slice(0, training.length), prepared.slice(training.length)];
    requireLearnable(learned, recipe);

    const [startMs, startProcessor] = [monotonicMs(), processorSeconds()];
    const bar = createBar("train", io);
    const log = openLog(join(out, "log.jsonl"), io);
    const result = await trainNetwork({
      recipe,
      seed,
      cases: toCaseBank(learned),
      validation: toCaseBank(validated),
      ...(recipe.syntheticShare > 0 ? { synthesis: tumorModule(learned, recipe) } : {}),
      engine,
      ...withThreads,
      folder: out,
      resume: options.has("resume"),
      signal: io.signal,
      progress: (update) => bar.update(update),
      onEvent: log,
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
      threads: Number.isNaN(threads) ? describeMachine().cores : threads,
      seconds: (monotonicMs() - startMs) / 1000,
      processorSeconds: processorSeconds() - startProcessor,
      peakMemoryMb: peakMemoryBytes() / 1e6,
      weightsSha256: result.weightsSha256,
      validation: last ?? null,
      data,
      training: learned.map(toInput),
      heldOut: validated.map(toInput),
    };
    await writeFileWhole(join(out, "run.json"), `${toJson(record, 2)}\n`);
    if (options.has("json")) io.out(`${toJson(record)}\n`);
    else {
      const scores = Object.entries(last?.dice ?? {}).map(
        ([name, dice]) => `${name} ${dice?.toFixed(3) ?? "none"}`,
      );
      io.out(
        `${out}: ${recipe.steps} steps on ${result.engine} in ${formatDuration(record.seconds)}` +
          `${scores.length > 0 ? `; Dice on ${validated.length} held-out scans: ${scores.join(", ")}` : ""}\n`,
      );
    }
    return 0;
  },
};

async function chooseRecipe(options: ParsedOptions): Promise<TrainingRecipe> {
  const [preset, config] = [options.value("preset"), options.value("config")];
  if ((preset === undefined) === (config === undefined))
    throw new UsageError("give either --preset or --config");
  const recipe = preset === undefined ? await readRecipe(config!) : findPreset(preset);
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
  const steps = options.number("steps", recipe.steps, isCount, "a whole number from 1");
  const isShare = (value: number): boolean => value >= 0 && value <= 1;
  const syntheticShare = options.number("synthetic", recipe.syntheticShare, isShare, "0 to 1");
  return changeRecipe(recipe, { steps, syntheticShare });
}

function describeCost(recipe: TrainingRecipe, training: number, heldOut: number, io: CommandIo): void {
  const cost = estimateTraining(recipe);
  io.err(
    `${recipe.name}: ${training} scans to learn from, ${heldOut} held out; ${cost.parameters} parameters, ` +
      `${(cost.trainFlops / 1e9).toFixed(1)} GFLOP a step, ${recipe.steps} steps, ` +
      `about ${Math.ceil(cost.trainBytes / 1e6)} MB of tensors\n`,
  );
}

/** Which label values are learned, so that a label map of another data set shows. */
function describeLabels([scan]: readonly CohortScan[], { targets }: TrainingRecipe, io: CommandIo): void {
  if (scan.masks) return;
  const classes = targets.map(({ name, structures }) => {
    const values = Object.keys(scan.labelNames).filter((v) =>
      structures.includes(scan.labelNames[Number(v)]),
    );
    return `${name} ${values.join(" and ") || "none"}`;
  });
  io.err(`label values learned: ${classes.join(", ")}; --label-map names them otherwise\n`);
}

async function prepare(
  scans: Parameters<typeof prepareScans>[0],
  recipe: TrainingRecipe,
  out: string,
  io: CommandIo,
): Promise<PreparedScan[]> {
  const bar = createBar("prepare", io);
  const options = {
    progress: (update: Parameters<typeof bar.update>[0]) => bar.update(update),
    signal: io.signal,
    warn: (text: string) => io.err(`${text}\n`),
  };
  return prepareScans(scans, recipe, join(out, "prepared"), options).finally(() => bar.end());
}

/** Tumors for the batches' own thread: into the scans without a lesion, where there are any. */
function tumorModule(scans: readonly PreparedScan[], recipe: TrainingRecipe) {
  const lesionTargets = recipe.targets.filter(({ structures }) =>
    structures.some((each) => findLesion(each)),
  );
  const lesionClasses = new Set(lesionTargets.map(({ name }) => name));
  const organs = lesionTargets
    .flatMap(({ structures }) => structures.map((each) => findLesion(each)?.tumorOrgan))
    .filter((organ): organ is TumorOrgan => organ !== undefined);
  const healthy = scans.filter(({ classes }) => !classes.some((name) => lesionClasses.has(name)));
  const options: TumorCaseFiles = {
    scans: healthy.length > 0 ? healthy : scans,
    mix: { organs: [...new Set(organs)] },
    spacingMm: recipe.spacingMm,
  };
  return { path: join(__dirname, "..", "training", "tumor-cases.js"), create: "openTumorCases", options };
}

/** A line of JSON for each event, with the seconds since the start and samples a second. */
function openLog(path: string, io: CommandIo): (event: TrainingEvent) => Promise<void> {
  const startMs = monotonicMs();
  let steps = 0;
  return async (event) => {
    const seconds = (monotonicMs() - startMs) / 1000;
    if (event.kind === "step") steps++;
    const samples = event.kind === "step" ? { samplesPerSecond: (steps * event.cases.length) / seconds } : {};
    await appendFile(path, `${toJson({ ...event, seconds, ...samples })}\n`);
    if (event.kind === "validation" && !io.isTerminal)
      io.err(
        `step ${event.step}: mean Dice ${event.meanDice.toFixed(3)}${event.best ? ", best so far" : ""}\n`,
      );
  };
}

function toInput({ name, patient, sha256 }: PreparedScan) {
  return { case: name, patient, sha256 };
}

/** When and with what. */
async function describeRun() {
  return {
    format: "tumorlab-training-run",
    ...(await describeCode()),
    finishedAt: currentTime(),
    ...describeMachine(),
  };
}
