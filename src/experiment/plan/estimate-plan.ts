import type { Vec3 } from "../../core/types.js";
import { estimateCost } from "../../model/network-plan.js";
import { createGeneratorConfig, estimateGenerator } from "../../training/generator/generator-config.js";
import { learnedName } from "../../tumor/synthesizers.js";
import { armOf, generatorOf, hostsPerReal, isOnTheFly, sizesOfArm, stepsOfArm } from "./arms.js";
import { countScans, poolOf } from "./count-scans.js";
import { isFolderSet, type PlanScan } from "./folder-scans.js";
import { generatorStepsOf } from "./plan-synthesis.js";
import { type ExperimentPlan, listTrials, type PlanTest, type TrialSpec } from "./plan.js";
import { estimateCropShare, estimateSeenShare } from "./seen-share.js";
import { extentOf, patientsTestOf, testsOfTrial } from "./tests.js";

/** What a plan will take, before anything is run. Orders of magnitude: machines differ by more than the formula does. */
export interface PlanEstimate {
  trials: number;
  /** Scans that are drawn or read once and shared by all trials. */
  scans: number;
  /** Hours of one core: all trials one after the other, and the scans. */
  coreHours: number;
  /** Hours with that many workers. */
  hours: number;
  workers: number;
  /** Main memory of one worker, in MB. */
  memoryMb: number;
  /** What the folder of the experiment takes on disk, nearly all of it scans that may be removed when all is done, in GB. */
  diskGb: number;
}

/** What one core of a laptop or server does, in processor time: trainings with narrow networks, and making of scans. */
const flopsPerSecond = 2e10;
const drawnVoxelsPerSecond = 1.1e6;
/** Of scans that are read: unpacked, hashed, cut and resampled. */
const readVoxelsPerSecond = 1e7;
/** Anatomy and tumors, whatever the grid. */
const secondsPerScan = 0.6;
/** A process with its engine checked. */
const secondsPerTrial = 1.5;
/** A tumor put into a scan that is held in memory and cut to its organ; a whole one is unpacked first, most of the time. */
const secondsPerTumor = 0.05;
const unpackedVoxelsPerSecond = 4e6;
/** Node with the engine. */
const programMb = 200;
/** A case as it is learned from: image and classes of a voxel, places of each class. */
const bytesPerVoxel = 5;
const bytesPerCase = 33_000;
/** A healthy scan as it is kept whole, packed. */
const packedBytesPerVoxel = 1.2;
/** Cases kept in memory at most while training, see `runTrial`. */
const maxBankBytes = 2 ** 29;

/** Estimates trials, hours, memory and disk of a plan. */
export function estimatePlan(plan: ExperimentPlan, workers = 1): PlanEstimate {
  const { recipe } = plan;
  const trials = listTrials(plan);
  const weight = weighScans(plan);
  const { voxels, voxelsAsStored, voxelsPerSecond, cropShare } = weight;
  const { network, batch, optimizer } = recipe;
  const slots = (optimizer.kind === "adamw" ? 2 : 1) + (recipe.averageDecay > 0 ? 1 : 0);
  const cost = estimateCost(network, { batch, slots });
  // Windows overlap.
  const [px, py, pz] = network.patch;
  const windowsOf = (share: number): number =>
    Math.max(1, (share * voxels) / (px * py * pz) / (1 - recipe.overlap) ** 3);
  let flops = 0;
  let tumors = 0;
  for (const trial of trials) {
    const steps = stepsOfArm(plan, armOf(plan, trial));
    flops += steps * cost.trainFlops;
    tumors += steps * batch * drawnShare(plan, trial);
    for (const test of testsOfTrial(plan, trial)) {
      const { patients, healthy } = countScans(test, trial.organ);
      const share = estimateSeenShare(plan, test, trial.organ);
      flops += (patients + healthy) * windowsOf(share) * cost.forwardFlops;
    }
  }
  const { stored, drawn } = countHostCases(plan);
  flops += countGeneratorFlops(plan);
  const scans = weight.scans + drawn;
  const scanSeconds = scans * (secondsPerScan + voxelsAsStored / voxelsPerSecond);
  const tumorSeconds =
    tumors * secondsPerTumor + stored * (secondsPerTumor + voxelsAsStored / unpackedVoxelsPerSecond);
  const trialSeconds = trials.length * secondsPerTrial + flops / flopsPerSecond;
  const coreHours = (scanSeconds + tumorSeconds + trialSeconds) / 3600;
  const caseBytes = bytesPerCase + bytesPerVoxel * cropShare * voxels;
  const bankBytes = Math.min(maxBankBytes, caseBytes * countLargest(plan, trials));
  const testBytes = plan.tests.some((test) => extentOf(test) === "whole") ? bytesPerVoxel * voxels : 0;
  const diskBytes =
    caseBytes * (weight.crops + stored + drawn) +
    countHosts(plan) * packedBytesPerVoxel * cropShare * voxelsAsStored +
    weight.wholes * (bytesPerCase + bytesPerVoxel * voxels) +
    weight.healthy * packedBytesPerVoxel * voxelsAsStored;
  return {
    trials: trials.length,
    scans,
    coreHours,
    hours: coreHours / Math.max(1, Math.min(workers, trials.length)),
    workers,
    memoryMb: Math.ceil(
      programMb + (cost.trainBytes + 6 * voxelsAsStored * 8 + bankBytes + 4 * testBytes) / 1e6,
    ),
    diskGb: diskBytes / 1e9,
  };
}

