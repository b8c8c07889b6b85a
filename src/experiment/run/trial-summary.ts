import { mean } from "../../stats/describe.js";
import type { TrialTest } from "./result.js";

/** A test of a trial in a few numbers. */
export interface TrialTestSummary {
  name: string;
  distribution: "in" | "out";
  cases: number;
  /** Cases without a tumor. */
  controls: number;
  /** Mean Dice of the tumors over the cases with a tumor; `NaN` where there is none. */
  tumorDice: number;
  lesions: number;
  /** Lesions of which some voxel was called tumor. */
  found: number;
  /** Pieces called tumor that touch none, a scan. */
  falsePositivesPerScan: number;
}

/** Sums up a test. All means of a test without cases are `NaN`. */
export function summarizeTest({ name, distribution, cases }: TrialTest): TrialTestSummary {
  const lesions = cases.flatMap((each) => each.lesions);
  return {
    name,
    distribution,
    cases: cases.length,
    controls: cases.filter((each) => each.tumorVoxels === 0).length,
    tumorDice: mean(
      cases.flatMap(({ tumorVoxels, tumorDice }) =>
        tumorVoxels > 0 && tumorDice !== null ? [tumorDice] : [],
      ),
    ),
    lesions: lesions.length,
    found: lesions.filter(({ found }) => found).length,
    falsePositivesPerScan: mean(cases.map(({ falsePositives }) => falsePositives)),
  };
}
