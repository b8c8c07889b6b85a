import type { Vec3 } from "../../core/types.js";
import { estimateCost } from "../../model/network-plan.js";
import { countScans } from "./count-scans.js";
import { isFolderSet, type PlanScan } from "./folder-scans.js";
import { type ExperimentPlan, listTrials } from "./plan.js";

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
/** Node with the engine. */
const programMb = 200;

/** Estimates trials, hours and memory of a plan. */
export function estimatePlan(plan: ExperimentPlan, workers = 1): PlanEstimate {
  const { recipe } = plan;
  const trials = listTrials(plan).length;
  const { scans, testScans, voxels, voxelsAsStored, voxelsPerSecond } = measureScans(plan);
  const scanSeconds = scans * (secondsPerScan + voxelsAsStored / voxelsPerSecond);
  const { network, batch, steps, optimizer } = recipe;
  const slots = (optimizer.kind === "adamw" ? 2 : 1) + (recipe.averageDecay > 0 ? 1 : 0);
  const cost = estimateCost(network, { batch, slots });
  // A sixth of the scan lies round an organ, some more, some less, and windows overlap.
  const [px, py, pz] = network.patch;
  const windows = Math.max(1, voxels / 6 / (px * py * pz) / (1 - recipe.overlap) ** 3);
  const flops = steps * cost.trainFlops + testScans * windows * cost.forwardFlops;
  const trialSeconds = trials * (secondsPerTrial + flops / flopsPerSecond);
  const coreHours = (scanSeconds + trialSeconds) / 3600;
  return {
    trials,
    scans,
    coreHours,
    hours: coreHours / Math.max(1, Math.min(workers, trials)),
    workers,
    memoryMb: Math.ceil(programMb + (cost.trainBytes + 6 * voxelsAsStored * 8) / 1e6),
  };
}

/** What the scans of a plan weigh. */
interface ScanWeight {
  scans: number;
  /** Those that each network is tested on, for the organ with most. */
  testScans: number;
  /** Voxels of a scan at the training's spacing, and as it is kept. */
  voxels: number;
  voxelsAsStored: number;
  voxelsPerSecond: number;
}

function measureScans({ cohort, organs, tests, arms, recipe }: ExperimentPlan): ScanWeight {
  const count = (set: (typeof tests)[number]): number[] =>
    organs.map(({ organ }) => countScans(set, organ)).map(({ patients, healthy }) => patients + healthy);
  const testScans = Math.max(...organs.map((_, at) => tests.reduce((sum, test) => sum + count(test)[at], 0)));
  if (!isFolderSet(cohort)) {
    const voxels = productOf(cohort.shape);
    const hosts = arms.some(({ syntheticPerReal }) => syntheticPerReal > 0) ? cohort.healthy : 0;
    const drawn = tests.map((test) => countScans(test, organs[0].organ));
    const patients = drawn.reduce((sum, test) => sum + test.patients, cohort.patients);
    // Scans without a tumor serve all organs: hosts of synthetic tumors, and the tests' controls.
    const scans = hosts + organs.length * patients + (testScans - (patients - cohort.patients));
    return { scans, testScans, voxels, voxelsAsStored: voxels, voxelsPerSecond: drawnVoxelsPerSecond };
  }
  const all: PlanScan[] = [cohort, ...tests].flatMap((set) => (isFolderSet(set) ? set.scans : []));
  const mean = (of: (scan: PlanScan) => number): number =>
    all.reduce((sum, scan) => sum + of(scan), 0) / all.length;
  const voxelMm3 = productOf(recipe.spacingMm);
  return {
    scans: all.length,
    testScans,
    voxels: mean(({ shape, spacingMm }) => (productOf(shape) * productOf(spacingMm)) / voxelMm3),
    voxelsAsStored: mean(({ shape }) => productOf(shape)),
    voxelsPerSecond: readVoxelsPerSecond,
  };
}

function productOf([x, y, z]: Vec3): number {
  return x * y * z;
}
