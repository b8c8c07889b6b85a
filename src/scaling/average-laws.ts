import { studentTail } from "../stats/distributions.js";
import { findRoot } from "../stats/minimize.js";
import type { LawFit } from "./fit.js";
import { floor } from "./law.js";
import type { ScalingLaw } from "./law.js";

/** What one law's fit says of a number: how far a value is from the best one, in standard errors, by likelihood. */
export interface LawEvidence {
  /** Share of this law in the average; the shares add up to 1. */
  weight: number;
  /** Degrees of freedom of Student's t. */
  degrees: number;
  /** Signed root of the rise of the sum of squares over `s^2` when the number is held at a value; rises with the value. */
  rise: (value: number) => number;
}

/**
 * Ends of an interval averaged over laws: those values beyond which the weighted mean of the laws' tail areas is half of
 * what the interval leaves out (D. Turek and D. Fletcher, "Model-averaged Wald confidence intervals", Comput Stat Data Anal
 * 2012, with profile likelihood in place of Wald's). With a single law it is that law's profile interval; laws that disagree
 * make it span both.
 *
 * @param range least and greatest value that is looked at; an end that lies beyond is drawn in to it. The greatest may be
 *   infinite, and so may the end be.
 */
export function averageTails(
  evidence: readonly LawEvidence[],
  level: number,
  range: readonly [number, number],
): [number, number] {
  const below = (value: number): number =>
    evidence.reduce(
      (sum, { weight, degrees, rise }) => sum + weight * (1 - studentTail(rise(value), degrees)),
      0,
    );
  const [least, greatest] = range;
  const endAt = (probability: number): number => {
    const excess = (value: number): number => below(value) - probability;
    if (excess(least) >= 0) return least;
    let top = Number.isFinite(greatest) ? greatest : least + 1;
    for (let i = 0; i < maxDoublings && top < greatest && excess(top) < 0; i++) top += top - least;
    if (excess(top) <= 0) return greatest;
    return findRoot(excess, least, top, 1e-7) ?? NaN;
  };
  return [endAt((1 - level) / 2), endAt((1 + level) / 2)];
}

/** A value 2^40 above the least one has no end that means anything. */
const maxDoublings = 40;

/** Laws with what each counts for, and why. */
export interface LawWeights {
  weights: number[];
  rule: string;
}

/**
 * Weights of laws fitted to the same points: Akaike weights by AICc over the laws that have one and a floor (a law without a
 * floor is one whose floor is 0, and counts only where no other is there). Where none of them has an AICc, as with five
 * points and three parameters, nothing is left to weigh them by: those with the fewest parameters count alike.
 */
export function weighLaws(fits: readonly LawFit[]): LawWeights {
  const isFree = fits.every(({ law }) => !hasFloor(law));
  const counts = fits.map(({ law }) => isFree || hasFloor(law));
  const scores = fits.map(({ aicc }, i) => (counts[i] ? aicc : Infinity));
  const lowest = Math.min(...scores);
  if (Number.isFinite(lowest)) {
    const raw = scores.map((aicc) => Math.exp(-(aicc - lowest) / 2));
    const total = raw.reduce((sum, value) => sum + value, 0);
    return { weights: raw.map((value) => value / total), rule: "weights by AICc" };
  }
  const sizes = fits.map(({ law }, i) => (counts[i] ? law.parameters.length : Infinity));
  const isSimple = sizes.map((size) => size === Math.min(...sizes));
  const count = isSimple.filter(Boolean).length;
  return {
    weights: isSimple.map((simple) => (simple ? 1 / count : 0)),
    rule: "equal weights: too few points for AICc",
  };
}

/** Whether a law has a floor that the points decide. */
export function hasFloor(law: ScalingLaw): boolean {
  return law.parameters.some(({ name }) => name === floor.name);
}