/** What generators take that learn from the trials' own tumors, each once, and the sampling of their lesions. */
function countGeneratorFlops(plan: ExperimentPlan): number {
  const { spacingMm, windowHu } = plan.recipe;
  const steps = generatorStepsOf(plan.synthesis);
  const { trainFlops, sampleFlops } = estimateGenerator(
    createGeneratorConfig({ spacingMm, windowHu, steps }),
  );
  const cases = new Map<string, number>();
  for (const trial of listTrials(plan)) {
    const arm = armOf(plan, trial);
    if (generatorOf(plan, arm) !== learnedName) continue;
    const key = [trial.organ, trial.size, trial.seed].join(" ");
    cases.set(key, Math.max(cases.get(key) ?? 0, arm.syntheticPerReal * trial.size));
  }
  const made = [...cases.values()].reduce((sum, count) => sum + count, 0);
  return cases.size * trainFlops + made * sampleFlops;
}

/** Share of a trial's patches whose tumors are drawn on the fly. */
function drawnShare(plan: ExperimentPlan, trial: TrialSpec): number {
  const arm = armOf(plan, trial);
  const { syntheticPerReal, realPerCase, healthyPerReal = 0 } = arm;
  return isOnTheFly(plan, arm) ? syntheticPerReal / (syntheticPerReal + realPerCase + healthyPerReal) : 0;
}

/** Healthy scans that are kept cut to their organ, for tumors on the fly. */
function countHosts(plan: ExperimentPlan): number {
  return plan.organs.reduce((sum, organ) => {
    const counts = plan.arms
      .filter((arm) => isOnTheFly(plan, arm))
      .flatMap((arm) => sizesOfArm(organ, arm).map((size) => size * arm.syntheticPerReal));
    // Seeds have hosts of their own.
    const seeds = (organ.seeds ?? plan.seeds).length;
    return sum + Math.min(countScans(plan.cohort, organ.organ).healthy, seeds * Math.max(0, ...counts));
  }, 0);
}

/** Cases that the largest trial learns from. */
function countLargest(plan: ExperimentPlan, trials: readonly TrialSpec[]): number {
  const counts = trials.map((trial) => {
    const { realPerCase, syntheticPerReal, healthyPerReal = 0 } = armOf(plan, trial);
    return trial.size * (realPerCase + syntheticPerReal + healthyPerReal);
  });
  return Math.max(0, ...counts);
}

/**
 * Cases with tumors in hosts that are stored: those of a generator, `stored`, and those that the phantom draws, `drawn`. A
 * seed's larger sizes hold the smaller ones', and the phantom's tumors in a host are the same for all seeds.
 */
