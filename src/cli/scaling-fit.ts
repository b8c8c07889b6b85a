import { basename } from "node:path";
import { LabError } from "../core/errors.js";
import { readText } from "../core/files.js";
import { toFullJson } from "../core/missing.js";
import { createKey } from "../core/random.js";
import { bootstrapCurves, redrawAround } from "../scaling/curve-bootstrap.js";
import { intervalOverReplicates } from "../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import { parseCurveTable, requireGain } from "../scaling/curve-table.js";
import type { CurveTable } from "../scaling/curve-table.js";
import type { CurvePoint } from "../scaling/curve.js";
import { profileIntervals } from "../scaling/intervals.js";
import type { ParameterInterval } from "../scaling/intervals.js";
import { findLaw, scalingLaws } from "../scaling/laws/table.js";
import { refitLaw } from "../scaling/refit.js";
import { selectLaw } from "../scaling/select.js";
import type { LawComparison } from "../scaling/select.js";
import type { BootstrapMethod } from "../stats/bootstrap.js";
import { parseOptions, UsageError } from "./command.js";
import type { Command, ParsedOptions } from "./command.js";
import { formatSignificant, formatTable } from "./table.js";

/** `tumorlab scaling fit` */
export const scalingFitCommand: Command = {
  name: "scaling fit",
  summary: "scaling laws of a CSV of scores, compared by how well they predict sizes held out",
  usage: `tumorlab scaling fit FILE.csv [options]

  --law all|NAME        ${scalingLaws.map(({ name }) => name).join(", ")} (default all)
  --extrapolate-from N  hold out the sizes from N on to judge the laws (default: the largest two)
  --split NAME          only the rows of this test set
  --bootstrap B         resamples for the asymptote's interval (default 2000, 0 for none)
  --interval KIND       percentile (default) or bca, which needs patients or seeds
  --seed S              of the resamples (default 0)
  --loss                scores are losses: lower is better
  --log                 least squares on the logarithm of the error
  --json                prints the report as JSON; null is what is not known, "Infinity" an infinite number

Columns: n,score and any of arm,seed,patient,split; or n and a column of scores an arm. Scores lie between 0 and 1.
Parameters come with 95 % profile-likelihood intervals; a law that the points do not determine says so.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["law", "extrapolate-from", "bootstrap", "interval", "seed", "split"],
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

    const method = readIntervalMethod(options);
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
    // Once a law for all arms, which share their draws.
    const redraws = new Map(laws.map((law) => [law, redrawAround(bootstrap, law)]));
    const arms = fitted.map((arm) => {
      const points = bootstrap.observed[arm];
      const selection = selectLaw(points, laws, { residual, extrapolateFrom: from });
      const fits = selection.comparisons.map((comparison) => {
        const { replicates, jackknife } = redraws.get(comparison.fit.law)!;
        const draws = {
          replicates: resamples > 0 ? replicates.map((curves) => curves[arm]) : [],
          leftOut: method === "bca" ? jackknife.map((curves) => curves[arm]) : [],
          method,
        };
        return describeFit(comparison, points, draws, table.isLoss);
      });
      return {
        arm,
        points: points.map(({ n, error }) => ({ n, score: table.isLoss ? error : 1 - error })),
        heldOutN: selection.heldOutN,
        chosen: selection.chosen.law.name,
        rule: selection.rule,
        fits,
      };
    });
    if (options.has("json"))
      io.out(
        `${toFullJson({ file: name, unit: bootstrap.unit, resamples, warnings: table.warnings, arms })}\n`,
      );
    else io.out(arms.map((arm) => formatArm(arm, table.isLoss)).join("\n"));
    return 0;
  },
};

/** Reads `--interval`. */
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

type Curve = readonly CurvePoint[];

interface FitReport {
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

function describeFit(
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

function formatArm(
  arm: { arm: string; heldOutN: number[]; chosen: string; rule: string; fits: FitReport[] },
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
