import { LabError, requireThat } from "../../core/errors.js";
import { readSpelled } from "../../core/missing.js";
import { caseOfCell } from "./case-names.js";
import { countFields, findField } from "./score-fields.js";
import type { ParsedTable, TableEntry } from "./table-entry.js";

const form = "nnU-Net's summary.json, with metric_per_case (version 2) or results.all (version 1)";

/**
 * Reads nnU-Net's `summary.json`: version 2 has `metric_per_case` with voxel counts, version 1 `results.all` with the sums of
 * voxels, from which the counts follow. Structures are named by their label value, regions by their values with `+`. The
 * background (label 0) is left out.
 *
 * @throws LabError for JSON that is damaged or something else, naming the field.
 */
export function parseSummary(text: string, name: string): ParsedTable {
  const root = readPythonJson(text, name);
  const { metric_per_case: second, results } = root;
  const first = isObject(results) ? results.all : undefined;
  const isSecond = Array.isArray(second);
  requireThat(isSecond || Array.isArray(first), name, Object.keys(root), form, "", "bad-file");
  const notes = new Set<string>();
  const cases = (isSecond ? second : first) as unknown[];
  const entries = cases.flatMap((each, k): TableEntry[] => {
    const where = `case ${k + 1}`;
    requireThat(isObject(each), `${name}, ${where}`, each, "an object", "", "bad-file");
    const { reference_file, prediction_file, reference, test, metrics, ...others } = each;
    const file = [reference_file, reference, prediction_file, test].find((path) => typeof path === "string");
    requireThat(
      typeof file === "string",
      `${name}, ${where}`,
      Object.keys(each),
      "the path of its reference or prediction",
      "",
      "bad-file",
    );
    const labels = isSecond ? metrics : others;
    requireThat(isObject(labels), `${name}, ${where}, metrics`, labels, "numbers by label", "", "bad-file");
    return Object.entries(labels).flatMap(([label, numbers]): TableEntry[] => {
      if (label === "0") {
        notes.add("label 0 is the background and not read");
        return [];
      }
      const place = `${name}, ${where}, label ${label}`;
      requireThat(isObject(numbers), place, numbers, "numbers by metric", "", "bad-file");
      return [
        {
          case: caseOfCell(file),
          structure: nameOfRegion(label),
          where,
          values: isSecond ? readCounts(numbers, place) : readTotals(numbers, place),
        },
      ];
    });
  });
  return { format: `nnU-Net's summary.json, version ${isSecond ? 2 : 1}`, entries, notes: [...notes] };
}

/** JSON as Python writes it, where NaN and Infinity stand bare. */
export function readPythonJson(text: string, name: string): Record<string, unknown> {
  const plain = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : token.endsWith("NaN") ? "null" : `"${token}"`,
  );
  let root: unknown;
  try {
    root = JSON.parse(plain);
  } catch (error) {
    throw new LabError(name, (error as Error).message, "sound JSON", "Is the file whole?", {
      cause: error,
      kind: "bad-file",
    });
  }
  requireThat(isObject(root), name, root, "a JSON object", "", "bad-file");
  return root;
}

/** Fields that a record of numbers names, `NaN` for null; other names are passed over. */
export function readFields(numbers: Record<string, unknown>, place: string): TableEntry["values"] {
  const values: TableEntry["values"] = {};
  for (const [key, given] of Object.entries(numbers)) {
    const found = findField(key);
    if (!found) continue;
    const value = readSpelled(given);
    requireThat(typeof value === "number", `${place}, ${key}`, given, "a number or null", "", "bad-file");
    values[found.field] = value * found.factor;
  }
  return values;
}

/** Version 2 counts voxels as TP, FP, FN and TN. */
const readCounts = readFields;

/** Version 1 gives the voxels of both masks; with Dice the overlap follows: 2 TP = Dice (reference + prediction). */
function readTotals(numbers: Record<string, unknown>, place: string): TableEntry["values"] {
  const values = readFields(numbers, place);
  for (const field of countFields) delete values[field];
  const [reference, prediction] = ["Total Positives Reference", "Total Positives Test"].map((key) =>
    readSpelled(numbers[key]),
  );
  if (typeof reference !== "number" || typeof prediction !== "number") return values;
  const both = reference + prediction;
  const tp = both === 0 ? 0 : Math.round(((values.dice ?? NaN) * both) / 2);
  return Number.isNaN(both + tp) ? values : { ...values, tp, fp: prediction - tp, fn: reference - tp };
}

/** `(1, 2)`, a region of nnU-Net, as `1+2`. */
function nameOfRegion(label: string): string {
  const values = /^\(([\d,\s]+)\)$/.exec(label);
  return values
    ? values[1]
        .split(/[,\s]+/)
        .filter((value) => value !== "")
        .join("+")
    : label;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
