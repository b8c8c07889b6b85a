import type { ResampledUnit } from "../scaling/curve-bootstrap.js";
import type { CurvePoint } from "../scaling/curve.js";
import type { Forecast } from "../scaling/forecast.js";
import { profileIntervals } from "../scaling/intervals.js";
import type { ParameterInterval } from "../scaling/intervals.js";
import { limitInterval } from "../scaling/limit-interval.js";
import type { DrawnCurves, LimitInterval, LimitMethod } from "../scaling/limit-interval.js";
import type { AveragedLimit } from "../scaling/limits.js";
import type { LawComparison } from "../scaling/select.js";
import {
  spellForecastIntervals,
  spellLimitIntervals,
  spellParameterIntervals,
} from "./scaling-intervals-text.js";
import { formatNumber, formatSignificant, formatTable } from "./table.js";

/** One law's fit to one arm, as `--json` prints it. */
export interface FitReport {
  law: string;
  title: string;
  formula: string;
  identified: boolean;
  reasons: string[];
  parameters: ParameterInterval[];
  rmse: number;
  aicc: number;
  deltaAicc: number;
  heldOutRmse: number | undefined;
  heldOutLogRmse: number | undefined;
  /** Score (or loss) with unlimited data. */
  asymptote: LimitInterval;
}

/** Describes a fit, with the interval of its limit. */
export function describeFit(
  comparison: LawComparison,
  points: readonly CurvePoint[],
  method: LimitMethod,
  drawn: DrawnCurves,
  isLoss: boolean,
): FitReport {
  const { fit } = comparison;
  const { law } = fit;
  const limit = limitInterval(fit, points, method, drawn);
  const { estimate } = limit;
  return {
    law: law.name,
    title: law.title,
    formula: law.formula,
    identified: fit.identified,
    reasons: fit.reasons,
    parameters: profileIntervals(fit, points),
    rmse: fit.rmse,
    aicc: fit.aicc,
    deltaAicc: comparison.deltaAicc,
    heldOutRmse: comparison.extrapolationRmse,
    heldOutLogRmse: comparison.extrapolationLogRmse,
    asymptote: toScores(
      { ...limit, estimate: estimate === undefined || isLoss ? estimate : 1 - estimate },
      isLoss,
    ),
  };
}

/** A number that several laws give, as a score (or loss), with its interval. */
interface LawNumber {
  law: string;
  weight: number;
  value: number;
  low: number;
  high: number;
}

/** A number over several laws, and by each of them. */
interface OverLaws {
  value: number | undefined;
  low: number;
  high: number;
  rule: string;
  laws: LawNumber[];
}

interface ForecastReport extends OverLaws {
  n: number;
  reach: number;
  isExtrapolated: boolean;
  isFar: boolean;
  /** Whether the law's own number is no possible score (or loss). */
  laws: (LawNumber & { isCut: boolean })[];
}

/** Turns an error with its interval into a score: the ends change places. */
function toScores<T extends { low: number; high: number }>(each: T, isLoss: boolean): T {
  return isLoss ? each : { ...each, low: 1 - each.high, high: 1 - each.low };
}

/** Limits as scores (or losses). */
export function describeLimits({ limit, low, high, rule, laws }: AveragedLimit, isLoss: boolean): OverLaws {
  const toScore = (error: number): number => (isLoss ? error : 1 - error);
  return toScores(
    {
      value: limit === undefined ? undefined : toScore(limit),
      low,
      high,
      rule,
      laws: laws.map((each) =>
        toScores(
          {
            law: each.law.name,
            weight: each.weight,
            value: toScore(each.limit),
            low: each.low,
            high: each.high,
          },
          isLoss,
        ),
      ),
    },
    isLoss,
  );
}

/** A forecast as scores (or losses). */
export function describeForecast(forecast: Forecast, isLoss: boolean): ForecastReport {
  const { n, reach, isExtrapolated, isFar, error, low, high, rule } = forecast;
  const laws = forecast.laws.map((each) => ({ ...each, limit: each.error }));
  const told = describeLimits({ limit: error, low, high, rule, laws, level: forecast.level }, isLoss);
  return {
    n,
    reach,
    isExtrapolated,
    isFar,
    ...told,
    laws: told.laws.map((each, i) => ({ ...each, isCut: laws[i].isCut })),
  };
}

