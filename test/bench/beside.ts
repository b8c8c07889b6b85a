import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { promisify } from "node:util";
import { median } from "tumorlab/internal/stats/describe";

/**
 * Measures one task on several sides: every round starts each side in a process of its own, one after the other, so that
 * all meet the same machine. Shown are medians, and the best of the others is what a target is held against.
 */

/** What a side's process prints as its last line. */
export interface SideReport {
  /** Of each call, s; the first is the one with cold code and caches. */
  seconds: number[];
  /** Processor time of each call on all threads, s. */
  cpuSeconds: number[];
  /** Largest memory of the process, MB. */
  peakMb: number;
  /** What the side is. */
  detail?: string;
  /** sha256 or another digest of what was found, where sides should find the same. */
  digest?: string;
}

/** One way to do a task. */
export interface Side {
  name: string;
  /** Starts a process and waits for its report. */
  run: () => Promise<SideReport>;
}

/** One side over all rounds. */
export interface Measured {
  name: string;
  detail?: string;
  /** Medians over the rounds: the first call, and the best of the later ones, where there are any. */
  firstS: number;
  warmS?: number;
  cpuS: number;
  peakMb: number;
  /** First calls in the order of the rounds. */
  samples: number[];
  digest?: string;
}

/** What is asked of the first side. */
export interface Asked {
  /** Its time at most, as a share of the best other's. */
  timeShare?: number;
  memoryShare?: number;
  /** Its first call at most, s. */
  seconds?: number;
}

/** A task on all its sides, ours first. */
export interface Row {
  task: string;
  asked: Asked;
  sides: Measured[];
}

const execute = promisify(execFile);

/** Runs all sides in turns; each round begins with another side. */
export async function measureSides(
  task: string,
  asked: Asked,
  sides: readonly Side[],
  rounds: number,
): Promise<Row> {
  const reports = sides.map((): SideReport[] => []);
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < sides.length; i++) {
      const at = (i + round) % sides.length;
      reports[at].push(await sides[at].run());
    }
  return { task, asked, sides: sides.map(({ name }, at) => summarize(name, reports[at])) };
}

/** Medians of a side's rounds. */
export function summarize(name: string, reports: readonly SideReport[]): Measured {
  const later = reports.filter(({ seconds }) => seconds.length > 1);
  return {
    name,
    detail: reports[0].detail,
    firstS: median(reports.map(({ seconds }) => seconds[0])),
    ...(later.length > 0 ? { warmS: median(later.map(({ seconds }) => Math.min(...seconds.slice(1)))) } : {}),
    cpuS: median(reports.map(({ cpuSeconds }) => cpuSeconds[0])),
    peakMb: Math.max(...reports.map(({ peakMb }) => peakMb)),
    samples: reports.map(({ seconds }) => seconds[0]),
    digest: reports[0].digest,
  };
}

/** A row in a few lines, with what was asked and whether it is met. */
export function describeRow({ task, asked, sides: [ours, ...others] }: Row): string {
  const verdict = (met: boolean) => (met ? "met" : "MISSED");
  const width = Math.max(...[ours, ...others].map(({ name }) => name.length));
  const lines = [
    task,
    ...[ours, ...others].map(
      ({ name, firstS, warmS, cpuS, peakMb, detail }) =>
        `  ${name.padEnd(width)}  ${formatSeconds(firstS)}` +
        (warmS === undefined ? "" : ` (again ${formatSeconds(warmS)})`) +
        `, processor ${formatSeconds(cpuS)}, ${peakMb.toFixed(0)} MB${detail ? `  [${detail}]` : ""}`,
    ),
  ];
  if (asked.seconds !== undefined)
    lines.push(`  asked at most ${asked.seconds} s: ${verdict(ours.firstS <= asked.seconds)}`);
  const compare = (what: string, share: number | undefined, of: (side: Measured) => number) => {
    if (share === undefined || others.length === 0) return;
    const best = others.reduce((least, side) => (of(side) < of(least) ? side : least));
    const found = of(ours) / of(best);
    lines.push(
      `  ${what} ${found.toFixed(2)} of ${best.name}'s; asked at most ${share}: ${verdict(found <= share)}`,
    );
  };
  compare("time", asked.timeShare, ({ firstS }) => firstS);
  compare("memory", asked.memoryShare, ({ peakMb }) => peakMb);
  return lines.join("\n");
}

/** Runs a program whose last line of output is a {@link SideReport}. */
export async function runReporter(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<SideReport> {
  const { stdout } = await execute(command, args, {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...environment },
    maxBuffer: 1 << 24,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as SideReport;
}

/** Runs a program that reports nothing: time from its start to its end, memory as Linux counts it (looked at every 5 ms). */
export async function runProgram(command: string, args: readonly string[]): Promise<SideReport> {
  const start = performance.now();
  let peakMb = NaN;
  let ticks = NaN;
  const running = execute(command, args, { maxBuffer: 1 << 24 });
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${running.child.pid}/status`, "utf8");
      const kilobytes = /VmHWM:\s*(\d+) kB/.exec(status)?.[1];
      if (kilobytes) peakMb = Number(kilobytes) / 1024;
      const fields = readFileSync(`/proc/${running.child.pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      ticks = Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended, or this is no Linux.
    }
  }, 5);
  try {
    await running;
  } finally {
    clearInterval(look);
  }
  return { seconds: [(performance.now() - start) / 1000], cpuSeconds: [ticks / 100], peakMb };
}

/** The machine, for the foot of a report. */
export function describeMachine(): string {
  const [load] = os.loadavg();
  return `Node ${process.versions.node}, ${os.availableParallelism()} cores, load ${load.toFixed(1)} at the end`;
}

function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${(1000 * seconds).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
}
