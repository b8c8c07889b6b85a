import { parseLabels } from "../anatomy/label-maps.js";
import { requireWritable } from "../core/files.js";
import { areNamed, chooseStructures } from "../evaluation/choose-structures.js";
import { tellCases } from "../evaluation/evaluate-study.js";
import { pairCases } from "../evaluation/pair-cases.js";
import { describePairNames, findPairNames } from "../evaluation/read-pair.js";
import { openGivenNames } from "../evaluation/study.js";
import { emptyPolicies, findPolicy } from "../metrics/empty.js";
import type { ScoreRow } from "../metrics/evaluate.js";
import { summarizeScores } from "../metrics/summary.js";
import type { SummaryRow } from "../metrics/summary.js";
import { describeMachine } from "../platform/machine.js";
import { createBar } from "./bar.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { evaluateAll } from "./evaluate-pool.js";
import { forceHelp, requireFree } from "./output.js";
import { formatTable } from "./table.js";
import { formatCsv, writeFileWhole } from "./write-file.js";

/** A case and label as `tumorlab evaluate` prints it. */
export interface EvaluatedCase {
  case: string;
  label: number;
  name: string;
  dice: number;
  iou: number;
  sensitivity: number;
  precision: number;
  nsd: number;
  hd95: number;
  hd: number;
  assd: number;
  tp: number;
  fp: number;
  fn: number;
  referenceMl: number;
  predictionMl: number;
}

const columns: readonly (keyof EvaluatedCase)[] = [
  "case",
  "label",
  "name",
  "dice",
  "iou",
  "sensitivity",
  "precision",
  "nsd",
  "hd95",
  "hd",
  "assd",
  "tp",
  "fp",
  "fn",
  "referenceMl",
  "predictionMl",
];

