import type { ProgramIo } from "../program.js";

export type { ProgramIo };

/** Rejects: a page starts no programs. */
export function startProgram(
  _main: (words: readonly string[], io: ProgramIo) => Promise<number>,
): Promise<void> {
  return Promise.reject(new Error("A page starts no programs of its own."));
}

/** Writes text to the browser's console. */
export function writeAll(descriptor: 1 | 2, text: string): void {
  if (descriptor === 1) console.log(text);
  else console.error(text);
}
