import type { RunRecord } from "../../contracts/run-record.js";
import { describeCode } from "../../core/code-version.js";
import { makeFolder, writeFileWhole } from "../../core/files.js";
import { toJson } from "../../core/missing.js";
import type { ProgressListener, RunOptions } from "../../core/progress.js";
import { type EngineOptions, openEngine } from "../../model/engines.js";
import { saveModel } from "../../model/store.js";
import { hashWeights } from "../../model/weights.js";
import { encodeText } from "../../platform/bytes.js";
import { currentTime, describeMachine, monotonicMs, peakMemoryBytes } from "../../platform/machine.js";
import { join } from "../../platform/paths.js";
import { prepareCase, type PreparedCase } from "../prepared-case.js";
import { memoryLimitOf, requireTrainingMemory } from "../require-memory.js";
import { trainNetwork } from "../train-network.js";
import type { TrainingConfig } from "../training-config.js";
import { drawPhantoms } from "./draw-phantoms.js";
import { describeModel } from "./model-card.js";
import { configOfPlan, type ModelPlan, type PhantomDraw } from "./model-plan.js";
import { type ModelTest, testModel } from "./test-model.js";

/** How a shipped network came about. */
export interface ModelRecord extends RunRecord {
  format: "tumorlab-shipped-model";
  /** The command that makes it again. */
  call: string;
  plan: ModelPlan;
  /** The step of the best validation, which is the network that ships. */
  bestStep: number;
  /** sha256 of its weights: the same on every machine with the same arithmetic. */
  weightsSha256: string;
  test: ModelTest;
}

/** How a network is made. */
export interface MakeModelOptions extends RunOptions {
  engine?: EngineOptions["engine"];
  /** Default one per core. */
  threads?: number;
  /** Told while phantoms are drawn, before and after `progress` tells of the steps. */
  drawProgress?: ProgressListener;
}

/**
 * Makes a network by its plan: draws its phantoms, trains, and tries the best on phantoms of patients that nothing saw before.
 * Writes `plan.json`, the model, `record.json` and `card.md` into a folder, and beside them `training/`, from which a run that was
 * killed goes on. The same plan and arithmetic give the same weights.
 *
 * @throws LabError where the folder cannot be written or the network does not fit in memory.
 */
export async function makeModel(
  plan: ModelPlan,
  out: string,
  { engine, threads, drawProgress, progress, signal }: MakeModelOptions = {},
): Promise<ModelRecord> {
  const startMs = monotonicMs();
  const config = configOfPlan(plan);
  const { name } = await openEngine({ engine, threads });
  requireTrainingMemory(config, memoryLimitOf(name));
  await makeFolder(join(out, "training"));
  const prepare = (draw: PhantomDraw): Promise<PreparedCase[]> =>
    prepareAll(plan, config, draw, { progress: drawProgress, signal });
  const [cases, validation] = [await prepare(plan.training), await prepare(plan.validation)];
  const folder = join(out, "training");
  const { best, history, arithmetic } = await trainNetwork({
    ...{ recipe: config, seed: plan.seed, cases, validation, folder, resume: true },
    ...{ engine, threads, progress, signal },
  });
  const test = await testModel(
    best,
    config,
    drawPhantoms(plan, plan.test, { progress: drawProgress, signal }),
  );
  const { validations } = history;
  const bestStep = validations.reduce((a, b) => (b.meanDice > a.meanDice ? b : a)).step;
  const record: ModelRecord = {
    format: "tumorlab-shipped-model",
    call: `tumorlab models make ${plan.name} --out DIR`,
    ...(await describeCode()),
    finishedAt: currentTime(),
    ...describeMachine(),
    ...{ engine: name, arithmetic, threads: threads ?? describeMachine().cores },
    seconds: (monotonicMs() - startMs) / 1000,
    peakMemoryMb: peakMemoryBytes() / 1e6,
    ...{ plan, bestStep, weightsSha256: hashWeights(best.weights), test },
  };
  const model = join(out, "model");
  await saveModel(model, best);
  const files = { "plan.json": `${toJson(plan, 2)}\n`, "record.json": `${toJson(record, 2)}\n` };
  for (const [file, text] of Object.entries({ ...files, "card.md": describeModel(record, config) }))
    await writeFileWhole(join(out, file), [encodeText(text)]);
  return record;
}

async function prepareAll(
  plan: ModelPlan,
  config: TrainingConfig,
  draw: PhantomDraw,
  options: RunOptions,
): Promise<PreparedCase[]> {
  const prepared: PreparedCase[] = [];
  for await (const scan of drawPhantoms(plan, draw, options)) prepared.push(prepareCase(scan, config));
  return prepared;
}
