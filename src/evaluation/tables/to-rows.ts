import { canonicalName } from "../../anatomy/organs.js";
import { LabError, requireThat } from "../../core/errors.js";
import { emptinessOf, findPolicy, resolveEmpty } from "../../metrics/empty.js";
import type { Emptiness } from "../../metrics/empty.js";
import type { ScoreRow } from "../../metrics/evaluate.js";
import { metricInfo } from "../../metrics/metric.js";
import type { Metric } from "../../metrics/metric.js";
import { scoreOverlap } from "../../metrics/overlap.js";
import type { Overlap } from "../../metrics/overlap.js";
import type { ScoreField, TableEntry } from "./table-entry.js";

/** How entries become rows. */
export interface RowOptions {
  /** Structures to take, by the name in the table, each with the name that it gets; default all, under their own. */
  names?: ReadonlyMap<string, string>;
  /** Values of shares are percentages. */
  percent?: boolean;
}

/**
 * Rows of `evaluateStudy` by model from entries of a table, none for a model without a structure asked for; the key is
 * `undefined` where the table names no model. What the table does not hold is `NaN`, but for overlaps and volume errors that
 * follow from its counts or volumes, with the policy `worst-case`; which mask is empty is `unknown` unless these say it.
 * Whether values are percentages is found for the table as a whole. Structures have the names of the anatomy tables where those know them. Labels are
 * numbered from 1 in the order of the structures; see `joinModels` for those of several tables.
 *
 * @param name of the table, for messages.
 * @param told notes for the reader are added here.
 * @throws LabError for a case and structure that occur twice, a value that no metric can have, and percentages that are
 *   not said to be some.
 */
export function toScoreRows(
  entries: readonly TableEntry[],
  name: string,
  options: RowOptions,
  told: string[],
): Map<string | undefined, ScoreRow[]> {
  const structures = new Map<string, Structure | undefined>();
  const byName = new Map<string, Structure>();
  const all: { entry: TableEntry; structure: Structure }[] = [];
  for (const entry of entries) {
    if (!structures.has(entry.structure)) {
      const called = nameOf(entry.structure, options.names);
      if (called !== undefined && !byName.has(called))
        byName.set(called, { name: called, label: byName.size + 1, placesOf: new Map() });
      structures.set(entry.structure, called === undefined ? undefined : byName.get(called));
    }
    const structure = structures.get(entry.structure);
    if (structure === undefined) continue;
    const places = structure.placesOf.get(entry.model) ?? new Map<string, number>();
    structure.placesOf.set(entry.model, places);
    const at = places.get(entry.case);
    if (at === undefined) {
      places.set(entry.case, all.length);
      all.push({ entry, structure });
      continue;
    }
    const before = all[at].entry;
    const again = Object.keys(entry.values).find((field) => field in before.values);
    if (again !== undefined)
      throw new LabError(
        name,
        `${again} of case ${entry.case}, ${structure.name} in ${before.where} and in ${entry.where}`,
        "each case and structure once",
        "A table of several models needs a column model; of a table with a row per lesion give the one with a row per case and structure",
        { kind: "bad-file" },
      );
    const patient = before.patient ?? entry.patient;
    all[at].entry = { ...before, patient, values: { ...before.values, ...entry.values } };
  }
  const scale = checkValues(
    all.map(({ entry }) => entry),
    name,
    options.percent ?? false,
    told,
  );
  const rows = new Map<string | undefined, ScoreRow[]>();
  for (const { model } of entries) if (!rows.has(model)) rows.set(model, []);
  for (const { entry, structure } of all) {
    const given = scale.size === 0 ? entry.values : rescale(entry.values, scale);
    const empty = emptinessIn(given);
    const worked = workOut(given, empty);
    // Written out, since tables may have 100,000 rows: what is copied from objects takes several times as long.
    rows.get(entry.model)!.push({
      case: entry.case,
      patient: entry.patient ?? entry.case,
      label: structure.label,
      name: structure.name,
      tp: given.tp ?? NaN,
      fp: given.fp ?? NaN,
      fn: given.fn ?? NaN,
      tn: given.tn ?? NaN,
      referenceMl: given.referenceMl ?? NaN,
      predictionMl: given.predictionMl ?? NaN,
      dice: given.dice ?? worked?.dice ?? NaN,
      iou: given.iou ?? worked?.iou ?? NaN,
      sensitivity: given.sensitivity ?? worked?.sensitivity ?? NaN,
      precision: given.precision ?? worked?.precision ?? NaN,
      volumeErrorMl: given.volumeErrorMl ?? worked?.volumeErrorMl ?? NaN,
      volumeErrorPercent: given.volumeErrorPercent ?? worked?.volumeErrorPercent ?? NaN,
      nsd: given.nsd ?? NaN,
      hd95: given.hd95 ?? NaN,
      hd: given.hd ?? NaN,
      assd: given.assd ?? NaN,
      toleranceMm: NaN,
      empty,
      policy: "as given",
      diagonalMm: given.diagonalMm ?? NaN,
      hasSurfaces: "nsd" in given || "hd95" in given || "hd" in given || "assd" in given,
    });
  }
  return rows;
}

