import { availableParallelism, totalmem } from "node:os";

/**
 * The only file of this package that may look at the clock or the machine. Everything else is a pure
 * function of its arguments; lint keeps it so.
 */

/** Milliseconds from an arbitrary origin, monotonic. */
export function monotonicMs(): number {
  return performance.now();
}

/** The current moment as an ISO 8601 string in UTC, for run records. */
export function currentTime(): string {
  return new Date().toISOString();
}

/** An environment variable, or `undefined` when unset or empty. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** What this program runs on. */
export interface Machine {
  /** Such as `"20.20.2"`. */
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
