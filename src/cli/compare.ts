import { requireWritable } from "../core/files.js";
import { createKey } from "../core/random.js";
import { compareTables } from "../evaluation/tables/compare-scores.js";
import { comparisonColumns, comparisonRows } from "../evaluation/tables/comparison-rows.js";
import { findMetric } from "../evaluation/tables/score-fields.js";
import { metricInfo } from "../metrics/metric.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { formatComparison } from "./compare-text.js";
import { forceHelp, requireFree } from "./output.js";
import { formatCsv, writeFileWhole } from "./write-file.js";

/** `tumorlab compare` */
export const compareCommand: Command = {
  name: "compare",
  summary: "models by their tables of scores, from any tool: ranks, paired tests, sizes",
  usage: `tumorlab compare TABLE TABLE ... [options]

  --metric NAME          ${Object.keys(metricInfo).join(", ")} (default dice)
  --columns WHAT=COLUMN,...
                         what the columns hold, if their names do not say it: case, patient, label (the structure), model,
                         a metric, or dice:liver for a column of one structure; for one number a row metric and value.
                         For example case=Subject,label=Organ,dice=DSC
  --labels A,B=NAME,...  structures to compare, each with its name: 1=liver,class0=liver,spleen (default: all)
  --percent              Dice and other shares are percentages
  --metadata FILE.csv    whose scan each case is (columns case and patient); default the tables' column patient
  --alpha A              level of the claim that a winner is better than every other (default 0.05)
  --resamples B          resamples of the patients for the ranks (default 2000)
  --seed S               of the resamples (default 0)
  --all-pairs            prints every pair of models, not only those with the winner
  --out FILE.csv         also writes every pair of models, one row per structure and pair
  --force                ${forceHelp}
  --json                 prints the comparison as JSON; what is not known is null

A table is nnU-Net's summary.json (version 1 or 2), MONAI's CSV (MetricsSaver, CSVSaver), panoptica's .tsv or .jsonl, what tumorlab
evaluate --out writes, or another CSV: wide (one column per structure, of the metric that the file's name or --metric says), long (a
column that names the structure, and columns of metrics), or columns such as liver_dice. A folder is its summary.json, or its tables
together, such as dsc.csv and nsd.csv. A model has the name of its file, or of its folder if several files have the same name; NAME=TABLE
gives it another name. One table may hold several models, with a column model.

The command compares what every table has, and says what it leaves out. It ranks the models by their mean for each structure. To see
how stable the ranks are, it draws the patients, not the scans, again and again. Patients are also the units of the intervals and of
the test (Wilcoxon's signed ranks, with Holm's adjustment over all pairs of a structure). A winner counts as different from another
model if the adjusted p is at most alpha and the ranks are on its side.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["metric", "columns", "labels", "metadata", "alpha", "resamples", "seed", "out"],
      flags: ["percent", "all-pairs", "json", "force"],
    });
    const paths = options.positionals;
    if (paths.length === 0) throw new UsageError("no table of scores given");
    const asked = options.value("metric") ?? "dice";
    const metric = findMetric(asked);
    if (metric === undefined)
      throw new UsageError(`--metric is ${asked}, expected one of ${Object.keys(metricInfo).join(", ")}`);
    const alpha = options.number("alpha", 0.05, (value) => value > 0 && value < 1, "between 0 and 1");
    const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
    const resamples = options.number("resamples", 2000, isCount, "a whole number from 1");
    const isSeed = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    const key = createKey(options.number("seed", 0, isSeed, "a whole number from 0"));
    const out = options.value("out");
    const metadata = options.value("metadata");
    if (out !== undefined) {
      await requireFree([out], [...paths, metadata], options.has("force"));
      await requireWritable(out);
    }
    const comparison = await compareTables(paths, {
      ...{ metric, alpha, resamples, key, metadata },
      columns: options.value("columns"),
      labels: options.value("labels"),
      percent: options.has("percent"),
    });
    for (const note of comparison.notes) io.err(`${note}\n`);
    if (options.has("json")) io.out(`${toJson(comparison)}\n`);
    else io.out(formatComparison(comparison, options.has("all-pairs")));
    if (out !== undefined)
      await writeFileWhole(out, formatCsv(comparisonColumns, comparisonRows(comparison)));
    return 0;
  },
};
