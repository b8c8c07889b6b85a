import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { findSynthesizer, synthesizers } from "tumorlab/internal/tumor/synthesizers";
import { canImport, describeRow, measureTask } from "../volumes/interleave.js";
import type { BenchRow, SideCommand, Task } from "../volumes/interleave.js";
import { describeHosts, type HostRow, lookAtHosts } from "./hosts.js";
import { writeScene } from "./scene.js";
import { describeSweep, sweep } from "./sweep.js";

/** A task with the most seconds asked of a warm call. */
interface TumorTask extends Task {
  maxSeconds?: number;
  hasPeer: boolean;
}

const tasks: readonly TumorTask[] = [
  {
    name: "elastic",
    description:
      "Elastic step, 128^3, 3x3x3 control points (peer: scipy zoom order 3 and map_coordinates order 0)",
    floor: 40,
    compares: true,
    hasPeer: true,
    ourReps: 8,
  },
  {
    name: "medium-liver",
    description:
      "Medium liver tumor in a 512x512x300 CT, as a patch (peer: the published recipe's steps in scipy)",
    maxSeconds: 0.3,
    compares: false,
    hasPeer: true,
    ourReps: 10,
  },
  {
    name: "medium-liver-copied",
    description: "The same written into copies of CT and labels, 236 MB",
    compares: false,
    hasPeer: true,
    ourReps: 10,
  },
  {
    name: "growth-series",
    description: "Growth of a medium liver tumor in 150 steps, whole series",
    maxSeconds: 5,
    compares: false,
    hasPeer: false,
    ourReps: 3,
  },
];

const helpText = `Usage: npm run bench -- tumors [options]

Times the making of synthetic lesions beside scipy, on the same inputs in one run, in turns; shown are medians over the
rounds of the first and of the best later call. --sweep checks instead that lesions keep what they promise: every organ,
size class and method in healthy phantoms and in the scan that ships. Without --task it then says what lesions of the
solid organs took the place of there (\`parameters.otherTissueShare\`), and how much of those asked to grow out of it lies
out of their organ; --hosts says that alone.

  --rounds N         rounds, at least 1 (default 3)
  --python NAME      Python with numpy and scipy (default python3)
  --task NAME        only this one, may be repeated: ${tasks.map(({ name }) => name).join(", ")}
  --hosts            only what lesions took the place of
  --draws N          lesions of each kind for that (default 6)
  --sweep            checks lesions in phantoms
  --cases N          phantoms of the sweep (default 50)
  --from N           number of the first one, to sweep in parts (default 0)
  --method NAME      only this generator: ${synthesizers.map(({ name }) => name).join(", ")}
  --spacing-mm X     their distance of voxels (default 3)
  --json             everything as one JSON object
`;

/** The benchmark of synthetic lesions; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      python: { type: "string" },
      task: { type: "string", multiple: true },
      sweep: { type: "boolean" },
      hosts: { type: "boolean" },
      draws: { type: "string" },
      cases: { type: "string" },
      from: { type: "string" },
      method: { type: "string" },
      "spacing-mm": { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const count = (name: "rounds" | "cases" | "from" | "draws", fallback: number): number => {
    const number = Number(values[name] ?? fallback);
    const least = Math.min(1, fallback);
    if (!Number.isInteger(number) || number < least)
      throw new Error(`--${name} is ${values[name]}, expected a whole number from ${least}`);
    return number;
  };
  const log = (line: string): boolean => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  const methods = values.method === undefined ? synthesizers : [findSynthesizer(values.method)];
  const lookRound = async (): Promise<HostRow[]> => {
    const hosts = await lookAtHosts(count("draws", 6), methods, (line) => process.stderr.write(`${line}\n`));
    if (!values.json) process.stdout.write(`${describeHosts(hosts)}\n`);
    return hosts;
  };
  if (values.hosts) {
    const hosts = await lookRound();
    if (values.json) process.stdout.write(`${JSON.stringify({ hosts }, null, 1)}\n`);
    return;
  }
  if (values.sweep) {
    const part = { first: count("from", 0), cases: count("cases", 50), methods };
    const spacingMm = Number(values["spacing-mm"] ?? 3);
    const rows = await sweep({ ...part, spacingMm }, (line) => process.stderr.write(`\r${line}`));
    process.stderr.write("\n");
    process.stdout.write(values.json ? `${JSON.stringify({ rows }, null, 1)}\n` : `${describeSweep(rows)}\n`);
    return;
  }
  const unknown = values.task?.find((name) => !tasks.some((task) => task.name === name));
  if (unknown !== undefined)
    throw new Error(`--task is ${unknown}, expected one of ${tasks.map(({ name }) => name).join(", ")}`);
  const rows = await measureAll(
    tasks.filter(({ name }) => values.task?.includes(name) ?? true),
    count("rounds", 3),
    values.python ?? "python3",
    log,
  );
  const hosts = values.task ? [] : await lookRound();
  const load = os.loadavg()[0];
  const machine = { node: process.versions.node, cores: os.availableParallelism(), loadAverage: load };
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, rows, hosts }, null, 1)}\n`);
  else
    process.stdout.write(
      `\nNode ${machine.node}, ${machine.cores} cores, load ${load.toFixed(1)} at the end\n`,
    );
}

async function measureAll(
  chosen: readonly TumorTask[],
  rounds: number,
  python: string,
  log: (line: string) => void,
): Promise<BenchRow[]> {
  const hasPython = await canImport(python, ["numpy", "scipy"]);
  if (!hasPython)
    log(
      `No peers: ${python} lacks numpy or scipy. On Debian: apt-get install python3-scipy, then --python /usr/bin/python3`,
    );
  const folder = await mkdtemp(path.join(os.tmpdir(), "tumorlab-bench-"));
  const worker = path.join(__dirname, "worker.js");
  const script = path.join(__dirname, "../../../bench/tumors/peer.py");
  const ours: SideCommand = (task, reps) => [process.execPath, worker, task, folder, `${reps}`];
  const theirs: SideCommand = (task, reps) => [python, script, task, folder, `${reps}`];
  try {
    await writeScene(folder);
    const rows: BenchRow[] = [];
    for (const task of chosen) {
      const row = await measureTask(task, ours, hasPython && task.hasPeer ? theirs : undefined, rounds);
      rows.push(row);
      log(describeRow(row));
      if (task.maxSeconds !== undefined)
        log(`  time asked ${task.maxSeconds} s: ${row.ours.warmS <= task.maxSeconds ? "met" : "MISSED"}`);
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