function formatOverLaws({ value, low, high, rule, laws }: OverLaws): string {
  if (value === undefined) return `- (${rule})`;
  const shares = laws
    .filter(({ weight }) => weight >= 0.005)
    .map(({ law, weight }) => `${law} ${weight.toFixed(2)}`);
  return `${formatNumber(value)}  [${formatNumber(low)}, ${formatNumber(high)}]  (${rule}: ${shares.join(", ")})`;
}

function formatForecast(
  forecast: ForecastReport,
  smallest: number,
  largest: number,
  isLoss: boolean,
): string[] {
  const { n, reach, isExtrapolated, isFar } = forecast;
  const place = !isExtrapolated
    ? "within the sizes"
    : reach > 1
      ? `extrapolated to ${formatNumber(reach)} times the largest size, ${largest}`
      : "extrapolated below the smallest size";
  const cut = `cut: the law's own number is no ${isLoss ? "loss from 0 on" : "score from 0 to 1"}`;
  const rows = forecast.laws.map(({ law, value, low, high, isCut }) => [
    law,
    value,
    low,
    high,
    isCut ? cut : "",
  ]);
  const caution = `  far from the measured sizes, ${smallest} to ${largest}: laws say little there, and how often these intervals hold is not known`;
  return [
    `  forecast at n = ${n}, ${place}`,
    ...(isFar ? [caution] : []),
    `  over all laws: ${formatOverLaws(forecast)}`,
    ...(rows.length > 0 ? formatTable(["law", "forecast", "95 % from", "to", ""], rows).split("\n") : []).map(
      (line) => `    ${line}`,
    ),
    "",
  ];
}

/** The text of one arm. */
export function formatArm(
  arm: {
    arm: string;
    points: { n: number }[];
    heldOutN: number[];
    chosen: string;
    rule: string;
    fits: FitReport[];
    limitOverLaws: OverLaws;
    forecasts: ForecastReport[];
  },
  drawn: { unit: ResampledUnit; resamples: number },
  isLoss: boolean,
): string {
  const lines = [`arm ${arm.arm}: ${arm.chosen} (${arm.rule})`, ""];
  const rows = arm.fits.map((fit) => [
    fit.law,
    formatSignificant(fit.rmse),
    Number.isFinite(fit.aicc) ? fit.aicc : NaN,
    Number.isFinite(fit.deltaAicc) ? fit.deltaAicc : NaN,
    formatSignificant(fit.heldOutRmse ?? NaN),
    fit.asymptote.estimate ?? NaN,
    fit.asymptote.low,
    fit.asymptote.high,
    `${fit.identified ? "" : "not identified: "}${fit.asymptote.reason ?? ""}`,
  ]);
  const limit = isLoss ? "limit of loss" : "limit of score";
  lines.push(
    formatTable(["law", "RMSE", "AICc", "delta", "held-out RMSE", limit, "95 % from", "to", ""], rows),
    "",
  );
  if (arm.limitOverLaws.laws.length > 1)
    lines.push(`${limit} over all laws: ${formatOverLaws(arm.limitOverLaws)}`, "");
  const used = arm.fits.map(({ asymptote }) => asymptote.method).find((method) => method !== undefined);
  if (used) lines.push(...spellLimitIntervals(used, drawn), "");
  const sizes = arm.points.map(({ n }) => n);
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  for (const forecast of arm.forecasts) lines.push(...formatForecast(forecast, smallest, largest, isLoss));
  if (arm.forecasts.length > 0) lines.push(spellForecastIntervals, "");
  lines.push(spellParameterIntervals);
  for (const fit of arm.fits) {
    lines.push(`  ${fit.title}: error = ${fit.formula}`);
    for (const { name, unit, estimate, low, high } of fit.parameters) {
      const value = estimate === undefined ? "not identified" : formatSignificant(estimate);
      const range = Number.isNaN(low)
        ? "[-: no degree of freedom left]"
        : `[${formatSignificant(low)}, ${formatSignificant(high)}]`;
      lines.push(`    ${name} = ${value}  ${range} ${unit}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
