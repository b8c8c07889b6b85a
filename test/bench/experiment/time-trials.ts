import { rmSync } from "node:fs";
import { join } from "node:path";
import { collectExperiment } from "tumorlab/internal/experiment/run/collect";
import { createExperiment } from "tumorlab/internal/experiment/run/experiment-folder";
import { runExperiment } from "tumorlab/internal/experiment/run/local-runner";
import { mean } from "tumorlab/internal/stats/describe";
import type { BenchPlan } from "./plans.js";

/** One run of a plan from its first trial to its last. */
export interface TimedRun {
  plan: string;
  what: string;
  workers: number;
  /** The first call draws the scans; a warm one finds them. */
  call: "first" | "warm";
  trials: number;
  /** Of scans alone, and of everything, on the clock. */
  scanSeconds: number;
  seconds: number;
  /** Mean seconds of a trial's process by the number of real scans. */
  secondsBySize: { size: number; seconds: number }[];
  /** Of the worker that took most. */
  peakMemoryMb: number;
}

/** Runs a plan in an empty folder, then once more with its scans there. */
export async function timeTrials(
  { name, what, plan }: BenchPlan,
  folder: string,
  workers: number,
): Promise<TimedRun[]> {
  const runs: TimedRun[] = [];
  for (const call of ["first", "warm"] as const) {
    const experiment = await createExperiment(plan, folder);
    const start = performance.now();
    let scansEnd = start;
    const status = await runExperiment(experiment, {
      workers,
      threads: 1,
      onEvent: ({ kind }) => {
        if (kind === "scans") scansEnd = performance.now();
      },
    });
    const seconds = (performance.now() - start) / 1000;
    if (status.failed.length > 0)
      throw new Error(`trial ${status.failed[0].trial.index} of ${name} failed: ${status.failed[0].reason}`);
    const { records, results } = await collectExperiment(experiment);
    const sizes = plan.organs.flatMap((organ) => organ.sizes);
    const secondsOf = (size: number): number[] =>
      results.trials.flatMap(({ trial }, at) => (trial.size === size ? [records.records[at].seconds] : []));
    runs.push({
      ...{ plan: name, what, workers, call, trials: results.trials.length, seconds },
      scanSeconds: (scansEnd - start) / 1000,
      secondsBySize: sizes.map((size) => ({ size, seconds: mean(secondsOf(size)) })),
      peakMemoryMb: Math.max(...records.records.map(({ peakMemoryMb }) => peakMemoryMb ?? NaN)),
    });
    for (const part of ["trials", "runs", "baselines"])
      rmSync(join(folder, part), { recursive: true, force: true });
  }
  return runs;
}
