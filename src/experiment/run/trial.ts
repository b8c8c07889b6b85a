import { createAffine } from "../../core/affine.js";
import { requireThat } from "../../core/errors.js";
import { type RunOptions, throwIfAborted } from "../../core/progress.js";
import { createKey } from "../../core/random.js";
import type { EngineOptions } from "../../model/engines.js";
import { openEngine } from "../../model/engines.js";
import { toTensors } from "../../model/network.js";
import { loadTensorFlow } from "../../model/tensorflow.js";
import { initializeWeights, type Weights } from "../../model/weights.js";
import type { LossPoint } from "../../training/checkpoint.js";
import { applyHuBand, fitHuBand } from "../../training/hu-band-baseline.js";
import type { LabelledScan, PreparedCase } from "../../training/prepared-case.js";
import { applyThreshold, fitThreshold } from "../../training/threshold-baseline.js";
import { trainNetwork, type TrainingResult } from "../../training/train-network.js";
import type { TrainingConfig } from "../../training/training-config.js";
import { classifyCase } from "../../training/validate.js";
import { armOf, isOnTheFly, stepsOfArm } from "../plan/arms.js";
import { checkPlan } from "../plan/check-plan.js";
import {
  type ExperimentPlan,
  hashPlan,
  listTrials,
  type PlanTest,
  trainingConfigOf,
  type TrialSpec,
} from "../plan/plan.js";
import { testsOfTrial } from "../plan/tests.js";
import type { TrialBaseline, TrialResult, TrialTest } from "./result.js";
import { openScanStore, type ScanStore } from "./scans/scan-store.js";
import { openTrainingCases, type TrainingCases } from "./scans/training-cases.js";
import { openRealCases, openTestCases } from "./scans/trial-cases.js";
import { scoreTrialCase } from "./score-case.js";

/** How a trial is run; none of it changes the result. */
export interface TrialOptions extends RunOptions {
  /** Where the plan's scans are kept, shared by all its trials. */
  scans: string;
  /** As `openEngine` takes it; default the fastest there is. Engines differ in the last bits. */
  engine?: EngineOptions["engine"];
  /** Threads of the engine; default 1. Their number does not change the result. */
  threads?: number;
}

/** Cases kept in memory at most while training, in bytes. */
const maxBytes = 2 ** 29;
const maxPoints = 40;
/** Of an experiment's classes. */
const tumorClass = 2;
/** Real cases that thresholds are fitted to at most: they are held in memory together. */
const maxFitted = 100;

/**
 * Runs a trial of a plan: gathers its cases, trains a network for the plan's steps and tests it. A pure function of plan
 * and index: the same result, byte for byte, in whatever process, order or number of threads, where the arithmetic is
 * the same.
 *
 * @throws LabError for a plan that cannot be or an index beyond its trials; the signal's reason when aborted.
 */
export async function runTrial(
  plan: ExperimentPlan,
  index: number,
  options: TrialOptions,
): Promise<TrialResult> {
  const { trial, store, gathered, training } = await trainTrial(plan, index, options);
  const { real, synthetic, healthy, hosts, generatorSha256 } = gathered;
  const arm = armOf(plan, trial);
  const asked = testsOfTrial(plan, trial);
  const tests = await testNetwork(plan, asked, trial.organ, store, training.model.weights, options);
  return {
    version: 1,
    planSha256: hashPlan(plan),
    trial,
    realCases: real.map(({ name }) => name),
    syntheticCases: synthetic.length,
    ...(healthy.length > 0 ? { healthyCases: healthy.length } : {}),
    ...(isOnTheFly(plan, arm) ? { hosts: hosts.count } : {}),
    ...(generatorSha256 === undefined ? {} : { generatorSha256 }),
    weightsSha256: training.weightsSha256,
    arithmetic: training.arithmetic,
    history: { losses: thinLosses(training.history.losses) },
    tests,
  };
}

