import type { TumorOrgan } from "../anatomy/organs.js";
import { meanDifference, sizesOfCurve } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName } from "../experiment/analyze/experiment-scores.js";
import type { Distribution } from "../experiment/analyze/experiment-scores.js";
import { pairCurves } from "../experiment/analyze/paired-curves.js";
import type { CurveSet } from "../scaling/curve-bootstrap.js";
import { intervalOfCurves } from "../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import { testMean } from "../stats/student.js";

/** Mean gain of an organ's mixed arm over log n, with the interval over its own patients and trainings. */
export interface OrganGain {
  organ: TumorOrgan;
  measured: EstimateWithInterval & { estimate: number };
}

/** Gains of the organs that have both arms at a common size. */
export function organGainsOf(analysis: ExperimentAnalysis, distribution: Distribution): OrganGain[] {
  return measureOrgans(analysis, [distribution], (gain) => gain(distribution));
}

/** Gain out of distribution less that in distribution, of the organs that have both arms on both. */
export function gainDifferencesOf(analysis: ExperimentAnalysis): OrganGain[] {
  return measureOrgans(analysis, ["in", "out"], (gain) => gain("out") - gain("in"));
}

function measureOrgans(
  { organs, realArm, mixedArm, level }: ExperimentAnalysis,
  distributions: readonly Distribution[],
  measure: (gain: (distribution: Distribution) => number) => number,
): OrganGain[] {
  if (realArm === undefined || mixedArm === undefined) return [];
  return organs.flatMap((entry): OrganGain[] => {
    const shared = distributions.map((distribution) => {
      const [real, mixed] = [curveName(realArm, distribution), curveName(mixedArm, distribution)];
      const sizes = sizesOfCurve(entry, mixed).filter((n) => sizesOfCurve(entry, real).includes(n));
      return { distribution, real, mixed, sizes };
    });
    if (shared.some(({ sizes }) => sizes.length === 0)) return [];
    const statistic = (curves: CurveSet): number =>
      measure((distribution) => {
        const { real, mixed, sizes } = shared.find((each) => each.distribution === distribution)!;
        return meanDifference(curves, real, mixed, sizes) ?? NaN;
      });
    const cells = shared.flatMap(({ real, mixed, sizes }) =>
      sizes.map((n) => [real, mixed].map((arm) => ({ arm, n }))),
    );
    const drawn = pairCurves({ table: entry.table!, bootstrap: entry.bootstrap! }, cells);
    const measured = intervalOfCurves(drawn, statistic, { level, method: "t" });
    return [{ organ: entry.organ, measured: { ...measured, estimate: statistic(drawn.observed) } }];
  });
}

/**
 * Mean over organs, each counting once. The interval takes organs as draws: Student's t over their numbers, so that six
 * organs count as six numbers however many patients each was tested on. An organ's own luck, of patients and of training,
 * is part of the spread between organs. A single organ keeps its own interval.
 */
export function meanOfOrgans(
  { level }: Pick<ExperimentAnalysis, "level">,
  gains: readonly OrganGain[],
): EstimateWithInterval {
  if (gains.length === 1) return gains[0].measured;
  const { n, mean, low, high, standardError, degrees, pValue } = testMean(
    gains.map(({ measured }) => measured.estimate),
    { level },
  );
  const parts = [{ unit: "organs", count: n, share: 1 }];
  const numbers = { low, high, standardError, degrees, pValue };
  return { ...numbers, estimate: mean, undefinedShare: 0, method: "t", parts };
}
