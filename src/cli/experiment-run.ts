import { describeMachine } from "../env.js";
import { readStatus } from "../experiment/collect.js";
import {
  createExperiment,
  type Experiment,
  openExperiment,
  readPlan,
  runExperimentTrial,
} from "../experiment/experiment-folder.js";
import { drawScans, runExperiment } from "../experiment/local-runner.js";
import { listTrials } from "../experiment/plan.js";
import type { EngineName } from "../model/engines.js";
import type { ProgressUpdate } from "../progress.js";
import { createBar } from "./bar.js";
import {
  type Command,
  type CommandIo,
  parseOptions,
  type ParsedOptions,
  toJson,
  UsageError,
} from "./command.js";
import { createBoard } from "./experiment-board.js";
import { clusterOptions, clusterUsage, refuseClusterOptions, runOnCluster } from "./experiment-cluster.js";
import { describePlan, describeTrial, formatStatus } from "./experiment-text.js";

const runOptions = `  --runner NAME        local (default) or slurm
  --workers N          trials at once, each a process of its own (default: one a core)
  --threads N          threads of each trial (default: the cores shared out among the workers)
  --engine E           auto (default) or an engine by name
  --json               prints the state at the end as JSON

${clusterUsage}`;

const optionTable = {
  values: ["runner", "workers", "threads", "engine", ...clusterOptions.values],
  flags: ["json", ...clusterOptions.flags],
};

/** `tumorlab experiment run` */
export const runCommand: Command = {
  name: "experiment run",
  summary: "runs the trials of a plan: networks trained and tested",
  usage: `tumorlab experiment run PLAN.json --out DIR [options]

  --out DIR            where the results go; what is there already is kept
  --index I            this trial alone, in this process: what a task on a cluster calls
  --scans              draws the scans that the trials share, and ends: the job before those tasks
${runOptions}

A trial that fails or is killed is tried once more, then reported; the others go on. Ctrl-C ends the trials under way.
However it ended, running again does what is missing and ends with the same results, byte for byte. DIR then holds
plan.json, trials/ (a result each), runs/ (how each ran), baselines/ and scans/, which may be removed when all is done.
Exit code 1 where a trial failed.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["out", "index", ...optionTable.values],
      flags: ["scans", ...optionTable.flags],
    });
    const [path, ...more] = options.positionals;
    if (path === undefined) throw new UsageError("no plan given");
    if (more.length > 0) throw new UsageError(`unexpected ${more[0]}`);
    const out = options.value("out");
    if (out === undefined) throw new UsageError("--out is missing");
    const experiment = await createExperiment(await readPlan(path), out);
    if (options.value("index") !== undefined) return runOne(experiment, options, io);
    if (options.has("scans")) return runScans(experiment, options, io);
    return runAll(experiment, options, io);
  },
};

/** `tumorlab experiment resume` */
export const resumeCommand: Command = {
  name: "experiment resume",
  summary: "goes on with an experiment that was broken off",
  usage: `tumorlab experiment resume DIR [options]

${runOptions}

Runs the trials that have no result yet, those that failed among them.`,
  async run(args, io) {
    const options = parseOptions(args, optionTable);
    const [folder, ...more] = options.positionals;
    if (folder === undefined) throw new UsageError("no folder of an experiment given");
    if (more.length > 0) throw new UsageError(`unexpected ${more[0]}`);
    return runAll(await openExperiment(folder), options, io);
  },
};

function readEngine(options: ParsedOptions) {
  const threads = options.number("threads", NaN, isCount, "a whole number from 1");
  const engine = options.value("engine") as EngineName | "auto" | undefined;
  return { ...(Number.isNaN(threads) ? {} : { threads }), ...(engine ? { engine } : {}) };
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;

/** One trial in this process; a runner that started it is told how far it is. */
async function runOne(experiment: Experiment, options: ParsedOptions, io: CommandIo): Promise<number> {
  const index = options.number("index", 0, (n) => Number.isInteger(n) && n >= 0, "a whole number from 0");
  const trial = listTrials(experiment.plan)[index];
  const bar = createBar(trial ? describeTrial(trial) : "trial", io);
  const progress = (update: ProgressUpdate): void => {
    bar.update(update);
    if (process.connected) process.send?.(update);
  };
  const state = await runExperimentTrial(experiment, index, {
    ...readEngine(options),
    signal: io.signal,
    progress,
  }).finally(() => bar.end());
  const words = `trial ${index}, ${describeTrial(trial)}: ${state}`;
  io.out(options.has("json") ? `${toJson({ trial, state })}\n` : `${words}\n`);
  return 0;
}

/** The scans alone. */
async function runScans(experiment: Experiment, options: ParsedOptions, io: CommandIo): Promise<number> {
  const workers = readWorkers(options);
  const bar = createBar("scans", io);
  const waiting = await drawScans(experiment, workers, {
    signal: io.signal,
    onEvent: (event) => event.kind === "scans" && bar.update(event),
  }).finally(() => bar.end());
  io.out(`scans of ${waiting.length} trials are there\n`);
  return 0;
}

function readWorkers(options: ParsedOptions): number {
  return options.number("workers", describeMachine().cores, isCount, "a whole number from 1");
}

async function runAll(experiment: Experiment, options: ParsedOptions, io: CommandIo): Promise<number> {
  const runner = options.value("runner") ?? "local";
  const workers = readWorkers(options);
  if (runner === "slurm") {
    const limit = options.value("workers") === undefined ? {} : { maxRunning: workers };
    return runOnCluster(experiment, options, { ...readEngine(options), ...limit }, io);
  }
  if (runner !== "local") throw new UsageError(`--runner is ${runner}, expected local or slurm`);
  refuseClusterOptions(options);
  const before = await readStatus(experiment);
  io.err(`${describePlan(experiment.plan, workers)}; ${before.done.length} done already\n`);
  const board = createBoard(before.total, before.done.length, io);
  const status = await runExperiment(experiment, {
    workers,
    ...readEngine(options),
    signal: io.signal,
    onEvent: (event) => board.add(event),
  }).finally(() => board.end());
  io.out(options.has("json") ? `${toJson(status)}\n` : formatStatus(status));
  return status.failed.length > 0 ? 1 : 0;
}
