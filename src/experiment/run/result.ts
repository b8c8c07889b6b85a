import type { TumorOrgan } from "../../anatomy/organs.js";
import type { TrialRecord } from "../../contracts/run-record.js";
import type { ProbabilityHistogram } from "../../metrics/calibration.js";
import type { LesionCandidate } from "../../metrics/candidates.js";
import type { FrocCurve } from "../../metrics/froc.js";
import type { TrainingHistory } from "../../training/checkpoint.js";
import type { ExperimentPlan, TrialSpec } from "../plan/plan.js";
import type { ScanExtent } from "../plan/tests.js";

/** A lesion of a test patient and what became of it. */
export interface TrialLesion {
  /** Radius of a ball of its volume, in mm. */
  radiusMm: number;
  /** Some voxel of it was called tumor. */
  found: boolean;
  /** Dice with all finds that touch it; left out where none does. */
  dice?: number;
}

/** How a network did on one test patient. */
export interface TrialCase {
  case: string;
  patient: string;
  /** Dice of the organ with its tumors; `null` where the plan's rule leaves it out. */
  organDice: number | null;
  /** Dice of the tumors; `null` where the plan's rule leaves it out, such as on a patient without one. */
  tumorDice: number | null;
  /** Surface Dice of the tumors at the plan's tolerance; `null` as above. */
  tumorNsd: number | null;
  /** Voxels of tumor in the reference and in the prediction. */
  tumorVoxels: number;
  foundVoxels: number;
  /** In the order of their first voxels. */
  lesions: TrialLesion[];
  /** Pieces of the prediction's tumor that touch none of the reference's. */
  falsePositives: number;
  /**
   * Where a network holds a tumor likely, at most 50; overlaps are with `lesions`. Absent, as the histogram, in results of
   * earlier versions and of thresholds.
   */
  candidates?: LesionCandidate[];
  /** Voxels by their probability of tumor. */
  histogram?: ProbabilityHistogram;
}

/** How a network did on one test set. */
export interface TrialTest {
  name: string;
  distribution: "in" | "out";
  /**
   * Mean share of a scan's voxels that was shown, 0 to 1: what a crop to the reference organ leaves, 1 for whole scans. Absent
   * in results of plans of version 1, whose tests are all cropped.
   */
  seenShare?: number;
  cases: TrialCase[];
}

/** What a trial gives: the same bytes whenever and beside whatever it ran, wherever the arithmetic is the same. */
export interface TrialResult {
  version: 1;
  planSha256: string;
  trial: TrialSpec;
  /** Names of the real cases it learned from; none in an arm without. */
  realCases: string[];
  /** Stored cases with tumors put into healthy hosts; 0 where they are drawn on the fly. */
  syntheticCases: number;
  /** Healthy scans without tumors; absent where there are none. */
  healthyCases?: number;
  /** Healthy scans into which tumors were drawn on the fly; absent where none were. */
  hosts?: number;
  /** SHA-256 of the weights of the generator that was trained for the synthetic cases; absent where none was. */
  generatorSha256?: string;
  weightsSha256: string;
  /** The engine with how it rounds (see `Engine` of the models); results of earlier versions do not say it. */
  arithmetic?: string;
  /** Loss over the steps, at most forty points. */
  history: Pick<TrainingHistory, "losses">;
  tests: TrialTest[];
}

/**
 * What needs no network that was trained: `untrained`, the first weights as they are; `threshold`, a band of HU that sees
 * what the networks see, the scan in the test's extent; `threshold in the organ`, which is told which voxels are the organ's.
 */
export const baselineNames = ["untrained", "threshold", "threshold in the organ"] as const;

/** One of `baselineNames`. */
export type BaselineName = (typeof baselineNames)[number];

/** What an organ's tests give without training. */
export interface TrialBaseline {
  organ: TumorOrgan;
  name: BaselineName;
  tests: TrialTest[];
}

/** How an arm's networks of one size detect lesions, all seeds together; see `frocOfArms`. */
export interface ArmFroc {
  organ: TumorOrgan;
  arm: string;
  /** Real training scans. */
  size: number;
  /** Trainings that are taken together. */
  seeds: number;
  distribution: "in" | "out";
  /** What the tests show: scans cut to the organ, or whole ones. */
  scan: ScanExtent;
  curve: FrocCurve;
}

/** All results of an experiment: deterministic, so that two runs of a plan can be compared byte for byte. */
export interface CollectedResults {
  version: 1;
  plan: ExperimentPlan;
  planSha256: string;
  /** In the order of their index. */
  trials: TrialResult[];
  baselines: TrialBaseline[];
  /** Trials without a result, and why. */
  missing: { index: number; reason: string }[];
  /** Curves that were worked out before candidates were left out: of results that were condensed alone. */
  froc?: ArmFroc[];
}

/** The records of an experiment's trials beside its collected results. */
export interface CollectedRecords {
  version: 1;
  planSha256: string;
  /** In the order of their index; a trial may have none. */
  records: TrialRecord[];
}
