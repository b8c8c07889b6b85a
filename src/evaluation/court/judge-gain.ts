import { patientsForPairedDifference } from "../../scaling/paired-power.js";
import { standardDeviation } from "../../stats/describe.js";
import { patientsForEquivalence } from "../../stats/equivalence-power.js";
import { meanInterval } from "../../stats/mean-interval.js";
import type { MeanInterval } from "../../stats/mean-interval.js";
import { chooseTestMethod, testMeanSides } from "../../stats/mean-test.js";
import { weighUnits } from "../../stats/weigh-units.js";
import type { CourtVerdict, NeededPatients } from "./judgment.js";

/** What is asked of a gain. */
export interface GainQuestion {
  bounds: readonly [number, number];
  /** Rows behind each patient's gain. */
  weights: ArrayLike<number>;
  margin: number;
  alpha: number;
}

/** What is found of a gain, before Holm. */
export interface GainFinding {
  gain: number;
  sdOfGain: number;
  interval: MeanInterval;
  pDifference: number;
  pEquivalence: number;
}

/**
 * Interval of a mean gain over patients and its two p values, all by one method: the one whose measured coverage of bounded, skewed
 * scores is good enough for so many patients (`chooseTestMethod`).
 *
 * @param gains one a patient, above 0 where the first model is better.
 */
export function judgeGain(gains: ArrayLike<number>, question: GainQuestion): GainFinding {
  const { bounds, weights, margin, alpha } = question;
  const units = weighUnits(gains, weights);
  const sdOfGain = standardDeviation(units.linearised);
  const isBounded = bounds.every(Number.isFinite);
  // Gains that are all the same have no spread for t, and a handful of them proves nothing: bounds still say something.
  const isFlat = isBounded && !(sdOfGain > 1e-12);
  const method = isFlat ? "gaffke" : chooseTestMethod(units.n, isBounded);
  const how = { bounds, weights, question: "difference" as const, method };
  const [zero, low, high] = [0, -margin, margin].map((against) => testMeanSides(gains, against, how));
  return {
    gain: units.mean,
    sdOfGain,
    interval: meanInterval(gains, { ...how, level: 1 - alpha }),
    pDifference: Math.min(1, 2 * Math.min(zero.above, zero.below)),
    pEquivalence: Math.min(1, 2 * Math.max(low.above, high.below)),
  };
}

/** The verdict from p values that Holm has adjusted; `NaN` where a test could not be done. */
export function findVerdict(
  adjustedDifference: number,
  adjustedEquivalence: number,
  alpha: number,
): CourtVerdict {
  const isWithin = adjustedEquivalence <= alpha;
  if (adjustedDifference <= alpha) return isWithin ? "better by less than the margin" : "better";
  return isWithin ? "equal within the margin" : "cannot be told";
}

/** Patients that would decide a pair, see `JudgedPair.needed`. */
export function planPatients(
  sd: number,
  gain: number,
  { margin, power, alpha }: { margin: number; power: number; alpha: number },
): NeededPatients {
  if (!(sd > 1e-12)) return { difference: NaN, equivalence: NaN };
  const options = { power, level: 1 - alpha };
  // Either would need some 8 times this at the usual power and level.
  const isBeyond = (difference: number): boolean => (sd / difference) ** 2 > 5e5;
  return {
    difference: isBeyond(gain) ? Infinity : patientsForPairedDifference(sd, gain, options),
    equivalence: isBeyond(margin) ? Infinity : patientsForEquivalence(sd, margin, options),
  };
}
