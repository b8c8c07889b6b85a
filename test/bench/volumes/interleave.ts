import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { median } from "tumorlab/internal/stats/describe";
import { memoryEnvironment } from "#environment/kernel/spec.js";

/**
 * Measures a task beside its peer: every round starts each side in a process of its own, one after the other, so that
 * both meet the same machine, and each process tells the time of its first call and of later ones.
 */

/** What every part of the volumes benchmark takes. */
export interface BenchOptions {
  /** Checkout of google-deepmind/surface-distance; without it its rows show our side alone. */
  surfaceDistance?: string;
  /** Python that has numpy, scipy and nibabel; defaults to `python3`. */
  python?: string;
  /** Slices of the full-size inputs, 512x512 each; defaults to 300. */
  slices?: number;
  /** Rounds; defaults to 3. Peers that take minutes run in the first one alone. */
  rounds?: number;
  /** Names of the tasks to run; defaults to all. */
  tasks?: readonly string[];
  /** Where lines go while it runs; defaults to nowhere. */
  log?: (line: string) => void;
}

/** One thing to be measured on both sides. */
export interface Task {
  name: string;
  description: string;
  /** Ratio asked of it: the peer's time by ours, warm. */
  floor?: number;
  /** Most memory asked of it, MB. */
  memoryFloorMb?: number;
  /** Most memory asked of it as a share of the peer's. */
  memoryShare?: number;
  /** Whether both sides should find the same values. */
  compares: boolean;
  /** How often a side repeats its call in a process; defaults to 5 and 2. */
  ourReps?: number;
  peerReps?: number;
  /** The peer runs in the first round alone. */
  peerOnce?: boolean;
}

/** What a side prints: seconds of each call, peak memory of its process, the values it found. */
export interface Output {
  seconds: number[];
  peakMb: number;
  values: number[];
}

/** One side of one task: medians over the rounds. */
export interface Measured {
  /** First call in a fresh process, s. */
  firstS: number;
  /** Best later call, s. */
  warmS: number;
  /** Largest memory of the process, input included, MB. */
  peakMb: number;
}

/** One task with both sides. */
export interface BenchRow {
  task: string;
  description: string;
  ours: Measured;
  peer?: Measured;
  /** Peer's time by ours, warm and on the first call. */
  ratio?: number;
  firstRatio?: number;
  floor?: number;
  memoryFloorMb?: number;
  memoryShare?: number;
  /** Largest difference of the values found, where both should find the same. */
  difference?: number;
}

/** Command line of a side: the task and the number of repetitions become arguments. */
export type SideCommand = (task: string, reps: number) => readonly string[];

const execute = promisify(execFile);

/** Measures one task; without a `peer` our side alone. */
export async function measureTask(
  task: Task,
  ours: SideCommand,
  peer: SideCommand | undefined,
  rounds: number,
): Promise<BenchRow> {
  const [outputs, peers]: [Output[], Output[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    outputs.push(await runSide(ours(task.name, task.ourReps ?? 5)));
    if (peer && !(task.peerOnce && round > 0)) peers.push(await runSide(peer(task.name, task.peerReps ?? 2)));
  }
  const row: BenchRow = {
    task: task.name,
    description: task.description,
    ours: summarize(outputs),
    floor: task.floor,
    memoryFloorMb: task.memoryFloorMb,
    memoryShare: task.memoryShare,
  };
  if (peers.length === 0) return row;
  const found = summarize(peers);
  return {
    ...row,
    peer: found,
    ratio: found.warmS / row.ours.warmS,
    firstRatio: found.firstS / row.ours.firstS,
    difference: task.compares ? largestDifference(outputs[0].values, peers[0].values) : undefined,
  };
}

/**
 * Largest memory of this process so far, MB. Linux hands the largest memory of a parent on to the processes it starts,
 * so its own counter is read where there is one.
 */
export function readPeakMb(): number {
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const kilobytes = /VmHWM:\s*(\d+) kB/.exec(status)?.[1];
  return (kilobytes ? Number(kilobytes) : process.resourceUsage().maxRSS) / 1024;
}

/** Whether a Python has these modules. */
export async function canImport(python: string, modules: readonly string[]): Promise<boolean> {
  return execute(python, ["-c", `import ${modules.join(", ")}`]).then(
    () => true,
    () => false,
  );
}

/** A row in a few lines. */
export function describeRow(row: BenchRow): string {
  const { description, ours, peer, ratio, firstRatio, floor, memoryFloorMb, memoryShare, difference } = row;
  const side = ({ warmS, firstS, peakMb }: Measured) =>
    `${formatSeconds(warmS)} (first ${formatSeconds(firstS)}), ${peakMb.toFixed(0)} MB`;
  const lines = [description, `  ours   ${side(ours)}`];
  if (peer) {
    lines.push(`  peer   ${side(peer)}`);
    const asked = floor === undefined ? "" : `; asked ${floor}x: ${ratio! >= floor ? "met" : "MISSED"}`;
    lines.push(`  ratio  ${ratio!.toFixed(1)}x (first ${firstRatio!.toFixed(1)}x)${asked}`);
  }
  if (memoryFloorMb !== undefined)
    lines.push(`  memory asked ${memoryFloorMb} MB: ${ours.peakMb <= memoryFloorMb ? "met" : "MISSED"}`);
  if (peer && memoryShare !== undefined) {
    const share = ours.peakMb / peer.peakMb;
    const verdict = share <= memoryShare ? "met" : "MISSED";
    lines.push(`  memory ${share.toFixed(2)} of the peer's; asked ${memoryShare.toFixed(2)}: ${verdict}`);
  }
  if (difference !== undefined) lines.push(`  values differ by at most ${difference.toExponential(1)}`);
  return lines.join("\n");
}

/** Ours runs with the memory settings of the lab's kernels, Python as its users start it. */
async function runSide([command, ...args]: readonly string[]): Promise<Output> {
  const single = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const memory = command === process.execPath ? memoryEnvironment() : {};
  const env = { ...process.env, ...single, ...memory };
  const { stdout } = await execute(command, args, { env, maxBuffer: 1 << 24 });
  return JSON.parse(stdout) as Output;
}

function summarize(outputs: readonly Output[]): Measured {
  const warm = (seconds: readonly number[]) => Math.min(...(seconds.length > 1 ? seconds.slice(1) : seconds));
  return {
    firstS: median(outputs.map(({ seconds }) => seconds[0])),
    warmS: median(outputs.map(({ seconds }) => warm(seconds))),
    peakMb: Math.max(...outputs.map(({ peakMb }) => peakMb)),
  };
}

function largestDifference(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) return NaN;
  return ours.reduce((most, value, k) => Math.max(most, Math.abs(value - theirs[k])), 0);
}

function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${(1000 * seconds).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
}
