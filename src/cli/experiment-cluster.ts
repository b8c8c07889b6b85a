import {
  type ClusterRunOptions,
  runExperimentOnSlurm,
  submitExperiment,
} from "../experiment/run/cluster-runner.js";
import { readStatus } from "../experiment/run/collect.js";
import type { Experiment } from "../experiment/run/experiment-folder.js";
import { type CommandIo, type ParsedOptions, toJson, UsageError } from "./command.js";
import { createBoard } from "./experiment-board.js";
import { formatStatus } from "./experiment-text.js";

/** Options that sbatch is given as they are. */
const passedOn = ["partition", "time", "mem", "cpus-per-task", "account", "qos"] as const;

/** Options of the command line that only a cluster has a use for. */
export const clusterOptions: { values: readonly string[]; flags: readonly string[] } = {
  values: [...passedOn, "sbatch"],
  flags: ["detach"],
};

/** What `--help` says of them. */
export const clusterUsage = `With --runner slurm, trials are tasks of a Slurm job array; --workers is the most that run at a time, --threads is 1 unless
--cpus-per-task says more:
  --detach             submits and returns; the same command without it waits, tries again what failed, and submits what the
                       cluster's limits had no room for
  --partition P, --time T, --mem M, --cpus-per-task N, --account A, --qos Q
                       what each trial may take, as in sbatch
  --sbatch="WORDS"     further options for sbatch, as in --sbatch="--exclude=n7 --nice=100"`;

/** Runs an experiment on Slurm, or submits it. */
export async function runOnCluster(
  experiment: Experiment,
  options: ParsedOptions,
  settings: Pick<ClusterRunOptions, "threads" | "engine" | "maxRunning">,
  io: CommandIo,
): Promise<number> {
  const words = (options.value("sbatch") ?? "").split(/\s+/).filter((word) => word !== "");
  const named = passedOn.flatMap((name) => {
    const value = options.value(name);
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
  const processors = options.number("cpus-per-task", 1, isCount, "a whole number from 1");
  const run: ClusterRunOptions = {
    threads: processors,
    ...settings,
    sbatchOptions: [...named, ...words],
    signal: io.signal,
  };
  if (options.has("detach")) {
    const { jobIds, submitted, queued, left } = await submitExperiment(experiment, {
      ...run,
      onEvent: (event) => {
        if (event.kind === "notice") io.err(`${event.text}\n`);
      },
    });
    if (options.has("json")) io.out(`${toJson({ jobIds, submitted, queued, ...(left ? { left } : {}) })}\n`);
    else
      io.out(
        `${submitted.length} trials submitted${jobIds.length > 0 ? ` as job ${jobIds.join(", ")}` : ""}, ` +
          `${queued.length} in the queue already; logs go to ${experiment.folder}/slurm\n` +
          (left
            ? `${left.length} are left for want of room: run the same command again when some have ended\n`
            : ""),
      );
    return 0;
  }
  const before = await readStatus(experiment);
  const board = createBoard(before.total, before.done.length, io);
  const status = await runExperimentOnSlurm(experiment, {
    ...run,
    onEvent: (event) => board.add(event),
  }).finally(() => board.end());
  io.out(options.has("json") ? `${toJson(status)}\n` : formatStatus(status, experiment.plan));
  return status.failed.length > 0 ? 1 : 0;
}

/** Throws a UsageError for an option of clusters where there is none. */
export function refuseClusterOptions(options: ParsedOptions): void {
  const found =
    clusterOptions.values.find((name) => options.value(name) !== undefined) ??
    clusterOptions.flags.find((name) => options.has(name));
  if (found !== undefined) throw new UsageError(`--${found} is for --runner slurm`);
}
