import type { RunOptions } from "../../core/progress.js";
import type { Arithmetic } from "../../model/engines.js";
import type { CertificateFacts } from "./certificate-facts.js";
import type { CertificateSet } from "./certificate-set.js";
import type { HashedFile } from "./hashed-file.js";

/**
 * What the last bits of a step's results depend on: plain JavaScript (and WebAssembly that rounds as JavaScript does), or
 * an engine with how it rounds.
 */
export type StepArithmetic = "javascript" | Arithmetic;

/** What a step is given. */
export interface StepContext extends RunOptions {
  /** Folder of the certificate that is being written. */
  folder: string;
  set: CertificateSet;
  /** Threads, and cases made at the same time; no result depends on it. */
  workers: number;
  /** What the steps before have found. */
  facts: Partial<CertificateFacts>;
}

/** What a step leaves. */
export interface StepResult {
  /** Files that must have the same content wherever the arithmetic is the same, as paths from the folder. */
  outputs: string[];
  facts: Partial<CertificateFacts>;
}

/** One step of the stated set. */
export interface CertificateStep {
  id: string;
  /** What it does, in words. */
  what: string;
  /** The call that gives the same files, in the folder of the certificate, after the step ran. */
  call: (set: CertificateSet, facts: Partial<CertificateFacts>) => string;
  seed: (set: CertificateSet) => number | null;
  /** What computes it, itself or in a step before. */
  engine: "javascript" | "simd" | "reference";
  /** Ids of steps before whose outputs it reads. */
  after: readonly string[];
  /** Files of the project that it reads, as folders and files below the project's own. */
  reads: readonly string[];
  /** Whether this set has it; default always. */
  isIn?: (set: CertificateSet) => boolean;
  run: (context: StepContext) => Promise<StepResult>;
}

/** A step that ran, as `run.json` says. */
export interface StepRecord {
  id: string;
  what: string;
  call: string;
  seed: number | null;
  arithmetic: StepArithmetic;
  /** Ids of the steps whose outputs it read. */
  after: readonly string[];
  /** Files of the project that it read. */
  reads: HashedFile[];
  outputs: HashedFile[];
  seconds: number;
  /** ISO 8601 in UTC. */
  startedAt: string;
  finishedAt: string;
}
