import { redrawAround } from "./curve-bootstrap.js";
import type { CurveBootstrap } from "./curve-bootstrap.js";
import { intervalOverReplicates } from "./curve-interval.js";
import type { CurveIntervalOptions } from "./curve-interval.js";
import { fitLaw } from "./fit.js";
import type { LawFit } from "./fit.js";
import type { ScalingLaw } from "./law.js";
import { refitLaw } from "./refit.js";

/** A law through one arm with the errors its refits to drawn curves predict. */
export interface LawBand {
  fit: LawFit;
  n: number[];
  /** Predicted errors, and the ends of their intervals, one per size; `NaN` where residuals leave no degree of freedom. */
  error: number[];
  low: number[];
  high: number[];
}

/**
 * Fits a law to one arm of drawn curves and to every replicate: where the curve runs, and how sure that is at each n.
 * Residuals are drawn around this law.
 *
 * @param n sizes to predict, such as `logSpacedSizes` gives.
 * @throws LabError when the arm has fewer than two different n.
 */
export function bootstrapLawBand(
  bootstrap: CurveBootstrap,
  arm: string,
  law: ScalingLaw,
  n: readonly number[],
  options: Pick<CurveIntervalOptions, "level"> = {},
): LawBand {
  const fit = fitLaw(law, bootstrap.observed[arm]);
  const refits = refitLaw(
    law,
    redrawAround(bootstrap, law).replicates.map((curves) => curves[arm]),
  );
  const ends = n.map((size) =>
    intervalOverReplicates(
      refits.map((parameters) => law.value(size, parameters)),
      undefined,
      options,
    ),
  );
  return {
    fit,
    n: [...n],
    error: n.map((size) => law.value(size, fit.parameters)),
    low: ends.map(({ low }) => low),
    high: ends.map(({ high }) => high),
  };
}

/** So many sizes from one to the other, evenly spread on a log axis, both ends included; for drawing. */
export function logSpacedSizes(first: number, last: number, count = 60): number[] {
  return Array.from({ length: count }, (_, i) => first * (last / first) ** (i / (count - 1)));
}
