import { parseLabels } from "../anatomy/label-maps.js";
import { LabError } from "../core/errors.js";
import { requireWritable } from "../core/files.js";
import { caseForms } from "../data/case-files.js";
import { detectionColumns, detectionRows } from "../evaluation/detection-rows.js";
import { evaluateProbabilities } from "../evaluation/evaluate-probabilities.js";
import { evaluateStudy } from "../evaluation/evaluate-study.js";
import { lesionColumns, lesionRows } from "../evaluation/lesion-rows.js";
import { scoreColumns, scoreRows } from "../evaluation/score-rows.js";
import type { ScoredCase } from "../evaluation/score-rows.js";
import { openStudy } from "../evaluation/study.js";
import { emptyPolicies, findPolicy } from "../metrics/empty.js";
import { parseLesionMatch } from "../metrics/lesion-rule.js";
import type { LesionMatch } from "../metrics/lesion-rule.js";
import { summarizeLesions } from "../metrics/lesion-summary.js";
import { findLibraries, libraryDefinitions } from "../metrics/libraries/definitions.js";
import { metricInfo } from "../metrics/metric.js";
import { summarizePatients } from "../metrics/patient-summary.js";
import { summarizeScores } from "../metrics/summary.js";
import type { SummaryRow } from "../metrics/summary.js";
import { describeMachine } from "../platform/machine.js";
import { meanIntervalMethods } from "../stats/choose-interval.js";
import type { MeanIntervalMethod } from "../stats/coverage-row.js";
import { describeInterval, intervalMethodNames } from "../stats/describe-interval.js";
import { createBar } from "./bar.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { formatDetection } from "./detection-table.js";
import { formatLibraries } from "./library-table.js";
import { forceHelp, requireFree } from "./output.js";
import { formatProbabilities } from "./probability-text.js";
import { readingHelp, readingOptions, readReading } from "./reading.js";
import { formatTable } from "./table.js";
import { formatCsv, writeFileWhole } from "./write-file.js";

