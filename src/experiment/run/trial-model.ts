import type { RunRecord } from "../../contracts/run-record.js";
import { describeCode } from "../../core/code-version.js";
import { requireThat } from "../../core/errors.js";
import { makeFolder, writeFileWhole } from "../../core/files.js";
import { toJson } from "../../core/missing.js";
import { openEngine } from "../../model/engines.js";
import { saveModel } from "../../model/store.js";
import { encodeText } from "../../platform/bytes.js";
import { currentTime, describeMachine, monotonicMs, peakMemoryBytes } from "../../platform/machine.js";
import { join } from "../../platform/paths.js";
import { hashPlan, type TrialSpec } from "../plan/plan.js";
import type { CollectedResults, TrialResult } from "./result.js";
import { summarizeTest, type TrialTestSummary } from "./trial-summary.js";
import { findTrial, trainTrial, type TrialOptions } from "./trial.js";

/** How the network of a trial was made again, and what the trial's result says of it. */
export interface TrialModelRecord extends RunRecord {
  format: "tumorlab-trial-model";
  /** The command that makes it again. */
  call: string;
  /** The plan's name and hash. */
  plan: string;
  planSha256: string;
  trial: TrialSpec;
  weightsSha256: string;
  /**
   * Whether the trial's result has the same weights; left out where there is no result of the trial. Weights differ where the
   * arithmetic does, and where the code has changed since.
   */
  isAsInResult?: boolean;
  /** What the result says of the network on each of the plan's tests; none where the weights are others. */
  tests: TrialTestSummary[];
}

/** How it is made. */
export interface TrialModelOptions extends TrialOptions {
  /** What the record says as the command; default `tumorlab experiment network`. */
  call?: string;
  /** Threads of the engine; default one per core. */
  threads?: number;
}

/**
 * Trains the network of a trial again, which trials don't keep, and writes it: `model/`, and `record.json` beside it. It is
 * not tested again: with the same weights the trial's result is what the tests say.
 *
 * @param results of the plan; those of the trial may be missing.
 * @returns the record, with `isAsInResult` true where the network is the one that was tested, bit by bit.
 * @throws LabError for an index beyond the plan's trials, and where the folder cannot be written.
 */
export async function makeTrialModel(
  results: Pick<CollectedResults, "plan" | "trials">,
  index: number,
  out: string,
  { call = "tumorlab experiment network", ...options }: TrialModelOptions,
): Promise<TrialModelRecord> {
  const startMs = monotonicMs();
  const { plan } = results;
  const trial = findTrial(plan, index);
  const tested = results.trials.find((each) => each.trial.index === index);
  const { engine, threads = describeMachine().cores } = options;
  const { name } = await openEngine({ engine, threads });
  await makeFolder(out);
  const { training } = await trainTrial(plan, index, { ...options, threads });
  const { weightsSha256, arithmetic, model } = training;
  const isAsInResult = tested && tested.weightsSha256 === weightsSha256;
  const record: TrialModelRecord = {
    format: "tumorlab-trial-model",
    call,
    ...(await describeCode()),
    finishedAt: currentTime(),
    ...describeMachine(),
    ...{ engine: name, arithmetic, threads },
    seconds: Number(((monotonicMs() - startMs) / 1000).toFixed(1)),
    peakMemoryMb: Math.ceil(peakMemoryBytes() / 1e6),
    ...{ plan: plan.name, planSha256: hashPlan(plan), trial, weightsSha256 },
    ...(isAsInResult === undefined ? {} : { isAsInResult }),
    tests: isAsInResult ? summarizeAll(tested) : [],
  };
  // Whoever predicts with it is told: elsewhere in a body it was never shown what is no tumor.
  const learnedFrom = `scans cut to the ${trial.organ} and ${plan.cohort.marginMm} mm around it`;
  await saveModel(join(out, "model"), { ...model, training: { ...model.training, learnedFrom } });
  await writeFileWhole(join(out, "record.json"), [encodeText(`${toJson(record, 2)}\n`)]);
  return record;
}

/** What a trial's result says of its network, test by test. */
function summarizeAll(result: TrialResult): TrialTestSummary[] {
  requireThat(result.tests.length > 0, "result, tests", 0, "one test at least");
  return result.tests.map(summarizeTest);
}
