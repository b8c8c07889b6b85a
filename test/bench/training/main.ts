import { execFile } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { estimateCost } from "tumorlab/internal/model/network-plan";
import { median } from "tumorlab/internal/stats/describe";
import { canImport } from "../volumes/interleave.js";
import { describeSpread } from "./learn-scores.js";
import { learnPhantoms } from "./learn.js";
import { describeMarks, soakTraining } from "./soak.js";

/** A network and what it is fed. */
export interface Job {
  widths: readonly number[];
  batch: number;
  /** Voxels of a cubic patch along each axis. */
  size: number;
  threads: number;
  /** Calls of each kind in one process. */
  steps: number;
}

/** What one process measured; times in ms. */
export interface SideOutput {
  train: number[];
  infer: number[];
  peakMb: number;
  detail: string;
  /** Rate of a large matrix product, on the peer's side. */
  peakGflops?: number;
}

/** A job with what is asked of it: our best time as a share of the peer's. */
interface Case extends Pick<Job, "widths" | "batch" | "size"> {
  trainShare: number;
  inferShare: number;
}

const narrow = { widths: [8, 16, 32], trainShare: 0.9, inferShare: 1 };
const wide = { widths: [16, 32, 64], trainShare: 1.3, inferShare: 1.3 };
const cases: readonly Case[] = [narrow, wide].flatMap((network) => [
  { ...network, batch: 2, size: 48 },
  { ...network, batch: 1, size: 64 },
]);

/** Most memory of a process as a share of the peer's, and least times that TensorFlow.js's cpu backend is slower. */
const memoryShare = 0.7;
const slowness = 100;

const helpText = `Usage: npm run bench -- training [options]

Times a training step (forward, Dice and cross-entropy, backward, AdamW) and inference of 3D U-Nets on the engine simd
beside PyTorch on the same cores. Each round starts each side in a process of its own, one after the other, when the
machine is quiet: PyTorch's threads collapse when the cores are shared. Shown are the best and the median over all rounds.

  --python NAME   Python with numpy and torch (default python3); without it our side alone
  --rounds N      rounds, at least 1 (default 3)
  --steps N       calls of each kind in one process, of which two warm up (default 7)
  --threads N     threads of both sides (default 2)
  --case NAME     only this one, may be repeated: ${cases.map(nameOf).join(", ")}
  --quiet-s N     longest wait for a quiet machine before each process, s (default 60)
  --reference     also one step of TensorFlow.js's cpu backend (half a minute)
  --soak          only this: memory of a very small training over 2,000 steps, which should stay flat (a minute or two)
  --learn DIR     only this: trains a preset on a cohort of phantoms under three seeds, and scores organs and tumors of
                  held-out patients beside a threshold; what lies in DIR is kept (half an hour)
  --preset NAME   the preset of --learn (default small)
  --seeds N       seeds of --learn, from 0 (default 3)
  --cases N       scans of --learn's cohort (default 160)
  --json          everything measured as one JSON object
`;

const execute = promisify(execFile);

/** The benchmark of the engine; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      python: { type: "string", default: "python3" },
      rounds: { type: "string", default: "3" },
      steps: { type: "string", default: "7" },
      threads: { type: "string", default: "2" },
      case: { type: "string", multiple: true },
      "quiet-s": { type: "string", default: "60" },
      reference: { type: "boolean" },
      soak: { type: "boolean" },
      learn: { type: "string" },
      preset: { type: "string", default: "small" },
      seeds: { type: "string", default: "3" },
      cases: { type: "string", default: "160" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  if (values.soak) {
    const marks = await soakTraining(2000, [100, 500, 1000, 2000]);
    process.stdout.write(`${values.json ? JSON.stringify(marks) : describeMarks(marks)}\n`);
    return;
  }
  const [rounds, steps, threads, seeds, scans] = (
    ["rounds", "steps", "threads", "seeds", "cases"] as const
  ).map((name) => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1)
      throw new Error(`--${name} is ${values[name]}, expected a whole number from 1`);
    return number;
  });
  const quietMs = 1000 * Number(values["quiet-s"]);
  const unknown = values.case?.find((name) => !cases.some((one) => nameOf(one) === name));
  if (unknown !== undefined)
    throw new Error(`--case is ${unknown}, expected one of ${cases.map(nameOf).join(", ")}`);
  const log = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  if (values.learn !== undefined) {
    const job = {
      preset: values.preset,
      seeds: Array.from({ length: seeds }, (_, seed) => seed),
      cases: scans,
    };
    const summaries = await learnPhantoms(values.learn, job, log);
    log(describeSpread(summaries));
    if (values.json) process.stdout.write(`${JSON.stringify(summaries, null, 1)}\n`);
    return;
  }
  const withPeer = await canImport(values.python, ["numpy", "torch"]);
  if (!withPeer) log(`${values.python} has no torch: our side alone. Debian's package is python3-torch`);

  const rows = [];
  for (const one of cases.filter((it) => !values.case || values.case.includes(nameOf(it)))) {
    const job: Job = { widths: one.widths, batch: one.batch, size: one.size, threads, steps };
    const [ours, peers]: [SideOutput[], SideOutput[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await runOurs({ ...job, engine: "simd" }, quietMs));
      if (withPeer) peers.push(await runPeer(values.python, job, quietMs));
    }
    const row = summarize(one, job, ours, peers);
    rows.push(row);
    log(describe(row));
  }
  if (values.reference) {
    const job: Job = { widths: narrow.widths, batch: 1, size: 48, threads, steps: 1 };
    const stock = await runOurs({ ...job, engine: "reference" }, quietMs);
    const ours = await runOurs({ ...job, steps, engine: "simd" }, quietMs);
    const ratio = stock.train[0] / Math.min(...ours.train);
    log(
      `TensorFlow.js's cpu backend, 8/16/32 at 1x48: ${stock.train[0].toFixed(0)} ms a training step, ` +
        `${ratio.toFixed(0)} times ours; asked ${slowness}: ${ratio >= slowness ? "met" : "MISSED"}`,
    );
  }
  const machine = { node: process.versions.node, cores: os.availableParallelism(), load: os.loadavg()[0] };
  if (values.json) process.stdout.write(`${JSON.stringify({ rounds, steps, machine, rows }, null, 1)}\n`);
  else
    log(
      `\n${rounds} rounds of ${steps} steps, ${threads} threads, Node ${machine.node}, ${machine.cores} cores, ` +
        `load ${machine.load.toFixed(1)} at the end`,
    );
}

function nameOf({ widths, batch, size }: Pick<Job, "widths" | "batch" | "size">): string {
  return `${widths.join("/")}-${batch}x${size}`;
}

async function runOurs(job: Job & { engine: string }, quietMs: number): Promise<SideOutput> {
  return run(process.execPath, [path.join(__dirname, "worker.js"), JSON.stringify(job)], quietMs);
}

async function runPeer(python: string, job: Job, quietMs: number): Promise<SideOutput> {
  const script = path.join(__dirname, "../../../bench/training/peer.py");
  return run(python, [script, JSON.stringify(job)], quietMs);
}

async function run(command: string, args: string[], quietMs: number): Promise<SideOutput> {
  await waitForQuiet(quietMs);
  const { stdout } = await execute(command, args, {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    maxBuffer: 1 << 24,
  });
  return JSON.parse(stdout) as SideOutput;
}

/** Waits until nine tenths of the processor have been idle for a second, at most so long. */
async function waitForQuiet(longestMs: number): Promise<void> {
  const total = () => {
    const times = os.cpus().map((cpu) => cpu.times);
    return {
      idle: times.reduce((sum, { idle }) => sum + idle, 0),
      all: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
    };
  };
  for (const start = performance.now(); performance.now() - start < longestMs;) {
    const before = total();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const after = total();
    if (after.idle - before.idle > 0.9 * (after.all - before.all)) return;
  }
}

