import { describeCrop } from "../experiment/plan/describe-plan.js";
import { listTrials } from "../experiment/plan/plan.js";
import { readStatus } from "../experiment/run/collect.js";
import {
  createExperiment,
  type Experiment,
  openExperiment,
  readPlan,
} from "../experiment/run/experiment-folder.js";
import { runExperimentTrial } from "../experiment/run/folder-trial.js";
import { makeScans, runExperiment } from "../experiment/run/local-runner.js";
import { reuseTrials } from "../experiment/run/reuse-trials.js";
import { findTrial } from "../experiment/run/trial.js";
import type { EngineOptions } from "../model/engines.js";
import { describeMachine } from "../platform/machine.js";
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
import { createBoard } from "./experiment-board.js";
import { clusterOptions, clusterUsage, refuseClusterOptions, runOnCluster } from "./experiment-cluster.js";
import { describePlan, describeTrial, formatReused, formatStatus } from "./experiment-text.js";

const runOptions = `  --runner NAME        local (default) or slurm
  --workers N          trials at once, each a process of its own (default: one per core)
  --threads N          threads of each trial (default: the cores shared out among the workers)
  --engine E           auto (default) or an engine by name
  --json               prints the state at the end as JSON

${clusterUsage}`;

const optionTable = {
  values: ["runner", "workers", ...engineOptions, ...clusterOptions.values],
  flags: ["json", ...clusterOptions.flags],
};

