import { LabError } from "../core/errors.js";
import type { CurvePoint } from "./curve.js";
import { fitLaw, predictError } from "./fit.js";
import type { FitOptions, LawFit } from "./fit.js";
import type { ScalingLaw } from "./law.js";
import { scalingLaws } from "./laws/table.js";

/** One law's fit to all points and how well it predicts the largest ones. */
export interface LawComparison {
  fit: LawFit;
  /** Root mean square of log(predicted / observed error) on the held-out points; `undefined` when the law could not be judged. */
  extrapolationLogRmse: number | undefined;
  /** Root mean square of predicted - observed error on the held-out points. */
  extrapolationRmse: number | undefined;
  /** AICc above the lowest AICc of the laws compared; `Infinity` where it is not defined. */
  deltaAicc: number;
}

/** All laws on one curve, and the one to trust. */
export interface LawSelection {
  comparisons: LawComparison[];
  /** The chosen law's fit to all points. */
  chosen: LawFit;
  /** What the choice rests on, in words. */
  rule: string;
  /** The n that were held out, ascending. */
  heldOutN: number[];
}

/**
 * Compares laws by what they are used for: each is fitted without the largest training-set sizes and predicts them.
 * The law with the smallest log error there is chosen and refitted to all points. A law needs at least as many
 * different n among the fitted ones as it has parameters. Where no law can be judged that way (fewer than four
 * different n) the smallest AICc chooses, and where that is not defined either, the fewest parameters.
 *
 * @param options.extrapolateFrom hold out every n at or above this one; by default the largest two sizes, or one when
 *   there are fewer than six.
 */
export function selectLaw(
  points: readonly CurvePoint[],
  laws: readonly ScalingLaw[] = scalingLaws,
  options: FitOptions & { extrapolateFrom?: number } = {},
): LawSelection {
  if (laws.length === 0) throw new LabError("laws", "none", "at least one law");
  const sizes = [...new Set(points.map((point) => point.n))].sort((a, b) => a - b);
  const heldOutN = chooseHeldOut(sizes, options.extrapolateFrom);
  const seen = points.filter((point) => !heldOutN.includes(point.n));
  const unseen = points.filter((point) => heldOutN.includes(point.n));
  const seenSizes = sizes.length - heldOutN.length;

  const comparisons = laws.map((law): LawComparison => {
    const fit = fitLaw(law, points, options);
    const judged = heldOutN.length > 0 && seenSizes >= Math.max(2, law.parameters.length);
    const errors = judged ? judge(fitLaw(law, seen, options), unseen) : undefined;
    return {
      fit,
      extrapolationLogRmse: errors?.log,
      extrapolationRmse: errors?.absolute,
      deltaAicc: Infinity,
    };
  });
  const lowest = Math.min(...comparisons.map((each) => each.fit.aicc));
  for (const each of comparisons)
    each.deltaAicc = each.fit.aicc === Infinity ? Infinity : each.fit.aicc - lowest;

  return { comparisons, heldOutN, ...choose(comparisons, heldOutN) };
}

function chooseHeldOut(sizes: readonly number[], from: number | undefined): number[] {
  if (from !== undefined) {
    const held = sizes.filter((n) => n >= from);
    if (held.length === 0 || held.length === sizes.length) {
      throw new LabError(
        "extrapolateFrom",
        from,
        `a size above the smallest n (${sizes[0]}) and at most the largest (${sizes[sizes.length - 1]})`,
      );
    }
    return held;
  }
  if (sizes.length < 4) return [];
  return sizes.slice(sizes.length < 6 ? -1 : -2);
}

function judge(fit: LawFit, unseen: readonly CurvePoint[]): { log: number; absolute: number } {
  let log = 0;
  let absolute = 0;
  for (const point of unseen) {
    const predicted = predictError(fit, point.n);
    log += Math.log(predicted / point.error) ** 2;
    absolute += (predicted - point.error) ** 2;
  }
  return { log: Math.sqrt(log / unseen.length), absolute: Math.sqrt(absolute / unseen.length) };
}

function choose(
  comparisons: readonly LawComparison[],
  heldOutN: readonly number[],
): { chosen: LawFit; rule: string } {
  // A held-out error of 0, a perfect score, has no logarithm: then the difference itself judges.
  const byLog = (each: LawComparison): number | undefined => each.extrapolationLogRmse;
  const byDifference = (each: LawComparison): number | undefined => each.extrapolationRmse;
  for (const errorOf of [byLog, byDifference]) {
    const judged = comparisons.filter((each) => Number.isFinite(errorOf(each)));
    if (judged.length === 0) continue;
    const best = judged.reduce((a, b) => (errorOf(b)! < errorOf(a)! ? b : a));
    return {
      chosen: best.fit,
      rule: `smallest error when predicting n = ${heldOutN.join(", ")} from the smaller sizes`,
    };
  }
  const ranked = comparisons.filter((each) => Number.isFinite(each.fit.aicc));
  if (ranked.length > 0) {
    const best = ranked.reduce((a, b) => (b.fit.aicc < a.fit.aicc ? b : a));
    return { chosen: best.fit, rule: "smallest AICc: too few sizes to hold any out" };
  }
  const simplest = comparisons.reduce((a, b) =>
    b.fit.law.parameters.length < a.fit.law.parameters.length ? b : a,
  );
  return { chosen: simplest.fit, rule: "fewest parameters: too few sizes to compare laws" };
}
