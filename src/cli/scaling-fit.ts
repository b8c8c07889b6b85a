import { basename } from "node:path";
import { parseDecimal } from "../core/decimal.js";
import { LabError } from "../core/errors.js";
import { readText } from "../core/files.js";
import { toFullJson } from "../core/missing.js";
import { createKey } from "../core/random.js";
import { bootstrapCurves, redrawAround } from "../scaling/curve-bootstrap.js";
import { parseCurveTable, requireGain } from "../scaling/curve-table.js";
import type { CurveTable } from "../scaling/curve-table.js";
import { forecastCurve } from "../scaling/forecast.js";
import { findLaw, scalingLaws } from "../scaling/laws/table.js";
import { chooseLimitMethod } from "../scaling/limit-interval.js";
import type { LimitMethod } from "../scaling/limit-interval.js";
import { averageLimits } from "../scaling/limits.js";
import { selectLaw } from "../scaling/select.js";
import type { BootstrapMethod } from "../stats/bootstrap.js";
import { parseOptions, UsageError } from "./command.js";
import type { Command, ParsedOptions } from "./command.js";
import { describeFit, describeForecast, describeLimits, formatArm } from "./scaling-fit-text.js";

/** `tumorlab scaling fit` */
export const scalingFitCommand: Command = {
  name: "scaling fit",
  summary: "scaling laws of a CSV of scores, compared by how well they predict sizes held out",
  usage: `tumorlab scaling fit FILE.csv [options]

  --law all|NAME        ${scalingLaws.map(({ name }) => name).join(", ")} (default all)
  --extrapolate-from N  hold out the sizes from N on to judge the laws (default: the largest two)
  --split NAME          only the rows of this test set
  --at N,N...           forecast of the mean at these sizes, with 95 % prediction intervals
  --interval KIND       of a limit: profile (likelihood; default without patients), percentile (of drawn curves; default
                        with patients) or bca (of drawn curves; needs patients or seeds)
  --bootstrap B         resamples for percentile and bca (default 2000, 0 for none)
  --seed S              of the resamples (default 0)
  --loss                scores are losses: lower is better
  --log                 least squares on the logarithm of the error
  --json                prints the report as JSON; null is what is not known, "Infinity" an infinite number

Columns: n,score and any of arm,seed,patient,split, and for means weight, se, or sd and count; or n and one column of
scores per arm. Scores lie between 0 and 1. Parameters come with 95 % profile-likelihood intervals; a law that the points do not
determine says so; one with as many parameters as points has no interval. "Over all laws" is the
average of what the laws say, because nobody knows which of them holds. A forecast includes only the scatter of the points: it
assumes the same test patients, and trainings that differ as these do. It lies between 0 and 1 (a loss: from 0 on).`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["law", "extrapolate-from", "at", "bootstrap", "interval", "seed", "split"],
      flags: ["json", "loss", "log"],
    });
    const { table, name } = await openTable(options);
    for (const warning of table.warnings) io.err(`warning: ${name}, ${warning}\n`);
    const chosen = options.value("law") ?? "all";
    const laws = chosen === "all" ? scalingLaws : [findLaw(chosen)];
    const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    const resamples = options.number("bootstrap", 2000, isCount, "a whole number from 0");
    const key = createKey(options.number("seed", 0, isCount, "a whole number from 0"));
    const from =
      options.value("extrapolate-from") === undefined
        ? undefined
        : options.number("extrapolate-from", 0, (n) => n > 0, "a size above 0");
    const residual = options.has("log") ? "log" : "absolute";
    const bounds: [number, number] = [0, table.isLoss ? Infinity : 1];

    const forecastAt = readSizes(options.value("at"));
    const asked = readLimitMethod(options);
    const split = options.value("split");
    requireOneSplit(table, split);
    const fitted = table.arms.filter((arm) => {
      try {
        requireGain(table, arm, split);
        return true;
      } catch (error) {
        if (table.arms.length === 1 || !(error instanceof LabError)) throw error;
        io.err(`warning: ${name}, ${error.message} Not fitted.\n`);
        return false;
      }
    });
    if (fitted.length === 0) throw new LabError(name, "no arm that gets better with n", "one at least");

    const bootstrap = bootstrapCurves(table, {
      arms: fitted,
      split,
      resamples: Math.max(1, resamples),
      key,
    });
    const method = asked ?? chooseLimitMethod(bootstrap.unit);
    // Once a law for all arms, which share their draws; profiles need none.
    const redraws = new Map(
      method === "profile" ? [] : laws.map((law) => [law, redrawAround(bootstrap, law, residual)]),
    );
    const arms = fitted.map((arm) => {
      const points = bootstrap.observed[arm];
      const selection = selectLaw(points, laws, { residual, extrapolateFrom: from });
      const fits = selection.comparisons.map((comparison) => {
        const { replicates = [], jackknife = [] } = redraws.get(comparison.fit.law) ?? {};
        const draws = {
          unit: bootstrap.unit,
          replicates: resamples > 0 ? replicates.map((curves) => curves[arm]) : [],
          leftOut: jackknife.map((curves) => curves[arm]),
        };
        return describeFit(comparison, points, method, draws, table.isLoss);
      });
      return {
        arm,
        points: points.map(({ n, error }) => ({ n, score: table.isLoss ? error : 1 - error })),
        heldOutN: selection.heldOutN,
        chosen: selection.chosen.law.name,
        rule: selection.rule,
        fits,
        limitOverLaws: describeLimits(averageLimits(points, { laws, residual }), table.isLoss),
        forecasts: forecastAt.map((n) =>
          describeForecast(forecastCurve(points, n, { laws, residual, bounds }), table.isLoss),
        ),
      };
    });
    const drawn = { unit: bootstrap.unit, resamples: method === "profile" ? 0 : resamples };
    if (options.has("json"))
      io.out(`${toFullJson({ file: name, ...drawn, warnings: table.warnings, arms })}\n`);
    else io.out(arms.map((arm) => formatArm(arm, drawn, table.isLoss)).join("\n"));
    return 0;
  },
};