function rescale(values: TableEntry["values"], scale: ReadonlyMap<ScoreField, number>): TableEntry["values"] {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, value * (scale.get(field as ScoreField) ?? 1)]),
  );
}

/** A structure of a table with the places of its cases among the entries, by model. */
interface Structure {
  name: string;
  label: number;
  placesOf: Map<string | undefined, Map<string, number>>;
}

/** What a structure is called: as the reader names it, else as the tables of organs and lesions do. */
function nameOf(found: string, names: RowOptions["names"]): string | undefined {
  if (names) return names.get(found) ?? names.get(canonicalName(found));
  return /^\d+(\+\d+)*$/.test(found) ? `label ${found}` : canonicalName(found);
}

function emptinessIn({ tp, fp, fn, referenceMl, predictionMl }: TableEntry["values"]): Emptiness {
  if (tp !== undefined && fp !== undefined && fn !== undefined && !Number.isNaN(tp + fp + fn))
    return emptinessOf({ tp, fp, fn });
  if (referenceMl === undefined || predictionMl === undefined) return "unknown";
  if (Number.isNaN(referenceMl + predictionMl)) return "unknown";
  return emptinessOf({ tp: 0, fp: predictionMl, fn: referenceMl });
}

/** What follows from counts or volumes; `undefined` where the table has neither. */
function workOut(given: TableEntry["values"], empty: Emptiness): Overlap | undefined {
  const { tp = NaN, fp = NaN, fn = NaN, referenceMl = NaN, predictionMl = NaN } = given;
  const hasCounts = !Number.isNaN(tp + fp + fn);
  const hasVolumes = !Number.isNaN(referenceMl + predictionMl);
  if (!hasCounts && !hasVolumes) return undefined;
  // Volumes stand in for counts in what asks for the sizes of the masks alone.
  const counts = hasCounts ? { tp, fp, fn } : { tp: 0, fp: predictionMl, fn: referenceMl };
  const overlap = scoreOverlap({ ...counts, referenceMl, predictionMl });
  if (!hasCounts) for (const name of ofCounts) overlap[name] = NaN;
  if (empty === "none") return overlap;
  const names: (keyof Overlap)[] = ["volumeErrorPercent"];
  if (hasCounts) names.push(...ofCounts);
  if (hasVolumes) names.push("volumeErrorMl");
  for (const name of names) overlap[name] = resolveEmpty(name, empty, worstCase, overlap[name], NaN);
  return overlap;
}

const ofCounts = ["dice", "iou", "sensitivity", "precision"] as const;
const worstCase = findPolicy("worst-case");

/** Refuses values that cannot be, and finds what percentages are multiplied by. */
function checkValues(
  entries: readonly TableEntry[],
  name: string,
  percent: boolean,
  told: string[],
): Map<ScoreField, number> {
  const scale = new Map<ScoreField, number>();
  const fields = new Set(entries.flatMap(({ values }) => Object.keys(values) as ScoreField[]));
  for (const field of fields) {
    const [least, most] = field in metricInfo ? metricInfo[field as Metric].bounds : [0, Infinity];
    const of = (entry: TableEntry): number => entry.values[field] ?? NaN;
    const above = entries.filter((entry) => of(entry) > most + rounding);
    if (most === 1 && above.length > 0) {
      const highest = above.reduce((a, b) => (of(b) > of(a) ? b : a));
      const isPercent = of(highest) <= 100 + rounding;
      if (!percent || !isPercent)
        throw new LabError(
          `${name}, ${highest.where}, ${highest.structure}`,
          of(highest),
          `a ${field} from 0 to 1`,
          isPercent
            ? "If these are percentages, say so with --percent (percent in code); if the column is no structure, name those that are with --labels"
            : "If the column is no structure, name those that are with --labels (labels in code)",
          { kind: "bad-file" },
        );
      scale.set(field, 0.01);
      told.push(`${field} is in percent and was divided by 100`);
    }
    const below = entries.find((entry) => of(entry) < least - rounding);
    const beyond = below ?? (most === 1 ? undefined : above[0]);
    requireThat(
      beyond === undefined,
      beyond ? `${name}, ${beyond.where}, ${beyond.structure}` : name,
      beyond && of(beyond),
      `a ${field} from ${least} to ${most}`,
      "",
      "bad-file",
    );
  }
  if (percent && scale.size === 0)
    told.push("holds no value above 1: it was read as shares, not as percentages");
  return scale;
}

/** What a sum of shares may come out beyond a bound. */
const rounding = 1e-6;
