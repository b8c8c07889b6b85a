import { LabError, requireThat } from "../../core/errors.js";
import { isSummaryName } from "./case-names.js";
import { countFields, findField, splitColumn } from "./score-fields.js";
import type { FieldName } from "./score-fields.js";

/** What names a row, and where a metric and its value stand in a table that has one number a row. */
export type KeyRole = "case" | "patient" | "label" | "model" | "metric" | "value";

/** A column that holds a number. */
export interface ScoreColumn extends FieldName {
  at: number;
  /** Absent where the row names it. */
  structure?: string;
}

/** What the columns of a table hold. */
export interface ColumnRoles {
  keys: Partial<Record<KeyRole, number>>;
  scores: ScoreColumn[];
  /** Columns of which nothing is known. */
  others: number[];
  /** Weights, spreads and ends of intervals. */
  unused: number[];
  /** Facts of a case, such as an age. */
  ignored: number[];
}

/** Names by which columns are known, the first that is there counts; written without blanks, signs and capitals. */
export const keyNames: Readonly<Record<KeyRole, readonly string[]>> = {
  case: [
    ...[
      "case",
      "caseid",
      "casename",
      "caseidentifier",
      "subjectname",
      "subject",
      "subjectid",
      "imageid",
      "image",
    ],
    ...["scan", "scanid", "filename", "file", "bdmapid", "pantsid", "id", "name"],
  ],
  patient: ["patient", "patientid"],
  label: [
    "structure",
    "organ",
    "labelname",
    "name",
    "label",
    "class",
    "classname",
    "region",
    "roi",
    "target",
  ],
  model: ["model", "method", "algorithm", "network", "team"],
  metric: ["metric", "metricname", "measure"],
  value: ["value", "score"],
};
const roles = Object.keys(keyNames) as KeyRole[];

const spread =
  /^(weights?|se|sem|sd|std|stdev|stderr|standarderror|(ci|ci95|95ci)?(low|lower|high|upper|lo|hi|min|max)(ci|95|bound|limit)?|ci|ci95|95ci)$/;

/** Numbers that are facts of a case and no scores. */
const facts = /^(fold|age|sex|gender|seed|split|site|index|spacing|slices|time|times|runtime)$/;

/**
 * Finds what each column holds by its name, or as `columns` says: `case=Subject,label=Organ,dice=DSC`, with `patient`, `model`,
 * for one number a row `metric` and `value`, and for a column of one structure `dice:liver=Liver DSC`.
 *
 * @param name of the table, for messages.
 * @throws LabError for a part that is not of that form, and a column that the table does not have.
 */
export function findRoles(header: readonly string[], name: string, columns?: string): ColumnRoles {
  const keys: Partial<Record<KeyRole, number>> = {};
  const scores: ScoreColumn[] = [];
  const used = new Set<number>();
  for (const { role, field, structure, column } of parseColumns(columns ?? "")) {
    const at = header.indexOf(column);
    requireThat(at >= 0, `${name}, columns`, column, `one of ${header.filter((each) => each).join(", ")}`);
    used.add(at);
    if (role) keys[role] = at;
    else if (field) scores.push({ at, ...field, ...(structure === undefined ? {} : { structure }) });
  }
  const plain = header.map((column) => column.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ""));
  for (const role of roles) {
    if (keys[role] !== undefined) continue;
    // A column `value` or `score` without one that names the metric is like any other.
    if (role === "value" && keys.metric === undefined) continue;
    const found = keyNames[role]
      .map((known) => plain.findIndex((each, at) => each === known && !used.has(at)))
      .find((at) => at >= 0);
    if (found === undefined) continue;
    keys[role] = found;
    used.add(found);
  }
  // A table of patients has no other cases; a first column without a name is that of the row names.
  keys.case ??= keys.patient ?? (plain[0] === "" ? 0 : undefined);
  if (keys.case !== undefined) used.add(keys.case);
  requireThat(
    keys.case !== undefined,
    `${name}, header`,
    header,
    `a column that names the case: ${keyNames.case.slice(0, 6).join(", ")}, ...`,
    // MONAI's summary over cases has a row per class.
    keys.label !== undefined && header.some(isSummaryName)
      ? "A table that sums up cases cannot be compared by case: give the one with a row per case, of MONAI ..._raw.csv"
      : "Say which it is with --columns case=COLUMN (columns in code)",
  );

  const [others, unused, ignored]: number[][] = [[], [], []];
  const hasMasks = plain.includes("referenceml") && plain.includes("predictionml");
  header.forEach((column, at) => {
    if (used.has(at) || column === "") return;
    if (keyNames.label.includes(plain[at]) || keyNames.case.includes(plain[at])) return;
    if (spread.test(plain[at])) return void unused.push(at);
    if (facts.test(plain[at])) return void ignored.push(at);
    const field = findField(column);
    // In tables of others tp may count lesions, slices or patients.
    if (field && (hasMasks || !countFields.includes(field.field))) return void scores.push({ at, ...field });
    const part = field ? undefined : splitColumn(column);
    if (!part || countFields.includes(part.field)) return void others.push(at);
    const rest = part.structure.toLowerCase().replaceAll("_", "");
    if (spread.test(rest)) unused.push(at);
    else if (isSummaryName(part.structure)) others.push(at);
    else scores.push({ at, ...part });
  });
  return { keys, scores, others, unused, ignored };
}

interface ColumnChoice {
  role?: KeyRole;
  field?: FieldName;
  structure?: string;
  column: string;
}

function parseColumns(text: string): ColumnChoice[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part): ColumnChoice => {
    const [, left, column] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(part) ?? [];
    const role = roles.find((each) => each === left);
    if (role) return { role, column };
    const [metric, structure] = (left ?? "").split(/:(.*)/, 2);
    const field = findField(metric);
    if (field && structure !== "") return { field, structure, column };
    throw new LabError(
      "columns",
      part,
      `WHAT=COLUMN with ${roles.join(", ")}, a metric such as dice, or dice:liver for a column of one structure`,
    );
  });
}