/** Reads `--at`. */
function readSizes(text: string | undefined): number[] {
  if (text === undefined) return [];
  return text.split(",").map((word) => {
    const n = parseDecimal(word.trim());
    if (n > 0 && Number.isFinite(n)) return n;
    throw new UsageError(`--at is ${text}, expected sizes above 0, such as 500,2000`);
  });
}

/** Reads `--interval` of limits; `undefined` where it is left to the table. */
function readLimitMethod(options: ParsedOptions): LimitMethod | undefined {
  const method = options.value("interval");
  if (method === undefined || method === "profile" || method === "percentile" || method === "bca")
    return method;
  throw new UsageError(`--interval is ${method}, expected profile, percentile or bca`);
}

/** Reads `--interval` of numbers that are counted from drawn curves. */
export function readIntervalMethod(options: ParsedOptions): BootstrapMethod {
  const method = options.value("interval") ?? "percentile";
  if (method === "percentile" || method === "bca") return method;
  throw new UsageError(`--interval is ${method}, expected percentile or bca`);
}

/** Scores of two test sets are two curves; their mean is neither. */
export function requireOneSplit(table: CurveTable, split: string | undefined): void {
  const splits = [...new Set(table.rows.map((row) => row.split))];
  if (split !== undefined || splits.length < 2) return;
  const names = splits.map((each) => each || "(none)").join(", ");
  throw new LabError("split", `none chosen of ${names}`, "one of them", "Choose with --split NAME.");
}

/** Opens the table that is the command's one positional word. */
export async function openTable(options: ParsedOptions): Promise<{ table: CurveTable; name: string }> {
  const [path, ...more] = options.positionals;
  if (path === undefined || more.length > 0)
    throw new UsageError(path === undefined ? "no CSV file given" : `unexpected ${more[0]}`);
  const text = await readText(path, "a readable CSV file");
  return { table: parseCurveTable(text, path, { loss: options.has("loss") }), name: basename(path) };
}
