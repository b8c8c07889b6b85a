import { LabError, requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { Key } from "../core/random.js";
import { bootstrapInterval } from "./bootstrap.js";
import type { Interval } from "./bootstrap.js";
import { chooseMeanInterval, measuredCoverageAt } from "./choose-interval.js";
import type { MeanIntervalMethod, MeanQuestion, MeasuredCoverage } from "./coverage-row.js";
import { gaffkeInterval } from "./gaffke.js";
import { testMean } from "./student.js";
import { studentizedInterval } from "./studentized.js";
import { weighUnits } from "./weigh-units.js";
import type { WeighedUnits } from "./weigh-units.js";

/** Interval of a mean over independent units, with what is known of it. */
export interface MeanInterval extends Omit<Interval, "method"> {
  method: MeanIntervalMethod;
  /** Independent units, such as patients. */
  units: number;
  /** Whether each unit counts once, or as often as it has rows. */
  weighting: "units alike" | "by rows";
  /**
   * How often the method held the true mean where that was measured: at a level of 0.95, of means in which each unit counts
   * once. `undefined` at another level, by rows, and of no interval.
   */
  measured: MeasuredCoverage | undefined;
}

/** How an interval of a mean is found. */
export interface MeanIntervalOptions {
  /** Default: the one that {@link chooseMeanInterval} takes for this many units. */
  method?: MeanIntervalMethod;
  /** What a value can be at least and at most, such as `[0, 1]` or, for a distance, `[0, Infinity]`. Default: no bounds. */
  bounds?: readonly [number, number];
  /** What the values are: scores (default), or differences of two models on the same unit. */
  question?: MeanQuestion;
  /**
   * Rows behind each value, all above 0; default one each. The mean is then that of the rows; the method is chosen as if all were
   * alike, and where they are not its coverage is not measured.
   */
  weights?: ArrayLike<number>;
  /** Between 0 and 1; default 0.95. */
  level?: number;
  /** Resamples of the methods that draw; default 2,000. */
  resamples?: number;
  /** Where their randomness comes from; default seed 0. */
  key?: Key;
}

/**
 * Interval of a mean over independent units: one value per unit, which is the patient and not the scan or the lesion.
 *
 * - `percentile` (Efron 1979) and `bca` (Efron 1987) draw units with replacement
 * - `studentized` draws them too, and divides by each resample's own standard error (Efron 1982)
 * - `t` is Student's, which takes the values for normal
 * - `gaffke` is Gaffke's bound from both sides, for values with two bounds alone, see {@link gaffkeInterval}
 *
 * A unit with several rows goes in as the mean of its rows, with their number as weight; the interval is then that of the mean
 * over rows, and `t` and `gaffke` are those of the mean linearised about its estimate. Ends beyond the bounds are cut to
 * them. Fewer than two units give an interval of `NaN`.
 *
 * @throws LabError for a value that is not a number or lies outside the bounds, and for `gaffke` without bounds.
 */
export function meanInterval(values: ArrayLike<number>, options: MeanIntervalOptions = {}): MeanInterval {
  const {
    bounds = [-Infinity, Infinity],
    question = "mean",
    level = 0.95,
    resamples = 2000,
    key = createKey(0),
  } = options;
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const units = weighUnits(values, options.weights);
  const beyond = Array.from(values).find((value) => !(value >= bounds[0] && value <= bounds[1]));
  if (beyond !== undefined)
    throw new LabError("values", beyond, `numbers from ${bounds[0]} to ${bounds[1]}, the bounds`);
  const asked = { question, isBounded: bounds.every(Number.isFinite) };
  const method = options.method ?? chooseMeanInterval(units.n, asked).method;
  const base = {
    level,
    method,
    resamples: 0,
    undefinedResamples: 0,
    units: units.n,
    weighting: units.areAlike ? ("units alike" as const) : ("by rows" as const),
  };
  const found = findEnds(units, method, { bounds, level, resamples, key });
  if (units.n < 2) return { ...base, low: NaN, high: NaN, measured: undefined };
  const cut = (end: number): number => Math.min(bounds[1], Math.max(bounds[0], end));
  return {
    ...base,
    ...found,
    low: cut(found.low),
    high: cut(found.high),
    // Units that count differently act as fewer: five of which one has nearly all the rows are no five.
    measured:
      level === 0.95 && units.areAlike
        ? measuredCoverageAt(units.n, found.method ?? method, asked)
        : undefined,
  };
}

type Found = Pick<Interval, "low" | "high"> &
  Partial<Pick<MeanInterval, "method" | "resamples" | "undefinedResamples">>;

function findEnds(
  units: WeighedUnits,
  method: MeanIntervalMethod,
  options: Required<Pick<MeanIntervalOptions, "bounds" | "level" | "resamples" | "key">>,
): Found {
  const { bounds, level, resamples, key } = options;
  switch (method) {
    case "percentile":
    case "bca": {
      const found = bootstrapInterval(units.n, units.meanOfDraw, { method, level, resamples, key });
      return found;
    }
    case "studentized":
      return { ...studentizedInterval(units, { level, resamples, key }), resamples };
    case "t": {
      const { low, high } = testMean(units.linearised, { level });
      return { low, high };
    }
    case "gaffke": {
      requireThat(
        bounds.every(Number.isFinite),
        "bounds",
        bounds,
        "the least and the largest value there can be, both finite, for method gaffke",
        "A quantity without bounds, such as a distance, needs another method",
      );
      const [low, high] = gaffkeInterval(units.linearised, units.widenBounds(bounds), level);
      return { low, high };
    }
    default:
      requireThat(false, "method", method, "percentile, bca, studentized, t or gaffke");
  }
}
