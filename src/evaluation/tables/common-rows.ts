import { LabError } from "../../core/errors.js";
import type { ScoreRow } from "../../metrics/evaluate.js";
import { metricInfo } from "../../metrics/metric.js";
import type { Metric } from "../../metrics/metric.js";
import { valuesSideBySide } from "../../metrics/paired-value.js";

/** Rows of models on the same cases and structures. */
export interface CommonRows {
  models: Record<string, ScoreRow[]>;
  /** What was left out, and how signed errors count; a sentence each. */
  notes: string[];
}

/**
 * What all models have scored: cases and structures that every one has rows of, in the order of the first model. An infinite
 * distance has no mean and is left out as missing. What is left out is told, with the models that lack it.
 *
 * @throws LabError where models share no case or no structure, or a model has no value of the metric.
 */
export function findCommonRows(
  models: Readonly<Record<string, readonly ScoreRow[]>>,
  metric: Metric,
): CommonRows {
  const names = Object.keys(models);
  for (const name of names) requireMetric(name, models[name], metric);
  const notes: string[] = [];
  const cases = commonOf(models, (row) => row.case, "case", "cases", notes);
  const structures = commonOf(models, (row) => row.name, "structure", "structures", notes);
  const indices = names.map((name) => indexRows(models[name]));
  const isCommon = ({ label, case: name }: ScoreRow): boolean =>
    indices.every((index) => index.get(label)?.has(name) === true);
  const order = models[names[0]].filter(isCommon);
  if (order.length === 0)
    throw new LabError("models", "no row that all have", "the same cases and structures in all of them");
  const all = new Map<number, Set<string>>();
  for (const index of indices)
    for (const [label, ofLabel] of index)
      for (const [name, row] of ofLabel)
        if (cases.has(name) && structures.has(row.name))
          all.set(label, (all.get(label) ?? new Set<string>()).add(name));
  const left = [...all.values()].reduce((sum, { size }) => sum + size, 0) - order.length;
  if (left > 0) notes.push(`${left} rows of a case and structure are not in every table and are left out`);
  const common = Object.fromEntries(
    names.map((name, k) => [
      name,
      order.map(({ label, case: each }) => {
        const row = indices[k].get(label)!.get(each)!;
        return Math.abs(row[metric]) === Infinity ? { ...row, [metric]: NaN } : row;
      }),
    ]),
  );
  requireSameReference(common);
  notes.push(...tellMissing(common, metric), ...tellInfinite(models, metric), ...tellSigned(metric));
  return { models: common, notes };
}

function indexRows(rows: readonly ScoreRow[]): Map<number, Map<string, ScoreRow>> {
  const index = new Map<number, Map<string, ScoreRow>>();
  for (const row of rows) {
    const ofLabel = index.get(row.label) ?? new Map<string, ScoreRow>();
    index.set(row.label, ofLabel.set(row.case, row));
  }
  return index;
}

function requireMetric(name: string, rows: readonly ScoreRow[], metric: Metric): void {
  if (rows.some((row) => !Number.isNaN(row[metric]))) return;
  const has = (["dice", "iou", "nsd", "hd95", "hd", "assd", "sensitivity", "precision"] as const).filter(
    (each) => rows.some((row) => !Number.isNaN(row[each])),
  );
  throw new LabError(
    name,
    has.length > 0 ? `values of ${has.join(", ")}` : "no value of any metric",
    `values of ${metric}`,
    has.length > 0
      ? "Choose with --metric, or name the column with --columns"
      : "Name the columns with --columns, such as case=Subject,label=Organ,dice=DSC",
  );
}

/** Where tables count voxels, those of the reference are the same in all. */
function requireSameReference(models: Readonly<Record<string, readonly ScoreRow[]>>): void {
  const [[first, rows], ...others] = Object.entries(models);
  for (const [model, theirs] of others)
    theirs.forEach((row, at) => {
      const [own, other] = [rows[at].tp + rows[at].fn, row.tp + row.fn];
      if (own !== other && !Number.isNaN(own + other))
        throw new LabError(
          `${model}, case ${row.case}, ${row.name}`,
          `a reference of ${other} voxels`,
          `${own} voxels, as in ${first}`,
          "Scores against different references are no comparison of models",
        );
    });
}

