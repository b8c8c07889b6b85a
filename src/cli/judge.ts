import { parseDecimal } from "../core/decimal.js";
import { requireWritable } from "../core/files.js";
import { toFullJson } from "../core/missing.js";
import { createKey } from "../core/random.js";
import { judgeMeans } from "../evaluation/court/judge-means.js";
import type { ReportedMean } from "../evaluation/court/judge-means.js";
import { judgeTables } from "../evaluation/court/judge-scores.js";
import { judgmentColumns, judgmentRows } from "../evaluation/court/judgment-rows.js";
import { unitOfGain } from "../evaluation/court/judgment.js";
import type { Judgment } from "../evaluation/court/judgment.js";
import { readMeans } from "../evaluation/court/read-means.js";
import { findMetric } from "../evaluation/tables/score-fields.js";
import { metricInfo } from "../metrics/metric.js";
import type { Metric } from "../metrics/metric.js";
import { parseOptions, UsageError } from "./command.js";
import type { Command, ParsedOptions } from "./command.js";
import { formatJudgment } from "./judge-text.js";
import { forceHelp, requireFree } from "./output.js";
import { formatCsv, writeFileWhole } from "./write-file.js";

/** `tumorlab judge` */
export const judgeCommand: Command = {
  name: "judge",
  summary: "whether a table of scores, or means alone, show that one model is better, equal, or neither",
  usage: `tumorlab judge TABLE ... [options]
tumorlab judge --means FILE.csv [options]
tumorlab judge NAME=MEAN NAME=MEAN ... --n N [options]

  --margin M             gains below it count as none: in points of Dice and other shares (default 1), else in mm, ml or %
                         (default 1); choose it before you see the scores
  --all-pairs            judges every pair of models, not only those with the best mean
  --against NAME         a model that was chosen before the scores were seen: only pairs with it are judged
  --alpha A              of the verdicts after Holm; intervals are of level 1 - A (default 0.05)
  --power P              chance of the studies that are planned (default 0.8)
  --metric NAME          ${Object.keys(metricInfo).join(", ")} (default dice)
  --percent              Dice and other shares are percentages
  --out FILE.csv         also writes what was judged, one row per structure and pair
  --force                ${forceHelp}
  --json                 prints the judgment as JSON; null is what is not known, "Infinity" more than 10 million patients

of scores case by case:
  --columns WHAT=COLUMN,...   --labels A,B=NAME,...   --metadata FILE.csv     as of tumorlab compare
  --resamples B          resamples of the patients for the places (default 2000)
  --seed S               of the resamples (default 0)

of means alone:
  --means FILE.csv       columns model, structure, mean, n, and sd where it is known; --columns model=Method,mean=DSC,... names them
  --n N                  cases of each mean, where the table does not say it
  --correlation R,...    of two models' scores, case by case (default 0.7,0.85)

A TABLE is what tumorlab compare reads. Patients are the units. For each structure the model with the best mean is held against each
other: by how much it is better with an interval whose coverage was measured on real Dice, how likely the claim is false, whether
the two are equal within the margin (two one-sided tests), the places when patients are drawn anew, and how many patients would decide.
Verdicts are "A is better", "equal within the margin", both ("better, by less than the margin"), or "cannot be told", after
Holm over all pairs of all structures (with --against over the pairs of that model).

Of means alone the standard deviations of Dice, where they are not given, follow from the means by a polynomial fitted to the
Touchstone benchmark, and the correlation has to be assumed: what is not known stands in the notes.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [
        ...["metric", "margin", "alpha", "power", "against", "columns", "labels", "metadata", "resamples"],
        ...["seed", "out", "means", "n", "correlation"],
      ],
      flags: ["percent", "all-pairs", "json", "force"],
    });
    const asked = options.value("metric") ?? "dice";
    const metric = findMetric(asked);
    if (metric === undefined)
      throw new UsageError(`--metric is ${asked}, expected one of ${Object.keys(metricInfo).join(", ")}`);
    const paths = options.positionals;
    const means = options.value("means");
    const out = options.value("out");
    const inputs = [...paths, means, options.value("metadata")];
    const pairs = paths.map(parsePair);
    const areMeans = means !== undefined || (pairs.length > 0 && pairs.every((pair) => pair !== undefined));
    if (means !== undefined && paths.length > 0)
      throw new UsageError(`--means is judged alone, found ${paths.join(" ")} beside it`);
    if (means === undefined && paths.length === 0)
      throw new UsageError("nothing to judge: give tables of scores, --means FILE.csv, or NAME=MEAN and --n");
    const odd = paths.find((_, i) => pairs[i] === undefined);
    if (options.value("n") !== undefined && odd !== undefined)
      throw new UsageError(`--n is for means alone, NAME=MEAN, and ${odd} is none`);
    refuseOthers(options, areMeans);
    if (out !== undefined) {
      await requireFree([out], inputs, options.has("force"));
      await requireWritable(out);
    }
    const court = readCourt(options, metric);
    const judgment: Judgment = areMeans
      ? judgeMeans(await gatherMeans(options, metric, pairs), {
          ...court,
          correlations: readCorrelations(options.value("correlation")),
        })
      : await judgeScoreTables(paths, options, court);
    for (const note of judgment.notes) io.err(`${note}\n`);
    io.out(options.has("json") ? `${toFullJson(judgment)}\n` : formatJudgment(judgment));
    if (out !== undefined) await writeFileWhole(out, formatCsv(judgmentColumns, judgmentRows(judgment)));
    return 0;
  },
};

function readCourt(options: ParsedOptions, metric: Metric) {
  const isShare = (value: number): boolean => value > 0 && value < 1;
  const { scale } = unitOfGain(metric);
  const margin = options.number("margin", 1, (value) => value > 0 && value < Infinity, "a number above 0");
  return {
    metric,
    margin: margin / scale,
    alpha: options.number("alpha", 0.05, isShare, "between 0 and 1"),
    power: options.number("power", 0.8, isShare, "between 0 and 1"),
    against: options.value("against"),
    allPairs: options.has("all-pairs"),
  };
}

function judgeScoreTables(
  paths: readonly string[],
  options: ParsedOptions,
  court: ReturnType<typeof readCourt>,
): Promise<Judgment> {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
  const isSeed = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  return judgeTables(paths, {
    ...court,
    columns: options.value("columns"),
    labels: options.value("labels"),
    metadata: options.value("metadata"),
    percent: options.has("percent"),
    resamples: options.number("resamples", 2000, isCount, "a whole number from 1"),
    key: createKey(options.number("seed", 0, isSeed, "a whole number from 0")),
  });
}

async function gatherMeans(
  options: ParsedOptions,
  metric: Metric,
  pairs: readonly (NamedMean | undefined)[],
): Promise<ReportedMean[]> {
  const percent = options.has("percent");
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 2;
  const n =
    options.value("n") === undefined ? undefined : options.number("n", NaN, isCount, "a whole number from 2");
  const file = options.value("means");
  if (file !== undefined)
    return readMeans(file, { metric, columns: options.value("columns"), percent, ...(n ? { n } : {}) });
  if (n === undefined)
    throw new UsageError("--n is missing: without the number of cases nothing can be said of a mean");
  return pairs.map((pair) => ({ model: pair!.model, mean: pair!.mean * (percent ? 0.01 : 1), n }));
}

interface NamedMean {
  model: string;
  mean: number;
}

/** `NAME=0.597`; `undefined` for a path, or a name for one. */
function parsePair(text: string): NamedMean | undefined {
  const [, model, number] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  const mean = number === undefined ? NaN : parseDecimal(number.trim());
  return Number.isNaN(mean) ? undefined : { model, mean };
}

function readCorrelations(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  return text.split(",").map((part) => {
    const value = parseDecimal(part.trim());
    if (!(value >= -1 && value < 1))
      throw new UsageError(
        `--correlation: found ${JSON.stringify(part)}, expected numbers from -1 to below 1`,
      );
    return value;
  });
}

/** An option that would be passed over in silence is one that was meant otherwise. */
function refuseOthers(options: ParsedOptions, areMeans: boolean): void {
  const others = areMeans ? ["labels", "metadata", "resamples", "seed"] : ["n", "correlation"];
  const found = others.find((name) => options.value(name) !== undefined);
  if (found !== undefined)
    throw new UsageError(
      `--${found} is for ${areMeans ? "scores case by case, and these are means" : "means alone, and these are tables"}`,
    );
}
