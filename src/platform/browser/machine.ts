import type { Machine, ProcessName, SystemDescription } from "../machine.js";
import { threadStart, workerScope } from "./page.js";

/** The clock and the machine as a page knows them. What a browser does not tell is NaN or empty. */

export type { Machine, ProcessName, SystemDescription };

/** What runs the library. */
export const hostKind: "node" | "browser" = "browser";

/** Memory that one tab can count on, where the browser does not say. */
const tabBytes = 4 * 2 ** 30;

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

/** A page has no environment variables. */
export function environmentVariable(_name: string): string | undefined {
  return undefined;
}

/** Memory that can still be had, in bytes. */
export function availableMemoryBytes(): number {
  return tabBytes;
}

/** The browser and its machine, for reports; no result may depend on it. */
export function describeMachine(): Machine {
  const { hardwareConcurrency, deviceMemory } = workerScope.navigator;
  return { nodeVersion: nameBrowser(), cores: hardwareConcurrency ?? 1, memoryGiB: deviceMemory ?? NaN };
}

/** The browser, for certificates; nothing of it names a machine or a person. */
export function describeSystem(): SystemDescription {
  return { system: nameBrowser(), architecture: "wasm32", processor: "", v8Version: "" };
}

/** Main memory that a tab may use, in bytes. */
export function usableMemoryBytes(): number {
  return tabBytes;
}

/** Bytes that this thread's heap holds now, where the browser tells. */
export function peakMemoryBytes(): number {
  const { memory } = performance as { memory?: { usedJSHeapSize: number } };
  return memory?.usedJSHeapSize ?? NaN;
}

/** NaN: a page is not told its processor time. */
export function processorSeconds(): number {
  return NaN;
}

/** Writes a line to the browser's console, which a kernel catches. */
export function printLine(text: string): void {
  console.log(text);
}

/** Nothing: browsers do not warn of many listeners. */
export function allowManyListeners(_signal: AbortSignal): void {}

/** Nothing: a browser has relaxed SIMD or has it not. */
export function allowRelaxedSimd(): void {}

/** A page cannot set how its engine compiles. */
export function delayOptimizing(): void {}

/** The kernel or program that this thread belongs to. */
export function nameProcess(): ProcessName {
  return { machine: "page", pid: threadStart.pid, started: "" };
}

/** Whether a kernel or program still runs; `undefined` for others than this one and its starter, which it cannot ask. */
export function isProcessRunning({ machine, pid }: ProcessName): boolean | undefined {
  const isKnown = machine === "page" && [threadStart.pid, threadStart.parentPid].includes(pid);
  return isKnown ? true : undefined;
}

/** Such as `Chrome 156` or `Firefox 140`. */
function nameBrowser(): string {
  const { userAgent } = workerScope.navigator;
  const found = /(Firefox|Edg|Chrome|Version)\/(\d+)/.exec(userAgent.replace(/Headless/g, ""));
  return found ? `${found[1] === "Version" ? "Safari" : found[1]} ${found[2]}` : "a browser";
}