/** Values of a field that all models have; tells what the others are, and who lacks them. */
function commonOf(
  models: Readonly<Record<string, readonly ScoreRow[]>>,
  field: (row: ScoreRow) => string,
  one: string,
  many: string,
  notes: string[],
): Set<string> {
  const sets = Object.entries(models).map(([name, rows]) => ({ name, has: new Set(rows.map(field)) }));
  const all = new Set(sets.flatMap(({ has }) => [...has]));
  const common = new Set([...all].filter((value) => sets.every(({ has }) => has.has(value))));
  if (common.size === 0) {
    const [a, b] = [
      sets[0],
      sets.find(({ has }) => ![...has].some((each) => sets[0].has.has(each))) ?? sets[1],
    ];
    const some = (has: Set<string>): string => [...has].slice(0, 3).join(", ");
    throw new LabError(
      "models",
      `no ${one} that all have: ${a.name} has ${some(a.has)}, ${b.name} has ${some(b.has)}`,
      `the same ${many} in all of them`,
      one === "structure"
        ? "Name them alike with --labels, such as 1=liver,class0=liver (labels in code); where a column was taken for something else, say what it holds with --columns"
        : "Cases are compared by name",
    );
  }
  if (common.size < all.size) {
    const lacking = sets
      .map(({ name, has }) => ({ name, lacks: [...all].filter((value) => !has.has(value)) }))
      .filter(({ lacks }) => lacks.length > 0)
      .map(({ name, lacks }) => `${name} lacks ${lacks.length}, such as ${lacks[0]}`);
    notes.push(
      `${all.size - common.size} of ${all.size} ${many} are not in every table and are left out: ${shorten(lacking)}`,
    );
  }
  return common;
}

/** Which models have no value where others have one: left out for all of them, which flatters a model that failed there. */
function tellMissing(models: Readonly<Record<string, readonly ScoreRow[]>>, metric: Metric): string[] {
  const names = Object.keys(models);
  const [first] = Object.values(models);
  const lacks = new Map<string, number>();
  first.forEach((_, at) => {
    const values = valuesSideBySide(
      names.map((name) => models[name][at]),
      metric,
    );
    const without = names.filter((_, k) => Number.isNaN(values[k]));
    if (without.length === names.length) return;
    for (const name of without) lacks.set(name, (lacks.get(name) ?? 0) + 1);
  });
  if (lacks.size === 0) return [];
  const each = [...lacks].map(([name, n]) => `${name} ${n}`);
  return [
    `rows without a ${metric} from one model that another has are left out for all: ${shorten(each)}. Where an empty score stands for a structure that was missed, that flatters the model`,
  ];
}

function tellInfinite(models: Readonly<Record<string, readonly ScoreRow[]>>, metric: Metric): string[] {
  const each = Object.entries(models)
    .map(([name, rows]) => ({ name, n: rows.filter((row) => Math.abs(row[metric]) === Infinity).length }))
    .filter(({ n }) => n > 0)
    .map(({ name, n }) => `${name} ${n}`);
  return each.length === 0 ? [] : [`infinite values have no mean and are left out: ${shorten(each)}`];
}

/** A model with errors of -50 and 50 has a mean of 0 and is not the better one: without a word its place would be a riddle. */
function tellSigned(metric: Metric): string[] {
  const { better, displayName } = metricInfo[metric];
  return better === "zero"
    ? [
        `${displayName} is signed: places, gains and verdicts are of its distance from 0, case by case; means and their differences keep the sign`,
      ]
    : [];
}

function shorten(items: readonly string[]): string {
  return items.length <= 4
    ? items.join("; ")
    : `${items.slice(0, 3).join("; ")}; and ${items.length - 3} more`;
}