/** `tumorlab experiment run` */
export const runCommand: Command = {
  name: "experiment run",
  summary: "runs the trials of a plan: networks trained and tested",
  usage: `tumorlab experiment run PLAN.json --out DIR [options]

  --out DIR            where the results go; what is already there is kept
  --reuse DIR[,DIR]    folders of other experiments: finished trials that are the same as trials of this plan are copied, not
                       computed again, such as those of a first stage before seeds or arms were added
  --index I            only this trial, in this process: for a task on a cluster without Slurm
  --scans              makes the scans that the trials share, and ends: for the job before those tasks
${runOptions}

A trial that fails or is killed is tried once more, then reported; the others continue. Ctrl-C ends the running trials.
However it ended, running again does what is missing and ends with the same results, byte for byte. Several runs may share
DIR, also from several machines. While one run computes a trial, the others leave it alone, and take it over when that process is
gone (on another machine: after five minutes without a sign of life). DIR then holds
plan.json, trials/ (a result each), runs/ (how each ran), baselines/ and scans/, which may be removed when all is done.
A trial of --reuse counts as the same if everything that it depends on is the same: scans, seed, size, arm, training, tests.
Computing it again would give the same bytes. runs/ says for which plan it was computed. The folders are only read, and their
scans are linked if both are on one disk.
Exit code 1 where a trial failed.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["out", "index", "reuse", ...optionTable.values],
      flags: ["scans", ...optionTable.flags],
    });
    const [path, ...more] = options.positionals;
    if (path === undefined) throw new UsageError("no plan given");
    if (more.length > 0) throw new UsageError(`unexpected ${more[0]}`);
    const out = options.value("out");
    if (out === undefined) throw new UsageError("--out is missing");
    const [index, isScans] = [options.value("index"), options.has("scans")];
    if (index !== undefined && isScans) throw new UsageError("give either --index or --scans");
    if (index !== undefined) refuseOptions(options, ["runner", "workers", "reuse"], "--index runs one trial");
    if (isScans)
      refuseOptions(options, ["runner", "json", ...engineOptions], "--scans makes scans and nothing else");
    // All words first: those that make no sense leave no folder behind.
    const settings = readSettings(options, index !== undefined || isScans);
    const number = options.number("index", 0, (n) => Number.isInteger(n) && n >= 0, "a whole number from 0");
    const plan = await readPlan(path);
    findTrial(plan, number);
    const sources = await openSources(options);
    const experiment = await createExperiment(plan, out);
    if (sources.length > 0)
      io.err(formatReused(await reuseTrials(experiment, sources), listTrials(plan).length));
    if (index !== undefined) return runOne(experiment, number, options, io);
    if (isScans) return runScans(experiment, settings, io);
    return runAll(experiment, settings, options, io);
  },
};

/** `tumorlab experiment resume` */
export const resumeCommand: Command = {
  name: "experiment resume",
  summary: "resumes an interrupted experiment",
  usage: `tumorlab experiment resume DIR [options]

${runOptions}

Runs the trials that have no result yet, those that failed among them.`,
  async run(args, io) {
    const options = parseOptions(args, optionTable);
    const [folder, ...more] = options.positionals;
    if (folder === undefined) throw new UsageError("no folder of an experiment given");
    if (more.length > 0) throw new UsageError(`unexpected ${more[0]}`);
    const settings = readSettings(options);
    return runAll(await openExperiment(folder), settings, options, io);
  },
};

/** The experiments that `--reuse` names. */
async function openSources(options: ParsedOptions): Promise<Experiment[]> {
  const folders = (options.value("reuse") ?? "").split(",").filter((folder) => folder.trim() !== "");
  return Promise.all(folders.map((folder) => openExperiment(folder)));
}

/** What a run of more than one trial is asked for. */
interface RunSettings {
  runner: "local" | "slurm";
  workers: number;
  /** Whether --workers was given: a cluster has no limit otherwise. */
  isLimited: boolean;
  engine: EngineOptions;
}

/** @param isAlone no runner is used, and none of a cluster. */
function readSettings(options: ParsedOptions, isAlone = false): RunSettings {
  const runner = options.value("runner") ?? "local";
  if (runner !== "local" && runner !== "slurm")
    throw new UsageError(`--runner is ${runner}, expected local or slurm`);
  if (runner === "local" || isAlone) refuseClusterOptions(options);
  return {
    runner,
    workers: options.number("workers", describeMachine().cores, isCount, "a whole number from 1"),
    isLimited: options.value("workers") !== undefined,
    engine: readEngineOptions(options),
  };
}

/** Throws a UsageError for options that would be passed over. */
function refuseOptions(options: ParsedOptions, names: readonly string[], why: string): void {
  const found = names.find((name) => options.value(name) !== undefined || options.has(name));
  if (found !== undefined) throw new UsageError(`${why}: it takes no --${found}`);
}

/** One trial in this process. */
async function runOne(
  experiment: Experiment,
  index: number,
  options: ParsedOptions,
  io: CommandIo,
): Promise<number> {
  const trial = listTrials(experiment.plan)[index];
  const bar = createBar(describeTrial(trial), io);
  const state = await runExperimentTrial(experiment, index, {
    ...readEngineOptions(options),
    signal: io.signal,
    progress: (update) => bar.update(update),
  }).finally(() => bar.end());
  const words = `trial ${index}, ${describeTrial(trial)}: ${state}`;
  io.out(options.has("json") ? `${toJson({ trial, state })}\n` : `${words}\n`);
  return 0;
}

/** The scans alone. */
async function runScans(experiment: Experiment, { workers }: RunSettings, io: CommandIo): Promise<number> {
  const bar = createBar("scans", io);
  const waiting = await makeScans(experiment, workers, {
    signal: io.signal,
    onEvent(event) {
      if (event.kind === "scans") bar.update(event);
      if (event.kind === "notice") io.err(`${event.text}\n`);
    },
  }).finally(() => bar.end());
  io.out(`scans of ${waiting.length} trials are there\n`);
  return 0;
}

async function runAll(
  experiment: Experiment,
  { runner, workers, isLimited, engine }: RunSettings,
  options: ParsedOptions,
  io: CommandIo,
): Promise<number> {
  if (runner === "slurm") {
    const limit = isLimited ? { maxRunning: workers } : {};
    return runOnCluster(experiment, options, { ...engine, ...limit }, io);
  }
  const before = await readStatus(experiment);
  io.err(
    `${describePlan(experiment.plan, workers)}; ${before.done.length} done already\n  ${describeCrop(experiment.plan)}\n`,
  );
  const board = createBoard(before.total, before.done.length, io);
  const status = await runExperiment(experiment, {
    workers,
    ...engine,
    signal: io.signal,
    onEvent: (event) => board.add(event),
  }).finally(() => board.end());
  io.out(options.has("json") ? `${toJson(status)}\n` : formatStatus(status, experiment.plan));
  return status.failed.length > 0 ? 1 : 0;
}