function countHostCases(plan: ExperimentPlan): { stored: number; drawn: number } {
  const largest = new Map<string, { count: number; isOwn: boolean }>();
  for (const trial of listTrials(plan)) {
    const arm = armOf(plan, trial);
    if (isOnTheFly(plan, arm) || arm.syntheticPerReal === 0) continue;
    const isOwn = arm.tumorsOf === "phantom";
    // A generator that learned is another one at each size.
    const size = generatorOf(plan, arm) === learnedName ? trial.size : "";
    const key = [trial.organ, isOwn ? "" : trial.seed, arm.tumorsOf, arm.generator, size].join(" ");
    const hosts = isFolderSet(plan.cohort) || !isOwn ? Infinity : plan.cohort.healthy;
    const count = Math.min(hosts, arm.syntheticPerReal * trial.size);
    largest.set(key, { isOwn, count: Math.max(count, largest.get(key)?.count ?? 0) });
  }
  const sum = (own: boolean): number =>
    [...largest.values()].reduce((total, { count, isOwn }) => total + (isOwn === own ? count : 0), 0);
  return { stored: sum(false), drawn: sum(true) };
}

/** What the scans of a plan weigh. */
interface ScanWeight {
  /** Scans that are drawn or read. */
  scans: number;
  /** Voxels of a scan at the training's spacing, and as it is kept. */
  voxels: number;
  voxelsAsStored: number;
  voxelsPerSecond: number;
  /** Share of a scan's voxels about an organ, over the organs. */
  cropShare: number;
  /** Cases that are kept cut and whole, and healthy scans that are kept as they were drawn. */
  crops: number;
  wholes: number;
  healthy: number;
}

function weighScans(plan: ExperimentPlan): ScanWeight {
  const { cohort, organs, tests, arms, recipe } = plan;
  const cropShare =
    organs.reduce((sum, { organ }) => sum + estimateCropShare(plan, organ), 0) / organs.length;
  const count = (test: PlanTest): number =>
    organs
      .map(({ organ }) => countScans(test, organ))
      .reduce((sum, { patients, healthy }) => sum + patients + healthy, 0);
  const total = (extent: "crop" | "whole"): number =>
    tests.filter((test) => extentOf(test) === extent).reduce((sum, test) => sum + count(test), 0);
  const pool = organs.reduce((sum, organ) => sum + poolOf(plan, organ), 0);
  const usesHosts = arms.some((arm) => hostsPerReal(arm) > 0);
  const usesHealthy = arms.some(({ healthyPerReal = 0 }) => healthyPerReal > 0);
  const hosts = usesHosts ? Math.max(...organs.map(({ organ }) => countScans(cohort, organ).healthy)) : 0;
  const crops = pool + total("crop") + (usesHealthy ? organs.length * hosts : 0);
  const cases = { cropShare, crops, wholes: total("whole") };
  if (!isFolderSet(cohort)) {
    const voxels = productOf(cohort.shape);
    // Scans without a tumor serve all organs: hosts of synthetic tumors, and the tests' controls.
    const controls = tests
      .filter((test) => patientsTestOf(tests, test) === test || !hasSameScanner(tests, test))
      .reduce((sum, test) => sum + countScans(test, organs[0].organ).healthy, 0);
    const patients = tests.reduce((sum, test) => sum + countScans(test, organs[0].organ).patients, 0);
    const scans = hosts + pool + organs.length * patients + controls;
    return {
      ...cases,
      scans,
      voxels,
      voxelsAsStored: voxels,
      voxelsPerSecond: drawnVoxelsPerSecond,
      healthy: hosts + controls,
    };
  }
  const all: PlanScan[] = [cohort, ...tests.filter(({ patientsOf }) => patientsOf === undefined)].flatMap(
    (set) => (isFolderSet(set) ? set.scans : []),
  );
  const mean = (of: (scan: PlanScan) => number): number =>
    all.reduce((sum, scan) => sum + of(scan), 0) / all.length;
  const voxelMm3 = productOf(recipe.spacingMm);
  return {
    ...cases,
    scans: all.length,
    voxels: mean(({ shape, spacingMm }) => (productOf(shape) * productOf(spacingMm)) / voxelMm3),
    voxelsAsStored: mean(({ shape }) => productOf(shape)),
    voxelsPerSecond: readVoxelsPerSecond,
    healthy: 0,
  };
}

/** Whether a test has patients and scanner of a test above it: then its healthy scans are there. */
function hasSameScanner(tests: readonly PlanTest[], test: PlanTest): boolean {
  const root = patientsTestOf(tests, test);
  return isFolderSet(test) || isFolderSet(root) || test.hospital === root.hospital;
}

function productOf([x, y, z]: Vec3): number {
  return x * y * z;
}
