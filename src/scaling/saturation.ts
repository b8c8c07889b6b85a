import { quantileOfSorted } from "../stats/describe.js";
import { findRoot } from "../stats/minimize.js";
import type { CurvePoint } from "./curve.js";
import { toCurveArrays } from "./curve.js";
import { correctedAkaike, fitLaw, predictError } from "./fit.js";
import type { LawFit } from "./fit.js";
import { powerLaw } from "./laws/power.js";

/** The five meanings of "the curve stopped improving" that this project shows side by side, because they disagree. */
export const saturationDefinitions = [
  "non-inferiority",
  "marginal-gain",
  "asymptote-fraction",
  "kneedle",
  "breakpoint",
] as const;

/** One of the five definitions. */
export type SaturationDefinition = (typeof saturationDefinitions)[number];

/** One definition's answer. */
export interface SaturationAnswer {
  definition: SaturationDefinition;
  /** The number of scans at which the curve counts as saturated; `undefined` when it does not, or cannot be told. */
  n: number | undefined;
  /** The definition with its thresholds, and what was found, in one sentence each. */
  meaning: string;
  finding: string;
}

/** Thresholds of the definitions, all on the score's own scale. */
export interface SaturationOptions {
  /** Largest loss of score that still counts as equal; default 0.01, one Dice point. */
  margin?: number;
  /** Smallest gain a doubling must bring; default 0.01. */
  gainPerDoubling?: number;
  /** Share of the way from the smallest size to the asymptote; default 0.95. */
  fraction?: number;
  /** Resampled curves of the same points: error by replicate and point, for the non-inferiority interval. */
  replicates?: readonly ArrayLike<number>[];
  /** Of that interval, which is two-sided as that of every other question; between 0 and 1, default 0.95. */
  level?: number;
}

const largestN = 1e9;

/**
 * Answers "from how many scans on does more data stop helping?" under each of the five definitions.
 *
 * @param points the measured curve, one point per size; at least three sizes.
 * @param fit the law used by the definitions that need one (marginal gain, fraction of the asymptote).
 */
export function findSaturation(
  points: readonly CurvePoint[],
  fit: LawFit,
  options: SaturationOptions = {},
): SaturationAnswer[] {
  const { margin = 0.01, gainPerDoubling = 0.01, fraction = 0.95 } = options;
  return [
    byNonInferiority(points, margin, options.replicates, options.level),
    byMarginalGain(fit, gainPerDoubling),
    byAsymptoteFraction(points, fit, fraction),
    byKneedle(points),
    byBreakpoint(points),
  ];
}

function byNonInferiority(
  points: readonly CurvePoint[],
  margin: number,
  replicates?: readonly ArrayLike<number>[],
  level = 0.95,
): SaturationAnswer {
  const order = points.map((_, i) => i).sort((i, j) => points[i].n - points[j].n);
  const last = order[order.length - 1];
  const loss = (i: number): number => {
    const estimate = points[i].error - points[last].error;
    if (!replicates || replicates.length === 0) return estimate;
    return quantileOfSorted(
      Float64Array.from(replicates, (errors) => errors[i] - errors[last]).sort(),
      (1 + level) / 2,
    );
  };
  const found = order.find((_, position) => order.slice(position).every((i) => loss(i) < margin));
  const bound = replicates?.length
    ? `the upper end of the two-sided ${Number((100 * level).toFixed(4))} % interval of the loss`
    : "the loss itself (no interval: single values)";
  return {
    definition: "non-inferiority",
    n: found === undefined || found === last ? undefined : points[found].n,
    meaning: `the smallest measured size from which on ${bound} against the largest size stays below ${margin}`,
    finding:
      found === undefined || found === last
        ? "no smaller size is equal to the largest"
        : `${points[found].n} scans lose at most ${loss(found).toFixed(4)}`,
  };
}

function byMarginalGain(fit: LawFit, gainPerDoubling: number): SaturationAnswer {
  const gain = (n: number): number => predictError(fit, n) - predictError(fit, 2 * n);
  const n = firstBelow(gain, gainPerDoubling);
  return {
    definition: "marginal-gain",
    n,
    meaning: `the size from which on a doubling brings less than ${gainPerDoubling} under the ${fit.law.title.toLowerCase()}`,
    finding:
      n === undefined
        ? `a doubling still brings ${gainPerDoubling} beyond ${largestN} scans`
        : `at ${Math.round(n)} scans`,
  };
}

