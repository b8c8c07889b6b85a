import type { TumorOrgan } from "../anatomy/organs.js";
import { meanDifference } from "../experiment/analyze/analyze-organ.js";
import type { OrganAnalysis } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName } from "../experiment/analyze/experiment-scores.js";
import type { Distribution } from "../experiment/analyze/experiment-scores.js";
import { pairCurves } from "../experiment/analyze/paired-curves.js";
import type { CurveSet } from "../scaling/curve-bootstrap.js";
import { intervalOfCurves } from "../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import { jackknifeInterval } from "../stats/jackknife.js";

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
      const sizes = sizesOf(entry, mixed).filter((n) => sizesOf(entry, real).includes(n));
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
  const values = gains.map(({ measured }) => measured.estimate);
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / values.length;
  const without = values.map((value) => (sum - value) / (values.length - 1));
  const { shares, ...interval } = jackknifeInterval(mean, [without], level);
  const parts = [{ unit: "organs", count: values.length, share: shares[0] ?? 0 }];
  return { ...interval, estimate: mean, undefinedShare: 0, method: "t", parts };
}

/** Sizes of a curve of an organ; none where it has no such curve. */
export function sizesOf(organ: OrganAnalysis | undefined, name: string): number[] {
  return (organ?.bootstrap?.observed[name] ?? []).map(({ n }) => n);
}