/** `tumorlab evaluate` */
export const evaluateCommand: Command = {
  name: "evaluate",
  summary: "Dice, surface distances and counts of predictions against references",
  usage: `tumorlab evaluate --reference FILE|DIR --prediction FILE|DIR [options]

  --labels 1=liver,2=tumor   labels to score (default: every label found)
  --label-map NAME|FILE.json names of label values where the files do not say them: abdomenatlas, totalsegmentator,
                             msd-liver, kits, panorama, or a file such as a dataset.json
  --reference-labels, --prediction-labels NAME|FILE.json
                             the same for one side, whatever its files say
  --tolerance-mm T           tolerance of the normalised surface Dice (default 2)
  --policy NAME              what an empty mask gives: ${Object.keys(emptyPolicies).join(", ")} (default worst-case)
  --out FILE.csv             also writes the rows as CSV
  --predicted-only           takes references without a prediction for none of the cases, not for failed ones
  --workers N                cases scored at the same time (default: one a core)
  --force                    ${forceHelp}
  --json                     prints {cases, failed, summary} as JSON; null is left out (an empty cell in CSV), an
                             infinite distance is "Infinity" in both

Folders are paired by case name: CASE.nii.gz, CASE_0000.nii.gz, CASE/segmentation.nii.gz, CASE/combined_labels.nii.gz or
CASE/segmentations/*.nii.gz. A case that has no partner, cannot be read or has another shape is listed as failed; the
others count, and the exit code is 1. Distances are in mm, volumes in ml.

Each side says on its own what its label values mean: masks by their names, else classes.json or dataset.json beside the label
maps, else --label-map, else the names of --labels, else a guess by the files' names, which is said. Both are compared by
structure, kidney_left and kidney_right as kidney where the other side has only that; masks are scored one by one as they
are. Where neither side says it, values are compared as they are; where only one does, the command ends. Predictions of
tumorlab predict are compared as the model's classes.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [
        "reference",
        "prediction",
        "labels",
        "label-map",
        "reference-labels",
        "prediction-labels",
        "tolerance-mm",
        "policy",
        "out",
        "workers",
      ],
      flags: ["predicted-only", "json", "force"],
    });
    if (options.positionals.length > 0)
      throw new UsageError(
        `unexpected ${options.positionals[0]}: name the files or folders with --reference and --prediction`,
      );
    const [reference, prediction] = ["reference", "prediction"].map((name) => {
      const path = options.value(name);
      if (path === undefined) throw new UsageError(`--${name} is missing`);
      return path;
    });
    const toleranceMm = options.number(
      "tolerance-mm",
      2,
      (mm) => mm >= 0 && Number.isFinite(mm),
      "millimetres from 0",
    );
    const isCount = (count: number): boolean => Number.isInteger(count) && count >= 1;
    const workers = options.number("workers", describeMachine().cores, isCount, "a whole number from 1");
    const { name: policy } = findPolicy(options.value("policy") ?? "worst-case");
    const labels = options.value("labels") === undefined ? undefined : parseLabels(options.value("labels")!);
    const given = await openGivenNames({
      labelMap: options.value("label-map"),
      referenceLabels: options.value("reference-labels"),
      predictionLabels: options.value("prediction-labels"),
    });

    const out = options.value("out");
    if (out !== undefined) {
      await requireFree([out], [reference, prediction], options.has("force"));
      await requireWritable(out);
    }

    const { pairs: tasks, failed } = await pairCases(reference, prediction, {
      predictedOnly: options.has("predicted-only"),
    });
    const own = labels && areNamed(labels) ? { both: labels } : {};
    const names = await findPairNames({ reference, prediction }, tasks, { ...own, ...given });
    if (tasks.length > 0) for (const note of describePairNames(names)) io.err(`${note}\n`);
    const settings = { ...names, labels: labels && chooseStructures(labels, names), toleranceMm, policy };
    const bar = createBar("evaluate", io);
    const results = await evaluateAll(tasks, settings, workers, {
      progress: (update) => bar.update(update),
      signal: io.signal,
    });
    bar.end();

    const all = results.flatMap((result) => ("rows" in result ? result.rows : []));
    // A label map names structures that no case has; only labels that were asked for are kept without a voxel.
    const seen = new Set(all.filter(({ empty }) => empty !== "both").map(({ label }) => label));
    const rows = labels ? all : all.filter(({ label }) => seen.has(label));
    const notes = new Map<string, string[]>();
    for (const result of results)
      for (const note of "notes" in result ? result.notes : [])
        notes.set(note, [...(notes.get(note) ?? []), result.case]);
    for (const note of tellCases(notes)) io.err(`${note}\n`);
    for (const result of results)
      if ("reason" in result) failed.push({ case: result.case, reason: result.reason });
    failed.sort((a, b) => (a.case < b.case ? -1 : a.case > b.case ? 1 : 0));
    const cases = rows.map(toCase);
    const summary = summarizeScores(rows);
    if (options.has("json")) io.out(`${toJson({ cases, failed, summary })}\n`);
    else if (cases.length > 0) io.out(formatReport(cases, summary));
    else io.out(`Nothing to score: ${failed.length > 0 ? "every case failed" : "no label in either map"}.\n`);
    for (const { case: name, reason } of failed) io.err(`${name}: ${reason}\n`);
    if (out !== undefined) await writeFileWhole(out, formatCsv(columns, cases));
    return failed.length > 0 ? 1 : 0;
  },
};

function toCase(row: ScoreRow): EvaluatedCase {
  const {
    label,
    name,
    dice,
    iou,
    sensitivity,
    precision,
    nsd,
    hd95,
    hd,
    assd,
    tp,
    fp,
    fn,
    referenceMl,
    predictionMl,
  } = row;
  const scores = { dice, iou, sensitivity, precision, nsd, hd95, hd, assd };
  return { case: row.case, label, name, ...scores, tp, fp, fn, referenceMl, predictionMl };
}

function formatReport(cases: readonly EvaluatedCase[], summary: readonly SummaryRow[]): string {
  const header = ["case", "label", "Dice", "NSD", "HD95 mm", "ASSD mm", "reference ml", "prediction ml"];
  const rows = cases.map((row) => [
    row.case,
    row.name,
    row.dice,
    row.nsd,
    row.hd95,
    row.assd,
    row.referenceMl,
    row.predictionMl,
  ]);
  const shown = summary.filter(({ metric }) => ["dice", "nsd", "hd95"].includes(metric));
  const means = shown.map(({ name, metric, n, mean, median, interval, excluded }) => [
    name,
    metric,
    n,
    mean,
    median,
    interval.low,
    interval.high,
    excluded.map((each) => `${each.n} left out: ${each.reason}`).join("; "),
  ]);
  const summaryHeader = ["label", "metric", "n", "mean", "median", "95 % from", "to", ""];
  return `${formatTable(header, rows)}\n\n${formatTable(summaryHeader, means)}\n`;
}
