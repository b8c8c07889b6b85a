import type { TumorOrgan } from "../../anatomy/organs.js";
import type { CurveBootstrap } from "../../scaling/curve-bootstrap.js";
import { intervalOfCurves } from "../../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../../scaling/curve-interval.js";
import { curveName, distributions } from "../analyze/experiment-scores.js";
import type { Distribution } from "../analyze/experiment-scores.js";
import { realArmOf } from "../plan/arms.js";
import type { BaselineName, CollectedResults } from "./result.js";

/** The largest real training set against what needs no training. */
export interface BaselineComparison {
  baseline: BaselineName;
  distribution: Distribution;
  /** The arm compared, and its largest size. */
  arm: string;
  n: number;
  /** Mean tumor Dice of both on the same patients. */
  armDice: EstimateWithInterval;
  baselineDice: EstimateWithInterval;
  /** Dice of the arm less that of the baseline, paired by patient. */
  advantage: EstimateWithInterval;
  /** `clearly better` when the whole interval of the advantage lies above 0, `clearly worse` when below. */
  verdict: "clearly better" | "clearly worse" | "not clearly different";
}

/** Compares the largest real arm of an organ with each baseline. Without a real arm or baselines the list is empty. */
export function compareBaselines(
  results: CollectedResults,
  organ: TumorOrgan,
  bootstrap: CurveBootstrap,
  level: number,
): BaselineComparison[] {
  const arm = realArmOf(results.plan);
  if (arm === undefined) return [];
  const names = results.baselines.filter((baseline) => baseline.organ === organ).map(({ name }) => name);
  return names.flatMap((baseline) =>
    distributions.flatMap((distribution) => {
      const [ours, theirs] = [curveName(arm, distribution), curveName(baseline, distribution)];
      if (![ours, theirs].every((name) => Object.hasOwn(bootstrap.observed, name))) return [];
      const last = bootstrap.observed[ours].length - 1;
      const interval = (
        statistic: (ours: number, theirs: number) => number,
        bounds: [number, number] = [0, 1],
      ): EstimateWithInterval =>
        intervalOfCurves(
          bootstrap,
          (curves) => statistic(curves[ours][last].error, curves[theirs][0].error),
          { level, method: "t", bounds },
        );
      const advantage = interval((arm, other) => other - arm, [-1, 1]);
      return [
        {
          baseline,
          distribution,
          arm,
          n: bootstrap.observed[ours][last].n,
          armDice: interval((error) => 1 - error),
          baselineDice: interval((_, other) => 1 - other),
          advantage,
          verdict:
            advantage.low > 0
              ? "clearly better"
              : advantage.high < 0
                ? "clearly worse"
                : "not clearly different",
        } as const,
      ];
    }),
  );
}