function summarize(one: Case, job: Job, ours: readonly SideOutput[], peers: readonly SideOutput[]) {
  const patch: [number, number, number] = [job.size, job.size, job.size];
  const network = createNetworkConfig({ classes: 3, widths: job.widths, patch });
  const { forwardFlops, trainFlops } = estimateCost(network, { batch: job.batch });
  const side = (outputs: readonly SideOutput[]) => {
    const times = (kind: "train" | "infer") => outputs.flatMap((output) => output[kind]);
    const [train, infer] = (["train", "infer"] as const).map((kind) => ({
      bestMs: Math.min(...times(kind)),
      medianMs: median(times(kind)),
    }));
    return {
      train: { ...train, gflops: trainFlops / train.bestMs / 1e6 },
      infer: { ...infer, gflops: (job.batch * forwardFlops) / infer.bestMs / 1e6 },
      peakMb: Math.max(...outputs.map(({ peakMb }) => peakMb)),
      detail: outputs[0].detail,
    };
  };
  const peakGflops = Math.max(...peers.map((peer) => peer.peakGflops ?? 0));
  return {
    name: nameOf(one),
    asked: { trainShare: one.trainShare, inferShare: one.inferShare, memoryShare },
    ours: side(ours),
    peer: peers.length === 0 ? undefined : { ...side(peers), peakGflops },
  };
}

function describe({ name, asked, ours, peer }: ReturnType<typeof summarize>): string {
  const lines = [name];
  for (const kind of ["train", "infer"] as const) {
    const show = (side: typeof ours) =>
      `best ${side[kind].bestMs.toFixed(0)} ms, median ${side[kind].medianMs.toFixed(0)} ms, ` +
      `${side[kind].gflops.toFixed(1)} GFLOP/s`;
    lines.push(`  ${kind} ours  ${show(ours)}`);
    if (!peer) continue;
    lines.push(`  ${kind} peer  ${show(peer)}`);
    const share = asked[kind === "train" ? "trainShare" : "inferShare"];
    const [best, typical] = (["bestMs", "medianMs"] as const).map(
      (time) => ours[kind][time] / peer[kind][time],
    );
    lines.push(
      `  ${kind} share of the peer's time: best ${best.toFixed(2)}, median ${typical.toFixed(2)}; ` +
        `asked ${share}: ${best <= share ? "met" : "MISSED"}`,
    );
  }
  lines.push(`  memory ours ${ours.peakMb.toFixed(0)} MB`);
  if (peer) {
    const share = ours.peakMb / peer.peakMb;
    lines.push(
      `  memory peer ${peer.peakMb.toFixed(0)} MB: share ${share.toFixed(2)}; asked ${asked.memoryShare}: ` +
        (share <= asked.memoryShare ? "met" : "MISSED"),
      `  a matrix product of 1024x1024 runs at ${peer.peakGflops.toFixed(0)} GFLOP/s here (${peer.detail}): training ` +
        `reaches ${((100 * ours.train.gflops) / peer.peakGflops).toFixed(0)} % of that (${ours.detail})`,
    );
  }
  return lines.join("\n");
}
