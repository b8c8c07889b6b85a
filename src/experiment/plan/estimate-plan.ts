import { estimateCost } from "../../model/network-plan.js";
import { type ExperimentPlan, listTrials } from "./plan.js";

/** What a plan will take, before anything is run. Orders of magnitude: machines differ by more than the formula does. */
export interface PlanEstimate {
  trials: number;
  /** Phantom scans that are drawn once and shared by all trials. */
  scans: number;
  /** Hours of one core: all trials one after the other, and the scans. */
  coreHours: number;
  /** Hours with that many workers. */
  hours: number;
  workers: number;
  /** Main memory of one worker, in MB. */
  memoryMb: number;
}

/** What one core of a laptop or server does, in processor time: trainings with narrow networks, and drawing of scans. */
const flopsPerSecond = 2e10;
const scanVoxelsPerSecond = 1.1e6;
/** Anatomy and tumors, whatever the grid. */
const secondsPerScan = 0.6;
/** A process with its engine checked. */
const secondsPerTrial = 1.5;
/** Node with the engine. */
const programMb = 200;

/** Estimates trials, hours and memory of a plan. */
export function estimatePlan(plan: ExperimentPlan, workers = 1): PlanEstimate {
  const { cohort, recipe, organs, tests, arms } = plan;
  const trials = listTrials(plan).length;
  const testScans = tests.reduce((sum, { patients, controls = 0 }) => sum + patients + controls, 0);
  const hosts = arms.some(({ syntheticPerReal }) => syntheticPerReal > 0) ? cohort.healthy : 0;
  const patients = tests.reduce((sum, test) => sum + test.patients, cohort.patients);
  // Scans without a tumor serve all organs: hosts of synthetic tumors, and the tests' controls.
  const scans = hosts + organs.length * patients + (testScans - (patients - cohort.patients));
  const voxels = cohort.shape[0] * cohort.shape[1] * cohort.shape[2];
  const scanSeconds = scans * (secondsPerScan + voxels / scanVoxelsPerSecond);
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
    memoryMb: Math.ceil(programMb + (cost.trainBytes + 6 * voxels * 8) / 1e6),
  };
}
