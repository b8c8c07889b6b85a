import { locateErrorsOf } from "../../core/errors.js";
import { throwIfAborted } from "../../core/progress.js";
import type { RunOptions } from "../../core/progress.js";
import { openEngine } from "../../model/engines.js";
import { stat } from "../../platform/files.js";
import { projectFolder } from "../../platform/locations.js";
import { currentTime, monotonicMs } from "../../platform/machine.js";
import { join } from "../../platform/paths.js";
import type { CertificateFacts } from "./certificate-facts.js";
import type { CertificateSet } from "./certificate-set.js";
import type { CertificateStep, StepArithmetic, StepRecord } from "./certificate-step.js";
import { hashFiles, listFiles } from "./hashed-file.js";
import type { HashedFile } from "./hashed-file.js";
import { certificateSteps } from "./steps.js";

/** What happens while a set runs. */
export type CertificateEvent =
  | { kind: "start"; step: CertificateStep; index: number; total: number }
  | { kind: "done"; record: StepRecord; index: number; total: number };

/** How a set is run. */
export interface StepsOptions extends RunOptions {
  set: CertificateSet;
  /** Where `outputs/` is made; there is none yet. */
  folder: string;
  workers: number;
  onEvent?: (event: CertificateEvent) => void;
}

/**
 * Runs the steps of a set one after the other. The same set, code and arithmetic give the same outputs whatever the machine
 * and the number of workers.
 *
 * @throws LabError naming the step, for whatever it threw; the signal's reason when aborted.
 */
export async function runSteps(
  options: StepsOptions,
): Promise<{ records: StepRecord[]; facts: Partial<CertificateFacts> }> {
  const { set, folder, workers, signal, progress, onEvent } = options;
  const steps = stepsOf(set);
  const records: StepRecord[] = [];
  let facts: Partial<CertificateFacts> = {};
  for (const [index, step] of steps.entries()) {
    throwIfAborted(signal);
    onEvent?.({ kind: "start", step, index, total: steps.length });
    const [startedAt, startMs] = [currentTime(), monotonicMs()];
    const reads = await hashReads(step);
    const result = await locateErrorsOf(
      (input) => `step ${index + 1}, ${step.id}: ${input}`,
      () => step.run({ folder, set, workers, facts, signal, progress }),
    );
    facts = { ...facts, ...result.facts };
    const record: StepRecord = {
      id: step.id,
      what: step.what,
      call: step.call(set, facts),
      seed: step.seed(set),
      arithmetic: await arithmeticOf(step),
      after: step.after,
      reads,
      outputs: await hashFiles(folder, result.outputs),
      seconds: (monotonicMs() - startMs) / 1000,
      startedAt,
      finishedAt: currentTime(),
    };
    records.push(record);
    onEvent?.({ kind: "done", record, index, total: steps.length });
  }
  return { records, facts };
}

/** The steps that a set has, in their order. */
export function stepsOf(set: CertificateSet): CertificateStep[] {
  return certificateSteps.filter(({ isIn }) => isIn?.(set) ?? true);
}

async function arithmeticOf({ engine }: CertificateStep): Promise<StepArithmetic> {
  return engine === "javascript" ? engine : (await openEngine({ engine })).arithmetic;
}

async function hashReads(step: CertificateStep): Promise<HashedFile[]> {
  const names: string[] = [];
  for (const name of step.reads) {
    const isFolder = (await stat(join(projectFolder, name))).isDirectory();
    names.push(...(isFolder ? await listFiles(projectFolder, name) : [name]));
  }
  return hashFiles(projectFolder, names);
}
