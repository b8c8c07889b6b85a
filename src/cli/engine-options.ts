import type { EngineOptions } from "../model/engines.js";
import { requireEngineName } from "../model/engines.js";
import type { ParsedOptions } from "./command.js";

/** Options of every command that computes with networks. */
export const engineOptions: readonly string[] = ["engine", "threads"];

/**
 * What --engine and --threads say; fields that were not given are left out.
 *
 * @throws UsageError or LabError for a number or a name that cannot be, before any work.
 */
export function readEngineOptions(options: ParsedOptions): EngineOptions {
  const threads = options.number("threads", NaN, isCount, "a whole number from 1");
  const engine = options.value("engine");
  if (engine !== undefined) requireEngineName(engine);
  return { ...(Number.isNaN(threads) ? {} : { threads }), ...(engine === undefined ? {} : { engine }) };
}

/** Whether a number is a whole one from 1. */
export function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
