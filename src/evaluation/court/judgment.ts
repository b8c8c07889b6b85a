import { metricInfo } from "../../metrics/metric.js";
import type { Metric } from "../../metrics/metric.js";
import type { ModelRanking } from "../../metrics/rank-models.js";
import type { MeanInterval } from "../../stats/mean-interval.js";

/**
 * What can be said of two models, where the one with the better mean is named first:
 * - *better* - the whole interval of the gain lies above 0, also after Holm
 * - *equal within the margin* - the whole interval lies within the margin, also after Holm
 * - *better by less than the margin* - both
 * - *cannot be told* - neither, which is not the same as being equal
 */
export type CourtVerdict =
  | "better"
  | "better by less than the margin"
  | "equal within the margin"
  | "cannot be told";

/** Patients that would decide, see {@link JudgedPair.needed}. `NaN` where there is no spread to plan with. */
export interface NeededPatients {
  /** To find a gain as large as the one seen; infinite beyond 10 million. */
  difference: number;
  /** To show that two models are equal within the margin, were they the same. */
  equivalence: number;
}

/** Two models on one structure. */
export interface JudgedPair {
  structure: string;
  /** The one with the better mean; of equal ones the one that was given first. */
  first: string;
  second: string;
  /** Patients, or the cases that a table of means names. */
  n: number;
  firstMean: number;
  secondMean: number;
  /** By how much the first is better: 0.02 of Dice higher, or 2 mm of a distance lower; from 0. */
  gain: number;
  /** Of the gain; `level` is 1 - alpha. */
  interval: MeanInterval;
  /** Standard deviation of the gain, patient by patient. */
  sdOfGain: number;
  /** Between the two models' scores, patient by patient; of means alone the one that was assumed. */
  correlation: number;
  /** Probability that the first is in truth not better, see `falseClaimProbability`. */
  falseClaim: number;
  /** Two-sided, of the gain against 0, by the method of the interval; and by Holm over all comparisons. */
  pDifference: number;
  adjustedDifference: number;
  /**
   * The smallest alpha at which the interval lies within the margin, twice the larger p value of two one-sided tests
   * (Schuirmann 1987); and by Holm over all comparisons.
   */
  pEquivalence: number;
  adjustedEquivalence: number;
  /**
   * Patients with whom a study would decide this pair alone with the chance `power`, by Student's t and the spread seen. With
   * fewer than {@link Judgment.surelyFrom} patients the interval here is wider than t's, and more are needed.
   */
  needed: NeededPatients;
  verdict: CourtVerdict;
}

/** All that is compared on one structure. */
export interface JudgedStructure {
  name: string;
  /** Cases that count, and the patients they come from. */
  n: number;
  patients: number;
  /** Cases left out because some model has no value there. */
  excluded: number;
  /** Places of the models, and how stable they are when patients are drawn anew; absent where only means are known. */
  ranking?: ModelRanking;
  /** Those that were asked about, the best mean first. */
  pairs: JudgedPair[];
}

/** Models judged structure by structure. */
export interface Judgment {
  metric: Metric;
  models: string[];
  /** What was known: scores case by case, or means with the number of cases. */
  basis: "cases" | "means";
  /** Of the verdicts, after Holm. */
  alpha: number;
  /** Gains within it count as none, in the metric's unit: 0.01 is one point of Dice. */
  margin: number;
  /** Of the planned studies. */
  power: number;
  /** Comparisons in Holm's family: the same for differences and for equivalence. */
  family: number;
  /** Units from which the interval is Student's t; see {@link JudgedPair.needed}. */
  surelyFrom: number;
  structures: JudgedStructure[];
  /** What was left out, assumed, or could not be used; a sentence each. */
  notes: string[];
}

/** The verdict in plain words: "A is better". */
export function spellVerdict({ verdict, first, second }: JudgedPair): string {
  switch (verdict) {
    case "better":
      return `${first} is better`;
    case "better by less than the margin":
      return `${first} is better, by less than the margin`;
    case "equal within the margin":
      return `${first} and ${second} are equal within the margin`;
    case "cannot be told":
      return "cannot be told";
  }
}

/**
 * One verdict of several, as of one pair under several assumptions: what all of them say. Where one says *better* and another
 * *better by less than the margin*, that is *better*; where they share nothing it cannot be told.
 */
export function settleVerdict(pairs: readonly Pick<JudgedPair, "verdict">[]): CourtVerdict {
  const isSaid = (claim: string): boolean =>
    pairs.length > 0 && pairs.every(({ verdict }) => verdict.includes(claim));
  const [isBetter, isWithin] = [isSaid("better"), isSaid("margin")];
  if (isBetter) return isWithin ? "better by less than the margin" : "better";
  return isWithin ? "equal within the margin" : "cannot be told";
}

/** What gains are told in: points of a share (0.01 of Dice is one), else the metric's own unit. */
export function unitOfGain(metric: Metric): { unit: string; scale: number } {
  const { unit } = metricInfo[metric];
  return unit === "" ? { unit: "points", scale: 100 } : { unit, scale: 1 };
}
