import { setMaxListeners } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { arch, availableParallelism, cpus, freemem, hostname, platform, release, totalmem } from "node:os";
import { setFlagsFromString } from "node:v8";
import { isRunning } from "./processes.js";

/**
 * The clock and the machine. What is not in `platform/` is a pure function of its arguments; lint keeps it so.
 */

/** Milliseconds from an arbitrary origin, monotonic. */
export function monotonicMs(): number {
  return performance.now();
}

/** The current moment as an ISO 8601 string in UTC, for run records. */
export function currentTime(): string {
  return new Date().toISOString();
}

/** Hours since a moment in milliseconds from 1970, as files carry it. Only to tell what lies about, never for a result. */
export function hoursSince(milliseconds: number): number {
  return (Date.now() - milliseconds) / 3_600_000;
}

/** An environment variable, or `undefined` when unset or empty. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** Memory that can still be had, in bytes, within the bounds that a container sets. */
export function availableMemoryBytes(): number {
  return process.availableMemory?.() ?? freemem();
}

/** What runs the library. */
export const hostKind: "node" | "browser" = "node";

/** What this program runs on. */
export interface Machine {
  /** Such as `"20.20.2"`; in a page the browser, such as `"Chrome 140"`. */
  nodeVersion: string;
  /** Processor cores this program may use. */
  cores: number;
  /** Main memory in GiB. */
  memoryGiB: number;
}

/** The machine this program runs on, for reports; no result may depend on it. */
export function describeMachine(): Machine {
  return {
    nodeVersion: process.versions.node,
    cores: availableParallelism(),
    memoryGiB: totalmem() / 2 ** 30,
  };
}

/** What this program's system is, for certificates; nothing of it names a machine or a person. */
export interface SystemDescription {
  /** Such as `"linux"`, with the version of its kernel. */
  system: string;
  /** Such as `"x64"`. */
  architecture: string;
  /** As the processor calls itself; empty where it does not. */
  processor: string;
  /** Of the engine that runs JavaScript and WebAssembly. */
  v8Version: string;
}

/** The system this program runs on, for certificates. */
export function describeSystem(): SystemDescription {
  return {
    system: `${platform()} ${release()}`,
    architecture: arch(),
    processor: (cpus()[0]?.model ?? "").trim(),
    v8Version: process.versions.v8,
  };
}

/** Main memory this process may use, in bytes: the machine's, or less where its container or job is given less. */
export function usableMemoryBytes(): number {
  const given = process.constrainedMemory();
  return given > 0 ? Math.min(given, totalmem()) : totalmem();
}

/** Most main memory this process has held at any time, in bytes, for run records. */
export function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Processor time of this process and all its threads since its start, in seconds, for run records. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Writes a line where the program prints. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Any number of listeners may wait for a signal without a warning of a leak. */
export function allowManyListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}

/** V8 11, in Node 20, has relaxed SIMD behind a flag that may be set at any time; later ones have it as it is. */
export function allowRelaxedSimd(): void {
  if (Number.parseInt(process.versions.node) < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
}

/**
 * Lets functions run some milliseconds longer before V8 compiles them anew, for programs whose time goes into much code that
 * runs once: the compiler of cells, the start of a trial. Loops that run long are optimized as before. Measured in Node 20: a
 * kernel's first cell takes a third less of the processor's time; commands gain and lose nothing. Other versions count
 * otherwise, so they are left as they are.
 */
export function delayOptimizing(): void {
  if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=1000000");
}

/** A process among all of all machines. */
export interface ProcessName {
  /** Name of the machine, and of the container within it where the system tells. */
  machine: string;
  pid: number;
  /** When it started, on the machine's own count; empty where the system does not tell. */
  started: string;
}

/** This process. */
export function nameProcess(): ProcessName {
  return {
    machine: `${hostname()} ${valueOr("", () => readlinkSync("/proc/self/ns/pid"))}`.trim(),
    pid: process.pid,
    started: startOf(process.pid),
  };
}

/** Whether a process still runs; `undefined` for one of another machine. A number that was given again is seen. */
export function isProcessRunning({ machine, pid, started }: ProcessName): boolean | undefined {
  if (machine !== nameProcess().machine) return undefined;
  return isRunning(pid) && startOf(pid) === started;
}

/** Clock ticks from the start of the machine to that of a process, where there is a /proc. */
function startOf(pid: number): string {
  const stat = valueOr("", () => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The second field, the program's name in brackets, may hold anything.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** What a question to the system gives, or `otherwise` where it has no answer. */
function valueOr<T>(otherwise: T, ask: () => T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
