import { parseArgs } from "node:util";
import { parseDecimal } from "../core/decimal.js";

export { toJson } from "../core/missing.js";

/** Where a command writes and what it may ask of its surroundings. */
export interface CommandIo {
  /** Writes to standard output: results, nothing else. */
  out(text: string): void;
  /** Writes to standard error: progress, warnings, errors. */
  err(text: string): void;
  /** Whether standard error is a terminal, where a bar makes sense. */
  isTerminal: boolean;
  /** Aborted by Ctrl-C, which ends a command at once that never reads this. */
  readonly signal: AbortSignal;
}

/** One subcommand. */
export interface Command {
  /** One or two words: `info`, `scaling fit`. */
  name: string;
  /** One line for the list. */
  summary: string;
  /** Everything `--help` prints. */
  usage: string;
  /** @returns the exit code: 0 all good, 1 something failed. */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

/** Bad words on the command line: printed with the usage line, exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Options a command knows: value options take text, flags none. */
export interface OptionTable {
  values?: readonly string[];
  flags?: readonly string[];
}

/** What was found on the command line. */
export interface ParsedOptions {
  positionals: string[];
  /** Text given for an option; the last one counts. */
  value(name: string): string | undefined;
  has(name: string): boolean;
  /** A number given for an option. Throws a UsageError naming option, text and range. */
  number(name: string, fallback: number, accept: (value: number) => boolean, expected: string): number;
}

/** Reads options and positional words. Throws a UsageError for an unknown option or a missing value. */
export function parseOptions(args: readonly string[], table: OptionTable): ParsedOptions {
  const options = Object.fromEntries([
    ...(table.values ?? []).map((name) => [name, { type: "string" as const }]),
    ...(table.flags ?? []).map((name) => [name, { type: "boolean" as const }]),
  ]) as Record<string, { type: "string" | "boolean" }>;
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: joinNegativeNumbers(args), options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node explains at length how a word that begins with a dash could be meant.
    const [found] = (error as Error).message.split(/(?<='). To specify a positional/);
    throw new UsageError(found);
  }
  const value = (name: string): string | undefined => parsed.values[name] as string | undefined;
  return {
    positionals: parsed.positionals,
    value,
    has: (name) => parsed.values[name] === true,
    number(name, fallback, accept, expected) {
      const text = value(name);
      if (text === undefined) return fallback;
      const number = parseDecimal(text);
      if (!accept(number))
        throw new UsageError(`--${name}: found ${JSON.stringify(text)}, expected ${expected}`);
      return number;
    },
  };
}

/** `--hu -50` as `--hu=-50`: what begins with a dash and a digit is a number here, never an option. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const next = args[i + 1];
    if (/^--[^=]+$/.test(args[i]) && next !== undefined && /^-\.?\d/.test(next))
      joined.push(`${args[i]}=${args[++i]}`);
    else joined.push(args[i]);
  }
  return joined;
}
