import { requireThat } from "../core/errors.js";
import { chooseMeanInterval } from "./choose-interval.js";
import { sortNumbers } from "./describe.js";
import { studentTail } from "./distributions.js";
import { exceedanceOfSpacings } from "./gaffke.js";
import type { MeanIntervalOptions } from "./mean-interval.js";
import { distanceInErrors, testMean } from "./student.js";
import { weighUnits } from "./weigh-units.js";

/** One-sided p values of a mean against a number. */
export interface MeanSides {
  method: "t" | "gaffke";
  /** Against "the mean is at most the number": small where it is above. */
  above: number;
  /** Against "the mean is at least the number": small where it is below. */
  below: number;
}

/**
 * The method of a test of a mean difference: the one that `chooseMeanInterval` takes, where it has p values. Without bounds none covers
 * well over few units, and Student's t is taken.
 */
export function chooseTestMethod(units: number, isBounded: boolean): MeanSides["method"] {
  const { method } = chooseMeanInterval(units, { question: "difference", isBounded });
  return method === "gaffke" ? method : "t";
}

/**
 * One-sided p values of a mean over independent units, by the method of its interval: the interval of `meanInterval` with level
 * `1 - alpha` lies above the number exactly where `above < alpha / 2`, and below it where `below < alpha / 2`. So a test says what
 * its interval shows, also where values are skewed and few.
 *
 * @param options as of `meanInterval`; methods that draw have no p value, and the default is that of {@link chooseTestMethod}.
 * @returns `NaN` for fewer than two units, and by `t` for units that are all the same, whose spread of 0 would claim certainty.
 * @throws LabError as `meanInterval` does, and for another method than `t` and `gaffke`.
 */
export function testMeanSides(
  values: ArrayLike<number>,
  against: number,
  options: Pick<MeanIntervalOptions, "method" | "bounds" | "weights"> = {},
): MeanSides {
  const { bounds = [-Infinity, Infinity] } = options;
  requireThat(Number.isFinite(against), "against", against, "a finite number");
  const units = weighUnits(values, options.weights);
  const isBounded = bounds.every(Number.isFinite);
  const method = options.method ?? chooseTestMethod(units.n, isBounded);
  requireThat(method === "t" || method === "gaffke", "method", method, "t or gaffke");
  requireThat(method === "t" || isBounded, "bounds", bounds, "two finite bounds for method gaffke");
  if (units.n < 2) return { method, above: NaN, below: NaN };
  if (method === "t") {
    const estimate = testMean(units.linearised);
    // Equal values leave a spread of 0, or of rounding.
    const hasSpread = estimate.standardError > 1e-12 * Math.max(Math.abs(estimate.mean), Math.abs(against));
    if (!hasSpread) return { method, above: NaN, below: NaN };
    const distance = distanceInErrors(estimate, against);
    return {
      method,
      above: studentTail(distance, estimate.degrees),
      below: studentTail(-distance, estimate.degrees),
    };
  }
  const [least, most] = units.widenBounds(bounds);
  const sorted = sortNumbers(units.linearised);
  // Mirrored, since 1 less the other side would lose the digits of a small value.
  const mirrored = Float64Array.of(...sorted.map((value) => -value), -least).sort();
  return {
    method,
    above: exceedanceOfSpacings(mirrored, -against),
    below: exceedanceOfSpacings(Float64Array.of(...sorted, most), against),
  };
}
