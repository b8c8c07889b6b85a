import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { listBenchPlans } from "./plans.js";
import { type TimedStep, timeSteps } from "./time-steps.js";
import { type TimedRun, timeTrials } from "./time-trials.js";

const helpText = `Usage: npm run bench -- experiment [options]

Times trials of the experiment, each in a process of its own with one thread, on 1 worker and on 2: seconds of a trial at
each size, the first call, which draws the scans, and a warm one, and the peak memory of a worker. Then a training step of
the experiment's network, two patches of 24 and of 48 voxels along each axis, on one core.

  --whole      more steps, larger sizes: some 20 minutes on two quiet cores (default: some 2 minutes)
  --json       everything measured as one JSON object
`;

/** The benchmark of the experiment; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      whole: { type: "boolean", default: false },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  const [cpu] = os.cpus();
  say(`${os.cpus().length} cores, ${cpu?.model ?? "unknown"}, load ${os.loadavg()[0].toFixed(2)}`);
  const runs: TimedRun[] = [];
  const root = mkdtempSync(path.join(os.tmpdir(), "tumorlab-bench-"));
  try {
    for (const plan of listBenchPlans(values.whole))
      for (const workers of [1, 2]) {
        const timed = await timeTrials(plan, path.join(root, `${plan.name}-${workers}`), workers);
        for (const run of timed) say(describeRun(run));
        runs.push(...timed);
      }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  const steps = await timeSteps(values.whole ? { 24: 200, 48: 40 } : { 24: 60, 48: 12 });
  for (const step of steps) say(describeStep(step));
  if (values.json) process.stdout.write(`${JSON.stringify({ load: os.loadavg()[0], runs, steps })}\n`);
}

/** A run on one line. */
export function describeRun(run: TimedRun): string {
  const { plan, what, workers, call, trials, seconds, scanSeconds, secondsBySize, peakMemoryMb } = run;
  const sizes = secondsBySize.map((each) => `${each.seconds.toFixed(1)} s at ${each.size}`).join(", ");
  return (
    `${plan} (${what}), ${workers} ${workers === 1 ? "worker" : "workers"}, ${call} call: ${trials} trials in ${seconds.toFixed(1)} s, ` +
    `of these scans ${scanSeconds.toFixed(1)} s; a trial ${sizes} scans; ${peakMemoryMb} MB a worker at most`
  );
}

/** A step on one line. */
export function describeStep(step: TimedStep): string {
  const { widths, batch, size, bestMs, medianMs, gflopsPerCore } = step;
  return `step of ${batch} x ${size}^3, widths ${widths.join("/")}: ${medianMs.toFixed(1)} ms (best ${bestMs.toFixed(1)}), ${gflopsPerCore.toFixed(0)} GFLOP/s a core`;
}
