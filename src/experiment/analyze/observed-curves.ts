import type { TumorOrgan } from "../../anatomy/organs.js";
import { bootstrapCurves } from "../../scaling/curve-bootstrap.js";
import type { CurvePoint } from "../../scaling/curve.js";
import type { CollectedResults } from "../run/result.js";
import { curveName, distributions, tabulateScores } from "./experiment-scores.js";
import type { Distribution, ExperimentScore } from "./experiment-scores.js";
import { selectTests } from "./select-tests.js";

/** An arm's mean Dice as it stands, without intervals. */
export interface ObservedCurve {
  arm: string;
  distribution: Distribution;
  /** Rising n; empty before the first result. */
  points: CurvePoint[];
}

/**
 * Curves of an organ from the trials there are, such as those of an experiment under way: cheap, and without intervals. Tests
 * are those that an analysis takes where nobody says: of scans cut to the organ, where there are any.
 */
export function observeCurves(
  all: CollectedResults,
  organ: TumorOrgan,
  score: ExperimentScore = "tumorDice",
): ObservedCurve[] {
  const results = selectTests(all);
  const { table } = tabulateScores(results, organ, score);
  const observed = table.rows.length === 0 ? {} : bootstrapCurves(table, { resamples: 1 }).observed;
  return results.plan.arms.flatMap(({ name: arm }) =>
    distributions
      .filter((distribution) => results.plan.tests.some((test) => test.distribution === distribution))
      .map((distribution) => ({
        arm,
        distribution,
        points: [...(observed[curveName(arm, distribution)] ?? [])],
      })),
  );
}
