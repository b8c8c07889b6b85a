import { createKey } from "tumorlab/internal/core/random";
import type { CurvePoint } from "tumorlab/internal/scaling/curve";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { forecastCurve } from "tumorlab/internal/scaling/forecast";
import type { ScalingLaw } from "tumorlab/internal/scaling/law";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { averageLimits } from "tumorlab/internal/scaling/limits";

/** How often an interval held the truth, and how wide it was. */
export interface IntervalCoverage {
  truth: string;
  /** Standard deviation of the noise, in points. */
  noisePoints: number;
  /** What the interval is of: `limit`, or `forecast at N`. */
  of: string;
  /** A law that is taken for the truth, or `averaged`. */
  method: string;
  coverage: number;
  /** Median, in points. */
  widthPoints: number;
}

/** The five published points of real scans. */
const published: CurvePoint[] = [
  [60, 0.402],
  [278, 0.527],
  [500, 0.54],
  [1500, 0.593],
  [3159, 0.597],
].map(([n, dice]) => ({ n, error: 1 - dice }));
const laws = ["power-floor", "exponential-plateau"].map(findLaw);
/** What is given as noise: the RMSE of the power law with floor, and sqrt(SSE / df) of either law. */
const noises = [0.006, 0.0099, 0.0173];
const forecastSizes = [1000, 10_000];

/**
 * Simulates curves at the published sizes about each law as fitted there, and asks the 95 % intervals of the limit and of
 * a mean at two other sizes, by each law and averaged over both, whether they hold the truth.
 */
export function* simulateLimits(curves: number): Generator<IntervalCoverage> {
  for (const truth of laws) for (const noise of noises) yield* simulate(truth, noise, curves);
}

function simulate(truth: ScalingLaw, noise: number, curves: number): IntervalCoverage[] {
  const { parameters } = fitLaw(truth, published);
  const found = new Map<string, { of: string; method: string; held: number; widths: number[] }>();
  const note = (of: string, method: string, interval: { low: number; high: number }, value: number): void => {
    const name = `${of}, ${method}`;
    const entry = found.get(name) ?? { of, method, held: 0, widths: [] };
    entry.held += Number(interval.low <= value && value <= interval.high);
    entry.widths.push(interval.high - interval.low);
    found.set(name, entry);
  };
  for (let seed = 0; seed < curves; seed++) {
    const stream = createKey(seed).stream();
    const measure = (n: number): CurvePoint => ({
      n,
      error: Math.max(0, truth.value(n, parameters) + noise * stream.normal()),
    });
    const points = published.map(({ n }) => measure(n));
    const average = averageLimits(points, { laws });
    for (const each of average.laws) note("limit", each.law.name, each, truth.asymptote(parameters));
    note("limit", "averaged", average, truth.asymptote(parameters));
    for (const n of forecastSizes) {
      const forecast = forecastCurve(points, n, { laws });
      const { error } = measure(n);
      for (const each of forecast.laws) note(`forecast at ${n}`, each.law.name, each, error);
      note(`forecast at ${n}`, "averaged", forecast, error);
    }
  }
  return [...found.values()].map(({ of, method, held, widths }) => ({
    truth: truth.name,
    noisePoints: 100 * noise,
    of,
    method,
    coverage: held / widths.length,
    widthPoints: 100 * widths.sort((a, b) => a - b)[widths.length >> 1],
  }));
}

/** One row as a line for people. */
export function formatIntervalCoverage(row: IntervalCoverage): string {
  const where = `${row.truth.padEnd(20)} ${row.noisePoints.toFixed(2)} points  ${row.of.padEnd(18)} ${row.method.padEnd(20)}`;
  return `${where} ${(100 * row.coverage).toFixed(1).padStart(5)} % of 95, ${row.widthPoints.toFixed(1)} points wide`;
}