/** A trial's network before it is tested, and what it learned from. */
export interface TrainedTrial {
  trial: TrialSpec;
  store: ScanStore;
  gathered: TrainingCases;
  training: TrainingResult;
}

/**
 * The first part of {@link runTrial}: gathers the cases of a trial and trains its network.
 *
 * @throws as {@link runTrial}.
 */
export async function trainTrial(
  plan: ExperimentPlan,
  index: number,
  { scans, signal, progress, engine, threads = 1 }: TrialOptions,
): Promise<TrainedTrial> {
  checkPlan(plan);
  const trial = findTrial(plan, index);
  const store = await openScanStore(plan, scans);
  const gathered = await openTrainingCases(store, plan, trial, { signal, progress, engine, threads });
  const { real, synthetic, healthy, hosts } = gathered;
  const { module, share } = hosts;
  const steps = stepsOfArm(plan, armOf(plan, trial));
  const training = await trainNetwork({
    recipe: { ...trainingConfigOf(plan, trial.organ), steps, syntheticShare: share },
    seed: trainingSeed(trial),
    // Each case is as likely as any other, so that the share of synthetic patches is that of the cases.
    cases: { kind: "files", paths: [...real, ...synthetic, ...healthy].map(({ path }) => path), maxBytes },
    ...(module ? { synthesis: module } : {}),
    engine,
    threads,
    signal,
    progress: progress && ((update) => progress({ ...update, label: "training" })),
  });
  return { trial, store, gathered, training };
}

/**
 * What an organ's tests give without a trained network: the weights that the first seed's trials start from, and two
 * thresholds fitted to all real cases of its largest size (from version 2 of plans on to 100 of them at most): one on the
 * scan alone, one that is told where the organ is.
 *
 * @throws as {@link runTrial}.
 */
export async function runBaselines(
  plan: ExperimentPlan,
  organ: TrialSpec["organ"],
  options: TrialOptions,
): Promise<TrialBaseline[]> {
  checkPlan(plan);
  const trial = listTrials(plan).find((each) => each.organ === organ);
  requireThat(trial !== undefined, "organ", organ, plan.organs.map((each) => each.organ).join(", "));
  const { engine, threads = 1, signal } = options;
  const store = await openScanStore(plan, options.scans);
  const recipe = trainingConfigOf(plan, organ);
  await openEngine({ engine, threads });
  const weights = initializeWeights(recipe.network, createKey(trainingSeed(trial)).split("weights"));
  const untrained = await testNetwork(plan, plan.tests, organ, store, weights, options);
  const { sizes } = plan.organs.find((each) => each.organ === organ)!;
  const largest = { ...trial, size: sizes[sizes.length - 1] };
  const real = await openRealCases(store, plan, largest, { signal });
  const scans = real
    .slice(0, plan.version === 1 ? undefined : maxFitted)
    .map((each) => toScan(each.open(), recipe));
  const model = await fitThreshold(scans, { organs: [organ], signal });
  const band = await fitHuBand(scans, { organ, signal });
  const threshold = await testAll(plan, plan.tests, organ, store, options, (prepared) =>
    toFound(applyHuBand(band, toScan(prepared, recipe).ct).data.map((found) => 2 * found)),
  );
  const inOrgan = await testAll(plan, plan.tests, organ, store, options, (prepared) => {
    const found = applyThreshold(model, toScan(prepared, recipe)).data;
    return toFound(prepared.labels.map((label, i) => (label > 0 ? (found[i] > 0 ? 2 : 1) : 0)));
  });
  return [
    { organ, name: "untrained", tests: untrained },
    { organ, name: "threshold", tests: threshold },
    { organ, name: "threshold in the organ", tests: inOrgan },
  ];
}

