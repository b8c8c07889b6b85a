import { intervalOverReplicates } from "../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import type { CurvePoint } from "../scaling/curve.js";
import type { Forecast } from "../scaling/forecast.js";
import { profileIntervals } from "../scaling/intervals.js";
import type { ParameterInterval } from "../scaling/intervals.js";
import type { AveragedLimit } from "../scaling/limits.js";
import { refitLaw } from "../scaling/refit.js";
import type { LawComparison } from "../scaling/select.js";
import type { BootstrapMethod } from "../stats/bootstrap.js";
import { formatNumber, formatSignificant, formatTable } from "./table.js";

type Curve = readonly CurvePoint[];

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
  /** Score (or loss) with unlimited data; its interval over resampled curves, absent where it is not identified. */
  asymptote: EstimateWithInterval;
}

/** Describes a fit, with the interval of its limit from drawn curves. */
export function describeFit(
  comparison: LawComparison,
  points: readonly CurvePoint[],
  drawn: { replicates: readonly Curve[]; leftOut: readonly Curve[]; method: BootstrapMethod },
  isLoss: boolean,
): FitReport {
  const { fit } = comparison;
  const { law } = fit;
  const toScore = (error: number): number => (isLoss ? error : 1 - error);
  const limitsOf = (curves: readonly Curve[]): number[] =>
    fit.identified
      ? refitLaw(law, curves, { residual: fit.residual }).map((parameters) =>
          toScore(law.asymptote(parameters)),
        )
      : [];
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
    asymptote: intervalOverReplicates(
      limitsOf(drawn.replicates),
      fit.identified ? toScore(law.asymptote(fit.parameters)) : undefined,
      { method: drawn.method, leftOut: limitsOf(drawn.leftOut) },
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
  const { n, reach, isExtrapolated, error, low, high, rule } = forecast;
  const laws = forecast.laws.map((each) => ({ ...each, limit: each.error }));
  return {
    n,
    reach,
    isExtrapolated,
    ...describeLimits({ limit: error, low, high, rule, laws, level: forecast.level }, isLoss),
  };
}

function formatOverLaws({ value, low, high, rule, laws }: OverLaws): string {
  if (value === undefined) return `- (${rule})`;
  const shares = laws
    .filter(({ weight }) => weight >= 0.005)
    .map(({ law, weight }) => `${law} ${weight.toFixed(2)}`);
  return `${formatNumber(value)}  [${formatNumber(low)}, ${formatNumber(high)}]  (${rule}: ${shares.join(", ")})`;
}

function formatForecast(forecast: ForecastReport, largest: number): string[] {
  const { n, reach, isExtrapolated } = forecast;
  const place = !isExtrapolated
    ? "within the sizes"
    : reach > 1
      ? `extrapolated to ${formatNumber(reach)} times the largest size, ${largest}`
      : "extrapolated below the smallest size";
  const rows = forecast.laws.map(({ law, value, low, high }) => [law, value, low, high]);
  return [
    `  forecast at n = ${n}, ${place}`,
    `  over all laws: ${formatOverLaws(forecast)}`,
    ...(rows.length > 0 ? formatTable(["law", "forecast", "95 % from", "to"], rows).split("\n") : []).map(
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
    fit.identified ? "" : `not identified: ${fit.reasons.join("; ")}`,
  ]);
  const limit = isLoss ? "limit of loss" : "limit of score";
  lines.push(
    formatTable(["law", "RMSE", "AICc", "delta", "held-out RMSE", limit, "95 % from", "to", ""], rows),
    "",
  );
  if (arm.limitOverLaws.laws.length > 1)
    lines.push(`${limit} over all laws: ${formatOverLaws(arm.limitOverLaws)}`, "");
  const largest = Math.max(...arm.points.map(({ n }) => n));
  for (const forecast of arm.forecasts) lines.push(...formatForecast(forecast, largest));
  for (const fit of arm.fits) {
    lines.push(`  ${fit.title}: error = ${fit.formula}`);
    for (const { name, unit, estimate, low, high } of fit.parameters) {
      const value = estimate === undefined ? "not identified" : formatSignificant(estimate);
      const range = `[${formatSignificant(low)}, ${formatSignificant(high)}]`;
      lines.push(`    ${name} = ${value}  ${range} ${unit}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
