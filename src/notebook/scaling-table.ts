import type { CurvePoint } from "../scaling/curve.js";
import { spellBasis, spellMultiplier, spellScans } from "../scaling/efficiency-text.js";
import type { LawFit } from "../scaling/fit.js";
import { profileIntervals } from "../scaling/intervals.js";
import { averageLimits } from "../scaling/limits.js";
import type { EfficiencyReport } from "../scaling/report.js";
import { saturationDefinitions } from "../scaling/saturation.js";
import type { SaturationAnswer } from "../scaling/saturation.js";
import type { LawSelection } from "../scaling/select.js";
import type { PairReading, SteepnessComparison } from "../scaling/steepness.js";
import type { Row } from "./data-frame.js";

/**
 * Compared laws as rows for `showTable`, scores in percent: how closely each follows the points, how far off it predicted
 * the held-out ones, and its limit with the 95 % profile-likelihood interval, which takes that law for the truth. What is not
 * identified has no limit. Where two laws or more have one, a last row averages them (`averageLimits`), for when nobody
 * knows which of them holds.
 *
 * @param points the curve that the laws were fitted to.
 */
export function lawTable(selection: LawSelection, points: readonly CurvePoint[]): Row[] {
  const rows = selection.comparisons.map(({ fit, extrapolationRmse }): Row => ({
    law: fit.law.title,
    parameters: fit.law.parameters.length,
    "RMSE (points)": 100 * fit.rmse,
    "held-out error (points)": extrapolationRmse === undefined ? NaN : 100 * extrapolationRmse,
    ...describeLimit(fit, points),
    chosen: fit === selection.chosen ? "chosen" : "",
  }));
  const laws = selection.comparisons.map(({ fit }) => fit.law);
  const { residual } = selection.chosen;
  const average = averageLimits(points, { laws, residual });
  if (average.laws.length < 2) return rows;
  const over: Row = {
    law: "All with a limit, averaged",
    parameters: NaN,
    "RMSE (points)": NaN,
    "held-out error (points)": NaN,
    "limit (%)": 100 * (1 - average.limit!),
    "95 % from": 100 * (1 - average.high),
    to: 100 * (1 - average.low),
    chosen: "",
  };
  return [...rows, over];
}

/** Answers of several laws side by side: one row per definition, one column of scans per law. */
export function saturationTable(answers: Readonly<Record<string, readonly SaturationAnswer[]>>): Row[] {
  return saturationDefinitions.map((definition) => {
    const columns = Object.entries(answers).map(([name, list]): [string, number | string] => {
      const n = list.find((answer) => answer.definition === definition)?.n;
      return [name, n === undefined ? "no answer" : Math.round(n)];
    });
    return { definition, ...Object.fromEntries(columns) };
  });
}

/**
 * How many real scans reach each result of an arm, as rows for `showTable`: what they were read off, and words where only a
 * bound is known ("more than 40", "> 2"). Ends of an interval beyond the measured sizes are 0 and infinite.
 */
export function multiplierTable(report: EfficiencyReport): Row[] {
  return report.rows.map((row) => ({
    n: row.n,
    [`Dice of ${report.other} (%)`]: 100 * (1 - row.error),
    [`equivalent ${report.real} scans`]:
      row.equivalentScans === undefined ? spellScans(row, String) : Math.round(row.equivalentScans),
    "read off": spellBasis(row),
    multiplier: row.multiplier ?? spellMultiplier(row, spellShort),
    "95 % from": row.multiplierInterval.low,
    to: row.multiplierInterval.high,
  }));
}

/**
 * "Steeper" in its three readings as rows for `showTable`: the number of each curve, and the difference (second less first)
 * with its interval. Dice in points. What the points do not determine is left empty.
 */
export function steepnessTable(comparison: SteepnessComparison): Row[] {
  const { first, second, from, to } = comparison;
  const row = (reading: string, pair: PairReading, scale = 1): Row => {
    const value = (number: number | undefined): number => (number === undefined ? NaN : scale * number);
    return {
      reading,
      [first]: value(pair.first.estimate),
      [second]: value(pair.second.estimate),
      difference: value(pair.difference.estimate),
      "95 % from": value(pair.difference.low),
      to: value(pair.difference.high),
    };
  };
  return [
    row(`points per doubling, ${from} to ${to} scans`, comparison.gainPerDoubling, 100),
    row(`exponent of the error, ${from} to ${to} scans`, comparison.errorExponent),
    row("exponent above a floor, all sizes", comparison.exponentAboveFloor),
    row("that floor (points)", comparison.floor, 100),
  ];
}

function spellShort(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function describeLimit(fit: LawFit, points: readonly CurvePoint[]): Row {
  const names = ["limit (%)", "95 % from", "to"];
  const limits = (): number[] => {
    if (!fit.identified) return [NaN, NaN, NaN];
    const limit = 100 * (1 - fit.law.asymptote(fit.parameters));
    const floor = profileIntervals(fit, points).find(({ name }) => name === "c");
    // A floor is an error: its upper end is the lower one of the score.
    return floor ? [limit, 100 * (1 - floor.high), 100 * (1 - floor.low)] : [limit, NaN, NaN];
  };
  const values = limits();
  return Object.fromEntries(names.map((name, i): [string, number] => [name, values[i]]));
}