function byAsymptoteFraction(points: readonly CurvePoint[], fit: LawFit, fraction: number): SaturationAnswer {
  const smallest = Math.min(...points.map((point) => point.n));
  const start = predictError(fit, smallest);
  const end = fit.law.asymptote(fit.parameters);
  const left = (n: number): number => (predictError(fit, n) - end) / (start - end);
  const n = start > end ? firstBelow(left, 1 - fraction, smallest) : undefined;
  return {
    definition: "asymptote-fraction",
    n,
    meaning: `the size that covers ${100 * fraction} % of the way from ${smallest} scans to the asymptote of the ${fit.law.title.toLowerCase()}`,
    finding:
      n === undefined
        ? `not within ${largestN} scans`
        : `at ${Math.round(n)} scans; the asymptote is ${end.toFixed(4)}`,
  };
}

/** V. Satopää et al., Finding a "kneedle" in a haystack, 2011, offline form without smoothing, on a linear axis of n. */
function byKneedle(points: readonly CurvePoint[]): SaturationAnswer {
  const { n, error } = toCurveArrays(points);
  const last = n.length - 1;
  const meaning =
    "the knee of the measured curve drawn in a unit square: the size farthest above the diagonal (Kneedle)";
  const rise = error[0] - error[last];
  if (last < 2 || !(rise > 0))
    return { definition: "kneedle", n: undefined, meaning, finding: "the curve has no rise to bend" };
  let best = 0;
  let height = 0;
  for (let i = 0; i <= last; i++) {
    const difference = (error[0] - error[i]) / rise - (n[i] - n[0]) / (n[last] - n[0]);
    if (difference > height) [best, height] = [i, difference];
  }
  return height > 0
    ? { definition: "kneedle", n: n[best], meaning, finding: `the knee is at ${n[best]} scans` }
    : {
        definition: "kneedle",
        n: undefined,
        meaning,
        finding: "the curve stays below the diagonal: no knee",
      };
}

/** A line in log n that stops rising at a breakpoint, against a power law, by AICc. */
function byBreakpoint(points: readonly CurvePoint[]): SaturationAnswer {
  const meaning = "the size where a line in log n turns flat, when that fits better than a power law by AICc";
  const { n, error, weight } = toCurveArrays(points);
  const last = n.length - 1;
  const sumAt = (logBreak: number): number => fitFlatLine(n, error, weight, logBreak);
  let best = { at: NaN, sum: Infinity };
  const steps = 400;
  for (let i = 1; i < steps; i++) {
    const at = Math.log(n[0]) + (i / steps) * Math.log(n[last] / n[0]);
    const sum = sumAt(at);
    if (sum < best.sum) best = { at, sum };
  }
  const segmented = correctedAkaike(best.sum, n.length, 3);
  const power = fitLaw(powerLaw, points).aicc;
  if (!Number.isFinite(segmented) || !Number.isFinite(power)) {
    const finding = `${n.length} points are too few to compare the two by AICc (at least 6 are needed)`;
    return { definition: "breakpoint", n: undefined, meaning, finding };
  }
  if (segmented >= power) {
    return {
      definition: "breakpoint",
      n: undefined,
      meaning,
      finding: `the power law fits better by ${(segmented - power).toFixed(1)}`,
    };
  }
  const at = Math.exp(best.at);
  return {
    definition: "breakpoint",
    n: at,
    meaning,
    finding: `at ${Math.round(at)} scans, better by ${(power - segmented).toFixed(1)}`,
  };
}

/** Weighted sum of squares left by `error = a + b * min(log n, break)`. */
function fitFlatLine(n: Float64Array, error: Float64Array, weight: Float64Array, logBreak: number): number {
  let w = 0;
  let wx = 0;
  let wy = 0;
  for (let i = 0; i < n.length; i++) {
    w += weight[i];
    wx += weight[i] * Math.min(Math.log(n[i]), logBreak);
    wy += weight[i] * error[i];
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < n.length; i++) {
    const x = Math.min(Math.log(n[i]), logBreak) - wx / w;
    const y = error[i] - wy / w;
    xx += weight[i] * x * x;
    xy += weight[i] * x * y;
    yy += weight[i] * y * y;
  }
  return xx > 0 ? yy - (xy * xy) / xx : yy;
}

/** The last n at which a falling quantity crosses a threshold downwards, or `undefined` when it never stays below. */
function firstBelow(quantity: (n: number) => number, threshold: number, from = 1): number | undefined {
  if (quantity(largestN) >= threshold) return undefined;
  const excess = (logN: number): number => quantity(Math.exp(logN)) - threshold;
  const start = Math.log(from);
  const end = Math.log(largestN);
  const steps = 300;
  for (let i = steps - 1; i >= 0; i--) {
    const left = start + (i / steps) * (end - start);
    if (excess(left) < 0) continue;
    return Math.exp(findRoot(excess, left, left + (end - start) / steps)!);
  }
  return from;
}
