import { createKey } from "tumorlab/internal/core/random";
import { meanIntervalMethods } from "tumorlab/internal/stats/choose-interval";
import type { CoverageRow, MeanQuestion } from "tumorlab/internal/stats/coverage-row";
import { meanInterval } from "tumorlab/internal/stats/mean-interval";
import type { Distribution } from "./distributions.js";

/** How much is drawn. */
export interface MeasureOptions {
  /** Samples of each distribution at each n. */
  samples: number;
  /** Resamples of the methods that draw, in each sample. */
  resamples: number;
}

/** One method on one distribution. */
interface Held {
  name: string;
  share: number;
  width: number;
}

/** Coverage of every method at one number of units, for one question, over its distributions. */
export function measureCoverage(
  distributions: readonly Distribution[],
  question: MeanQuestion,
  n: number,
  options: MeasureOptions,
): CoverageRow[] {
  const asked = distributions.filter((distribution) => distribution.question === question);
  const perDistribution = asked.map((distribution) => measureDistribution(distribution, n, options));
  return meanIntervalMethods.map((method, m) => {
    const held = perDistribution.map((methods) => methods[m]);
    const worst = held.reduce((a, b) => (b.share < a.share ? b : a));
    const average = (of: (each: Held) => number): number =>
      held.reduce((sum, each) => sum + of(each), 0) / held.length;
    return {
      question,
      n,
      method,
      worst: round(worst.share),
      worstIn: worst.name,
      mean: round(average(({ share }) => share)),
      width: round(average(({ width }) => width)),
    };
  });
}

/** Draws samples with replacement, and asks each method's interval whether it holds the mean of all values. */
function measureDistribution(
  { question, name, bounds, values }: Distribution,
  n: number,
  { samples, resamples }: MeasureOptions,
): Held[] {
  const truth = values.reduce((sum, value) => sum + value, 0) / values.length;
  const key = createKey(0).split(question).split(name).split(n);
  const held = meanIntervalMethods.map(() => ({ count: 0, width: 0 }));
  for (let run = 0; run < samples; run++) {
    const own = key.split(run);
    const stream = own.stream();
    const sample = Array.from({ length: n }, () => stream.choose(values));
    meanIntervalMethods.forEach((method, m) => {
      const { low, high } = meanInterval(sample, { method, bounds, question, resamples, key: own });
      // A sample of one value alone meets the mean of all values, if at all, but for the rounding.
      held[m].count += Number(low <= truth + 1e-12 && truth - 1e-12 <= high);
      held[m].width += high - low;
    });
  }
  return held.map(({ count, width }) => ({ name, share: count / samples, width: width / samples }));
}

/** To the digits that are measured. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
