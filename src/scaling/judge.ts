import { LabError, requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import { hasFloor } from "./average-laws.js";
import type { CurvePoint } from "./curve.js";
import { fitLaw, predictError } from "./fit.js";
import type { LawFit } from "./fit.js";
import { logSpacedSizes } from "./law-band.js";
import type { ScalingLaw } from "./law.js";
import { selectLaw } from "./select.js";

/** Sizes that a study could train at. */
export interface StudyDesign {
  name: string;
  sizes: readonly number[];
}

/** How often `selectLaw` finds a law that is the truth. */
export interface JudgedDesign {
  truth: ScalingLaw;
  design: string;
  /** Standard deviation of the noise, an error. */
  noise: number;
  /** Share of the curves in which the true law was chosen. */
  right: number;
  /** Curves that were drawn. */
  curves: number;
}

/** How the choice of a law is tried out. */
export interface JudgeOptions {
  /** Default the measured sizes, nine over the same range, and the measured ones with one four times the largest. */
  designs?: readonly StudyDesign[];
  /** Laws to be taken for the truth, one after the other; default those of the candidates that have a floor. */
  truths?: readonly ScalingLaw[];
  /** Standard deviation of the noise, an error; default what each truth leaves of the points ({@link noiseOfFit}). */
  noise?: number;
  /** Curves a truth and design; default 200. They are those of the seeds 0, 1, 2 and so on. */
  curves?: number;
}

/**
 * Tries the choice of a law where the truth is known: each law is fitted to the points and taken for the truth, curves are
 * drawn about it, and `selectLaw` chooses among the candidates. What noise is put in decides the answer: the RMSE of a fit
 * is too small for it, since a law with three parameters follows five points closer than they lie to the truth.
 *
 * @param points the measured curve.
 * @param candidates the laws to choose among.
 * @throws LabError when a truth leaves no degree of freedom to tell the noise from, and none is given.
 */
export function judgeLaws(
  points: readonly CurvePoint[],
  candidates: readonly ScalingLaw[],
  options: JudgeOptions = {},
): JudgedDesign[] {
  const { curves = 200 } = options;
  requireThat(Number.isSafeInteger(curves) && curves >= 1, "curves", curves, "a whole number from 1");
  const designs = options.designs ?? planDesigns(points.map(({ n }) => n));
  const truths = options.truths ?? candidates.filter(hasFloor);
  return truths.flatMap((truth) => {
    const fit = fitLaw(truth, points);
    const noise = options.noise ?? noiseOfFit(fit);
    return designs.map(({ name, sizes }) => {
      let right = 0;
      for (let seed = 0; seed < curves; seed++) {
        const stream = createKey(seed).stream();
        const drawn = sizes.map((n) => ({
          n,
          error: Math.max(0, predictError(fit, n) + noise * stream.normal()),
        }));
        if (selectLaw(drawn, candidates).chosen.law === truth) right++;
      }
      return { truth, design: name, noise, right: right / curves, curves };
    });
  });
}

/**
 * Standard deviation of the points about the law, as the fit tells it: the root of the sum of squares over the degrees of
 * freedom, for a point of weight 1. (The RMSE divides by the number of points.)
 *
 * @throws LabError when there are no more points than parameters.
 */
export function noiseOfFit(fit: LawFit): number {
  const degrees = fit.pointCount - fit.law.parameters.length;
  if (degrees < 1)
    throw new LabError(
      "fit",
      `${fit.pointCount} points for ${fit.law.parameters.length} parameters`,
      "more points than parameters",
      "Pass the noise.",
    );
  return Math.sqrt(fit.sumOfSquares / degrees);
}

/** The sizes that were measured; more sizes over the same range; or one more that is larger than all. */
export function planDesigns(sizes: readonly number[], count = 9, larger = 4): StudyDesign[] {
  const measured = [...new Set(sizes)].sort((a, b) => a - b);
  const [first, last] = [measured[0], measured[measured.length - 1]];
  return [
    { name: `${measured.length} sizes, as measured`, sizes: measured },
    { name: `${count} sizes over the same range`, sizes: logSpacedSizes(first, last, count) },
    { name: `as measured, and ${larger} times the largest`, sizes: [...measured, larger * last] },
  ];
}