/** `tumorlab evaluate` */
export const evaluateCommand: Command = {
  name: "evaluate",
  summary: "Dice, surface distances and counts of predictions against references",
  usage: `tumorlab evaluate --reference FILE|DIR --prediction FILE|DIR [options]

  --labels 1=liver,2=tumor   labels to score (default: every label found); those that no case has are reported
  --label-map NAME|FILE.json names of label values where the files do not say them: abdomenatlas, totalsegmentator,
                             msd-liver, kits, panorama, or a file such as a dataset.json
  --reference-labels, --prediction-labels NAME|FILE.json
                             the same for one side, whatever its files say
  --tolerance-mm T           tolerance of the normalised surface Dice (default 2)
  --policy NAME              what an empty mask gives: ${Object.keys(emptyPolicies).join(", ")} (default worst-case)
  ${readingHelp(29)}
  --metadata FILE.csv        whose scan each case is (columns case and patient); default metadata.csv in the folder of the
                             references, where there is one. Intervals are over patients
  --interval METHOD          of means: ${meanIntervalMethods.join(", ")} (default: the narrowest whose coverage was
                             measured to be enough for so many patients). Distances have no bounds and no gaffke
  --regions                  scores each organ together with its lesions instead of the organ alone, as LiTS and KiTS do:
                             liver is liver + lesions, kidney is kidney + tumors + cysts
  --lesions RULE             when a lesion is found: overlap (default), or iou, greedy or optimal with the least IoU, such as
                             greedy:0.1 (default 0.5). The last two pair lesions one to one, as F1 and panoptic
                             quality ask for
  --called-above-ml V        a patient is called positive above this predicted volume (default 0: one voxel is enough)
  --as LIBRARY|all           also prints what monai, surface-distance, panoptica or metrics-reloaded give for the same pairs by
                             their own definitions, which are printed with them
  --out FILE.csv             also writes the rows as CSV, one per case and label
  --lesions-out FILE.csv     also writes the lesions of both sides, one row each
  --detection-out FILE.csv   also writes the detection of lesions and patients, one row per label and for all
  --probabilities DIR        also AUC of patients, FROC and calibration of the lesions, from the maps that tumorlab predict
                             --probabilities writes: CASE/NAME.nii.gz, or CASE.nii.gz where one label is a lesion
  --at-sensitivity P         with --probabilities: share of lesions and of patients for which a threshold is searched (default
                             0.9)
  --predicted-only           skips references that have no prediction (default: lists them as failed)
  --workers N                cases scored at the same time (default: one per core)
  --force                    ${forceHelp}
  --json                     prints {cases, failed, summary, lesions, detection, patients} as JSON, with --as also as, with
                             --probabilities also probabilities; null is left out (an empty cell in CSV), an infinite
                             distance is "Infinity" in both

Folders are paired by case name:
${caseForms.join("\n")}
A case that has no partner, cannot be read or has another shape is listed as failed; the
others count, and the exit code is 1. Distances are in mm, volumes in ml. Every case has a row for every label that any case
has. Labels named as lesions or tumors are also compared lesion by lesion, by size and for those below 20 mm (diameter of
the ball of their volume), and patient by patient: sensitivity is the share of patients with a lesion who are called,
specificity that of patients without one who are not.

Each side says on its own what its label values mean: masks by their names, else classes.json or dataset.json beside the label
maps, else --label-map, else the names of --labels, else a guess by the files' names; the output says so. Both are compared by
structure, kidney_left and kidney_right as kidney where the other side has only that; masks are scored one by one as they
are. If neither side says it, values are compared as they are; if only one does, the command ends. Predictions of
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
        "metadata",
        "interval",
        "out",
        "lesions",
        "called-above-ml",
        "as",
        "lesions-out",
        "detection-out",
        "probabilities",
        "at-sensitivity",
        "workers",
        ...readingOptions,
      ],
      flags: ["predicted-only", "regions", "json", "force"],
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
    const method = readMethod(options.value("interval"));
    const metadata = options.value("metadata");
    const match = readLesionRule(options.value("lesions") ?? "overlap");
    const aboveMl = options.number("called-above-ml", 0, (ml) => ml >= 0, "a volume from 0 ml");
    const as = options.value("as");
    const libraries = as === undefined ? [] : findLibraries(as);
    const share = (p: number): boolean => p > 0 && p <= 1;
    const sensitivity = options.number("at-sensitivity", 0.9, share, "above 0 and at most 1");
    const maps = options.value("probabilities");
    if (maps === undefined && options.value("at-sensitivity") !== undefined)
      throw new UsageError("--at-sensitivity is for --probabilities: without maps no threshold is sought");
    const [out, lesionsOut, detectionOut] = ["out", "lesions-out", "detection-out"].map((name) =>
      options.value(name),
    );
    const outputs = [out, lesionsOut, detectionOut].filter((path) => path !== undefined);
    const names = ["label-map", "reference-labels", "prediction-labels"].map((name) => options.value(name));
    await requireFree(outputs, [reference, prediction, maps, metadata, ...names], options.has("force"));
    for (const path of outputs) await requireWritable(path);

    const study = await openStudy({
      reference,
      prediction,
      labels,
      metadata,
      labelMap: options.value("label-map"),
      referenceLabels: options.value("reference-labels"),
      predictionLabels: options.value("prediction-labels"),
      predictedOnly: options.has("predicted-only"),
      reading: readReading(options),
    });
    for (const note of study.notes ?? []) io.err(`${note}\n`);
    const bar = createBar("evaluate", io);
    const {
      rows,
      lesions,
      libraries: others,
      failed,
      notes,
    } = await evaluateStudy(study, {
      toleranceMm,
      policy,
      match,
      regions: options.has("regions"),
      libraries,
      workers,
      progress: (update) => bar.update(update),
      signal: io.signal,
    });
    const likely =
      maps === undefined
        ? undefined
        : await evaluateProbabilities(study, maps, {
            sensitivity,
            progress: (update) => bar.update(update),
            signal: io.signal,
          });
    bar.end();

    for (const note of notes) io.err(`${note}\n`);
    const cases = scoreRows(rows);
    const summary = summarizeScores(rows, { interval: { method } });
    const detection = summarizeLesions(lesions);
    const patients = (["any", "located"] as const).flatMap((rule) =>
      summarizePatients(lesions, { rule, aboveMl }),
    );
    const beside =
      libraries.length === 0
        ? {}
        : { as: { definitions: libraries.map((name) => libraryDefinitions[name]), rows: others } };
    const more = [...formatDetection(detection, patients), ...formatLibraries(rows, others, libraries)];
    const probabilities = likely?.classes;
    // A case that could not be scored is told of once.
    const told = new Set(failed.map((each) => each.case));
    failed.push(...(likely?.failed ?? []).filter((each) => !told.has(each.case)));
    const report = { cases, failed, summary, lesions, detection, patients, probabilities, ...beside };
    if (options.has("json")) io.out(`${toJson(report)}\n`);
    else if (cases.length > 0) io.out(formatReport(cases, summary, more));
    else io.out(`Nothing to score: ${failed.length > 0 ? "every case failed" : "no label in either map"}.\n`);
    if (probabilities && !options.has("json")) io.out(`\n${formatProbabilities(probabilities)}\n`);
    for (const { case: name, reason } of failed) io.err(`${name}: ${reason}\n`);
    if (out !== undefined) await writeFileWhole(out, formatCsv(scoreColumns, cases));
    if (lesionsOut !== undefined)
      await writeFileWhole(lesionsOut, formatCsv(lesionColumns, lesionRows(lesions)));
    if (detectionOut !== undefined)
      await writeFileWhole(detectionOut, formatCsv(detectionColumns, detectionRows(detection, patients)));
    return failed.length > 0 ? 1 : 0;
  },
};

function readLesionRule(text: string): LesionMatch {
  try {
    return parseLesionMatch(text);
  } catch (error) {
    if (error instanceof LabError) throw new UsageError(`--lesions is ${text}, expected ${error.expected}`);
    throw error;
  }
}

function readMethod(name: string | undefined): MeanIntervalMethod | undefined {
  if (name === undefined) return undefined;
  const method = meanIntervalMethods.find((each) => each === name);
  if (method === undefined)
    throw new UsageError(`--interval is ${name}, expected ${meanIntervalMethods.join(", ")}`);
  return method;
}

function formatReport(
  cases: readonly ScoredCase[],
  summary: readonly SummaryRow[],
  more: readonly string[],
): string {
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
    Number.isNaN(interval.low) ? "" : intervalMethodNames[interval.method],
    excluded.map((each) => `${each.n} left out: ${each.reason}`).join("; "),
  ]);
  const summaryHeader = ["label", "metric", "n", "mean", "median", "95 % from", "to", "by", ""];
  const tables = [
    formatTable(header, rows),
    formatTable(summaryHeader, means),
    describeIntervals(shown),
    ...more,
  ];
  return `${tables.join("\n\n")}\n`;
}

/** What the intervals of the table are, each kind once with the metrics that have it. */
function describeIntervals(shown: readonly SummaryRow[]): string {
  const metricsOf = new Map<string, Set<string>>();
  for (const { metric, interval } of shown) {
    const words = describeInterval(interval);
    metricsOf.set(words, (metricsOf.get(words) ?? new Set()).add(metricInfo[metric].displayName));
  }
  return [...metricsOf].map(([words, metrics]) => `${[...metrics].join(", ")}: ${words}.`).join("\n");
}
