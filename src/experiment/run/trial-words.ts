import { locateBuilt } from "../../platform/locations.js";
import { ownProgram } from "../../platform/processes.js";

/**
 * How runners start the program that computes trials: `trial FOLDER THREADS ENGINE INDEX` for one of them, `scans FOLDER
 * WORKERS` for the scans that they share. {@link readTrialWords} reads the same words.
 */
export type TrialWords =
  | { kind: "trial"; folder: string; threads: number; engine?: string; index: number }
  | { kind: "scans"; folder: string; workers: number };

/** The command of a trial without its last word, the index: a job array adds it. */
export function wordsOfTrials(folder: string, threads: number, engine: string | undefined): string[] {
  return [ownProgram, locateBuilt("trialProgram"), "trial", folder, String(threads), engine ?? ""];
}

/** The command of the scans. */
export function wordsOfScans(folder: string, workers: number): string[] {
  return [ownProgram, locateBuilt("trialProgram"), "scans", folder, String(workers)];
}

/** What the words after the program ask for; `undefined` for others. */
export function readTrialWords(words: readonly string[]): TrialWords | undefined {
  const [kind, folder, count, engine, index] = words;
  const isCount = /^[1-9]\d*$/.test(count ?? "");
  if (kind === "scans" && words.length === 3 && isCount) return { kind, folder, workers: Number(count) };
  if (kind === "trial" && words.length === 5 && isCount && /^\d+$/.test(index))
    return { kind, folder, threads: Number(count), ...(engine ? { engine } : {}), index: Number(index) };
  return undefined;
}