/** A prepared case with HU and the names of its structures, as far as the config's window kept them. */
function toScan(
  { name, image, labels, shape, spacingMm }: PreparedCase,
  { targets, windowHu: [low, high] }: TrainingConfig,
): LabelledScan {
  const grid = { shape, spacingMm, affine: createAffine(spacingMm) };
  const names = { 1: targets[0].name, 2: targets[1].structures[0] };
  const hu = image.map((value) => low + value * (high - low));
  return { name, ct: { ...grid, data: hu }, labels: { ...grid, data: Uint8Array.from(labels), names } };
}

/** The trial of an index. Throws a LabError for an index beyond the plan's trials. */
export function findTrial(plan: ExperimentPlan, index: number): TrialSpec {
  const trials = listTrials(plan);
  requireThat(
    Number.isInteger(index) && index >= 0 && index < trials.length,
    "index",
    index,
    `a whole number from 0 to ${trials.length - 1}, as the plan has ${trials.length} trials`,
  );
  return trials[index];
}

/** The same for every size and arm: they start from the same weights. */
function trainingSeed({ organ, seed }: TrialSpec): number {
  return createKey(seed).split("trial").split(organ).words[0];
}

async function testNetwork(
  plan: ExperimentPlan,
  asked: readonly PlanTest[],
  organ: TrialSpec["organ"],
  store: ScanStore,
  weights: Weights,
  options: RunOptions,
): Promise<TrialTest[]> {
  const { network, overlap } = trainingConfigOf(plan, organ);
  const parameters = toTensors(weights);
  const { signal } = options;
  try {
    return await testAll(plan, asked, organ, store, options, async (prepared) => {
      const probability = new Float32Array(prepared.labels.length);
      const probabilityOf = { class: tumorClass, into: probability };
      const found = await classifyCase(network, parameters, prepared, { overlap, signal, probabilityOf });
      return { found, probability };
    });
  } finally {
    loadTensorFlow().dispose([...parameters.values()]);
  }
}

/** The class of each voxel of a test case, and of a network how likely each is tumor. */
interface FoundClasses {
  found: Uint8Array;
  probability?: Float32Array;
}

function toFound(found: Uint8Array): FoundClasses {
  return { found };
}

/** Scores a way to tell classes on test sets of a plan. */
async function testAll(
  plan: ExperimentPlan,
  asked: readonly PlanTest[],
  organ: TrialSpec["organ"],
  store: ScanStore,
  { signal, progress }: RunOptions,
  classify: (prepared: PreparedCase) => FoundClasses | Promise<FoundClasses>,
): Promise<TrialTest[]> {
  const tests: TrialTest[] = [];
  for (const test of asked) {
    const cases = await openTestCases(store, plan, organ, test, { signal });
    const { name, distribution } = test;
    const seen = cases.reduce((sum, { seenShare }) => sum + seenShare, 0) / cases.length;
    const said = plan.version === 1 ? {} : { seenShare: Number(seen.toFixed(4)) };
    const scored: TrialTest = { name, distribution, ...said, cases: [] };
    for (const each of cases) {
      throwIfAborted(signal);
      const prepared = each.open();
      const { found, probability } = await classify(prepared);
      scored.cases.push(scoreTrialCase(prepared, found, plan.metrics, probability));
      progress?.({ done: scored.cases.length, total: cases.length, label: `testing ${name}` });
    }
    tests.push(scored);
  }
  return tests;
}

/** At most forty points, each the mean of its stretch of the curve, as rounded as a picture of it needs. */
function thinLosses(losses: readonly LossPoint[]): LossPoint[] {
  const stretch = Math.max(1, Math.ceil(losses.length / maxPoints));
  const points: LossPoint[] = [];
  for (let from = 0; from < losses.length; from += stretch) {
    const part = losses.slice(from, from + stretch);
    const { step, learningRate } = part[part.length - 1];
    const mean = part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    points.push({ step, loss: Number(mean.toFixed(6)), learningRate: Number(learningRate.toPrecision(6)) });
  }
  return points;
}
