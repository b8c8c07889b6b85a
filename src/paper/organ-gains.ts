import { meanDifference, sizesOfCurve } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName } from "../experiment/analyze/experiment-scores.js";
import type { Distribution } from "../experiment/analyze/experiment-scores.js";
import type { OrganGain } from "../experiment/analyze/mean-of-organs.js";
import { pairCurves } from "../experiment/analyze/paired-curves.js";
import type { CurveSet } from "../scaling/curve-bootstrap.js";
import { intervalOfCurves } from "../scaling/curve-interval.js";

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
