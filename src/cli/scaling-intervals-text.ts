import type { ResampledUnit } from "../scaling/curve-bootstrap.js";
import type { LimitMethod } from "../scaling/limit-interval.js";

/** How the intervals of limits were taken, what was drawn for them, and why they differ from those of `c`. */
export function spellLimitIntervals(
  method: LimitMethod,
  { unit, resamples }: { unit: ResampledUnit; resamples: number },
): string[] {
  if (method === "profile")
    return [
      "95 % of a limit: profile likelihood with Student's t, from the scatter of the points about the law; nothing is drawn.",
      "Over all laws: the same with the tail areas of the laws averaged.",
    ];
  const kind = method === "bca" ? "BCa" : "percentiles";
  const differs = {
    residuals: [
      "Narrower than that of c below: they take the noise that few points show for the true one, where profile likelihood has",
      "Student's t. At the five published sizes they hold the limit of a true law in 78 to 81 % of curves, the profile in 95.",
    ],
    seeds: [
      "Of few seeds they are too narrow: of three they hold the limit of a true law in 71 % of curves, the profile in 93.",
    ],
    patients: [
      "They know how patients differ; that of c below knows the scatter of the means about the law and no more.",
    ],
  };
  const what =
    unit === "residuals"
      ? "the points drawn anew about the law with normal noise, sqrt(SSE / df)"
      : `${unit} drawn anew with replacement`;
  return [
    `95 % of a limit: ${kind} of ${resamples} refits of that law, ${what}.`,
    ...differs[unit === "patients and seeds" ? "patients" : unit],
    "Over all laws: profile likelihood with the tail areas of the laws averaged; nothing is drawn.",
  ];
}

/** How forecasts get their intervals. */
export const spellForecastIntervals =
  "95 % of a forecast: a new mean, by profile likelihood with Student's t, over all laws with tail areas averaged; nothing is drawn.";

/** How parameters get theirs. */
export const spellParameterIntervals =
  "parameters, with 95 % intervals by profile likelihood with Student's t; nothing is drawn:";
