import os from "node:os";
import { parseArgs } from "node:util";
import { evaluateTasks, run as runEvaluate } from "./evaluate.js";
import { gridTasks, run as runGrids } from "./grids.js";
import type { BenchOptions, BenchRow } from "./interleave.js";
import { metricsTasks, run as runMetrics } from "./metrics.js";

/** The parts of this benchmark; each measures its own tasks. */
const parts: readonly { tasks: readonly string[]; run: (options: BenchOptions) => Promise<BenchRow[]> }[] = [
  { tasks: gridTasks, run: runGrids },
  { tasks: metricsTasks, run: runMetrics },
  { tasks: evaluateTasks, run: runEvaluate },
];

const taskNames = parts.flatMap(({ tasks }) => tasks);

const helpText = `Usage: npm run bench -- volumes [options]

Times each hot loop beside the Python tool a user would otherwise pick, on the same inputs in one run, in turns; shown
are medians, first call and warm, as ratios, with peak memory. Installs nothing and says how to get a peer that is
missing.

  --surface-distance DIR  checkout of google-deepmind/surface-distance (nine labels take it some minutes)
  --python NAME           Python with numpy, scipy and nibabel (default python3)
  --slices N              slices of 512x512 voxels in each input, at least 100 (default 300; 600 for thin-slice CT)
  --rounds N              rounds, at least 1 (default 3)
  --task NAME             only this one, may be repeated: ${taskNames.join(", ")}
  --json                  everything measured as one JSON object
`;

/** The benchmark of grids and metrics; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "surface-distance": { type: "string" },
      python: { type: "string" },
      slices: { type: "string" },
      rounds: { type: "string" },
      task: { type: "string", multiple: true },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const rounds = Number(values.rounds ?? 3);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds is ${values.rounds}, expected a whole number from 1`);
  const slices = Number(values.slices ?? 300);
  if (!Number.isInteger(slices) || slices < 100)
    throw new Error(`--slices is ${values.slices}, expected a whole number from 100`);
  const unknown = values.task?.find((name) => !taskNames.includes(name));
  if (unknown !== undefined) throw new Error(`--task is ${unknown}, expected one of ${taskNames.join(", ")}`);
  const options: BenchOptions = {
    surfaceDistance: values["surface-distance"],
    python: values.python,
    slices,
    rounds,
    tasks: values.task,
    log: (line) => (values.json ? process.stderr : process.stdout).write(`${line}\n`),
  };
  const rows: BenchRow[] = [];
  for (const part of parts) rows.push(...(await part.run(options)));
  const machine = {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cores: os.availableParallelism(),
    loadAverage: os.loadavg()[0],
  };
  if (values.json) process.stdout.write(`${JSON.stringify({ slices, rounds, machine, rows }, null, 1)}\n`);
  else
    process.stdout.write(
      `\nInputs of 512x512x${slices}, medians of ${rounds} rounds, Node ${machine.node}, ${machine.platform}, ${machine.cores} cores, ` +
        `load ${machine.loadAverage.toFixed(1)} at the end\n`,
    );
}
