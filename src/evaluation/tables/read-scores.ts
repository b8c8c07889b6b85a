import { canonicalName } from "../../anatomy/organs.js";
import { LabError, missingError, requireThat } from "../../core/errors.js";
import { isThere, readText, readTextIfThere } from "../../core/files.js";
import { readCohortMetadata } from "../../data/metadata.js";
import type { ScoreRow } from "../../metrics/evaluate.js";
import { listFolder, stat } from "../../platform/files.js";
import { basename, dirname, extname, join, resolve } from "../../platform/paths.js";
import { isImageName } from "./case-names.js";
import { joinModels } from "./join-models.js";
import { parseCsv } from "./parse-csv.js";
import { parsePanopticaLines } from "./parse-panoptica.js";
import { parseSummary, readPythonJson } from "./parse-summary.js";
import { metricOfFile } from "./score-fields.js";
import type { ParsedTable, ParseOptions } from "./table-entry.js";
import { toScoreRows } from "./to-rows.js";

/** How tables of scores are read. */
export interface ReadScoresOptions extends ParseOptions {
  /**
   * Structures to take, each with its name: `1=liver,class0=spleen,aorta`. Default all. Label values of nnU-Net are named by a
   * dataset.json beside its summary.json where there is one, and may be asked for by these names too.
   */
  labels?: string;
  /** Shares (Dice, NSD, ...) are percentages; default false. A table without a value above 1 is read as it is, and says so. */
  percent?: boolean;
  /** Table that says whose each case is (see `readCohortMetadata`); default the column patient, else each case for itself. */
  metadata?: string;
}

/** Scores of models, read from tables. */
export interface ScoreTables {
  /** Rows as `evaluateStudy` gives them, by model in the order of the tables; labels are numbered alike in all of them. */
  models: Record<string, ScoreRow[]>;
  /** What each table was taken for. */
  tables: { path: string; format: string; models: string[] }[];
  /** What a reader should know, a sentence each. */
  notes: string[];
}

/**
 * Reads tables of scores, one a model or one of several models with a column that names them, into rows as our own evaluation
 * gives them: `summary.json` of nnU-Net (both versions), MONAI's CSV, panoptica's TSV or JSON lines, what `tumorlab evaluate --out`
 * writes, and wide or long CSV of any other origin. A folder is its `summary.json`, or its tables taken together, such as
 * `dsc.csv` and `nsd.csv`.
 *
 * A model is called like its file, like its folder where files are named alike, or as `NAME=PATH` says.
 *
 * @throws LabError for a path that is not there or holds no table, two models of one name, and what `toScoreRows` refuses.
 */
export async function readScores(
  paths: readonly string[],
  options: ReadScoresOptions = {},
): Promise<ScoreTables> {
  const named = await Promise.all(paths.map(splitName));
  const modelNames = nameModels(named);
  const models = new Map<string, ScoreRow[]>();
  const tables: ScoreTables["tables"] = [];
  const notes: { path: string; note: string }[] = [];
  for (const [k, { path }] of named.entries()) {
    const parsed = await parsePath(path, options);
    requireThat(parsed.entries.length > 0, path, "no rows", "scores of one case at least", "", "bad-file");
    const beside = await namesBeside(path, parsed);
    const asked = options.labels === undefined ? undefined : parseNames(options.labels);
    const names = asked && beside ? chooseNames(asked, beside) : (asked ?? beside);
    const told = [...parsed.notes];
    const read = toScoreRows(parsed.entries, path, { ...options, names }, told);
    if (asked && [...read.values()].every((rows) => rows.length === 0))
      throw new LabError(
        path,
        [...new Set(parsed.entries.map(({ structure }) => beside?.get(structure) ?? structure))],
        `one of the structures asked for: ${[...asked.keys()].join(", ")}`,
      );
    for (const [model = modelNames[k], rows] of read) {
      requireThat(!models.has(model), path, model, "each model once", "Give it a name of its own: NAME=PATH");
      models.set(model, rows);
    }
    tables.push({
      path,
      format: parsed.format,
      models: [...read.keys()].map((model) => model ?? modelNames[k]),
    });
    notes.push(...[...new Set(told)].map((note) => ({ path, note })));
  }
  const facts = options.metadata === undefined ? undefined : await readCohortMetadata(options.metadata);
  const joined = joinModels(Object.fromEntries(models), (name) => facts?.get(name)?.patient);
  if (facts) {
    const cases = new Set([...models.values()].flatMap((rows) => rows.map((row) => row.case)));
    const known = [...cases].filter((name) => facts.get(name)?.patient !== undefined).length;
    if (known < cases.size)
      joined.notes.push(`${options.metadata} names the patient of ${known} of ${cases.size} cases`);
  }
  return { models: joined.models, tables, notes: [...gatherNotes(notes), ...joined.notes] };
}

/** `NAME=PATH`, or a path, which may have the sign in it. */
async function splitName(text: string): Promise<{ name?: string; path: string }> {
  const [, name, path] = /^([^=/\\]+)=(.+)$/s.exec(text) ?? [];
  return name === undefined || (await isThere(text)) ? { path: text } : { name, path };
}

/** File names where they differ, else those of the folders above, else paths. */
function nameModels(tables: readonly { name?: string; path: string }[]): string[] {
  const stem = (path: string): string => basename(resolve(path)).replace(/\.(csv|tsv|txt|json|jsonl)$/i, "");
  const ways = [stem, (path: string) => basename(dirname(resolve(path))), (path: string) => path];
  const unnamed = tables.filter(({ name }) => name === undefined).map(({ path }) => path);
  const way = ways.find((each) => new Set(unnamed.map(each)).size === unnamed.length) ?? ways[2];
  // One table alone that is called after a format says less than its folder.
  const isBare =
    unnamed.length > 0 && unnamed.every((path) => /^(summary|metrics|results)$/i.test(stem(path)));
  return tables.map(({ name, path }) => name ?? (way === stem && isBare ? ways[1] : way)(path));
}

async function parsePath(path: string, options: ReadScoresOptions): Promise<ParsedTable> {
  requireThat(await isThere(path), path, "nothing there", tableKinds, "", "missing-file");
  if (!(await stat(path)).isDirectory()) return parseFile(path, options);
  const names = (await listFolder(path)).map(({ name }) => name).sort();
  if (names.includes("summary.json")) return parseFile(join(path, "summary.json"), options);
  // Whose the scans are stands in metadata.csv, beside tables or label maps.
  const files = names.filter(
    (name) => /\.(csv|tsv|jsonl)$/i.test(name) && !/_summary\.\w+$|^metadata\.csv$/i.test(name),
  );
  if (files.length === 0 && names.some(isImageName)) refuseImages(path, "a folder of images");
  if (files.length === 0) throw missingError(`${path}, summary.json or *.csv`, tableKinds);
  // The other metrics of a comparison need no reading.
  const wanted = files.filter((name) => {
    const metric = metricOfFile(basename(name, extname(name)));
    return options.metric === undefined || metric === undefined || metric === options.metric;
  });
  const parsed: ParsedTable[] = [];
  for (const file of wanted.length > 0 ? wanted : files)
    parsed.push(await parseFile(join(path, file), options));
  return {
    format: [...new Set(parsed.map(({ format }) => format))].join(", "),
    entries: parsed.flatMap(({ entries }) => entries),
    notes: [...new Set(parsed.flatMap(({ notes }) => notes))],
  };
}

const tableKinds = "a table of scores: summary.json of nnU-Net, .csv, .tsv or .jsonl, or a folder with one";

function refuseImages(path: string, found: string): never {
  throw new LabError(path, found, tableKinds, "Score label maps first, with tumorlab evaluate --out", {
    kind: "bad-file",
  });
}

async function parseFile(path: string, options: ReadScoresOptions): Promise<ParsedTable> {
  if (isImageName(path)) refuseImages(path, "an image");
  const text = await readText(path, tableKinds);
  if (/\.jsonl$/i.test(path)) return parsePanopticaLines(text, path);
  return /^\s*\{/.test(text) ? parseSummary(text, path) : parseCsv(text, path, options);
}

/** Names of nnU-Net's label values and regions from the dataset.json beside its summary.json, as its predictions have one. */
async function namesBeside(path: string, { entries, format }: ParsedTable) {
  if (!format.startsWith("nnU-Net")) return undefined;
  const folder = (await stat(path)).isDirectory() ? path : dirname(path);
  const text = await readTextIfThere(join(folder, "dataset.json"), "nnU-Net's dataset.json");
  if (text === undefined) return undefined;
  const { labels } = readPythonJson(text, join(folder, "dataset.json"));
  if (typeof labels !== "object" || labels === null) return undefined;
  const names = new Map<string, string>();
  for (const [key, value] of Object.entries(labels)) {
    // Version 1 has names by value, version 2 values by name, a list of them for a region.
    const isByValue = /^\d+$/.test(key) && typeof value === "string";
    const values: unknown = isByValue ? key : value;
    names.set([values].flat().map(String).join("+"), canonicalName(isByValue ? value : key));
  }
  const nameOf = (value: string): string => names.get(value) ?? `label ${value}`;
  return new Map(
    [...new Set(entries.map(({ structure }) => structure))].map((structure) => [
      structure,
      names.get(structure) ?? structure.split("+").map(nameOf).join("+"),
    ]),
  );
}

/**
 * The names asked for, of structures that a dataset.json names: by the value in the table, else by that name. So in
 * `5+27=liver,liver` the first is meant where a table has it.
 */
function chooseNames(
  asked: ReadonlyMap<string, string>,
  beside: ReadonlyMap<string, string>,
): Map<string, string> {
  const names = new Map([...asked].filter(([found]) => beside.has(found)));
  const taken = new Set(names.values());
  for (const [value, called] of beside) {
    const name = asked.get(called);
    if (name !== undefined && !names.has(value) && !taken.has(name)) names.set(value, name);
  }
  return names;
}

function parseNames(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const part of text.split(",")) {
    const [, found, given] = /^\s*([^=]+?)\s*(?:=\s*([^=]+?)\s*)?$/.exec(part) ?? [];
    requireThat(found !== undefined, "labels", part, "names such as liver, or 1=liver for one in the table");
    requireThat(!names.has(found), "labels", text, `${found} once`);
    names.set(found, canonicalName(given ?? found));
    // A structure may be asked for by any of its names.
    if (given === undefined) names.set(canonicalName(found), canonicalName(found));
  }
  return names;
}

/** A note that many tables have, once. */
function gatherNotes(notes: readonly { path: string; note: string }[]): string[] {
  const paths = new Map<string, string[]>();
  for (const { path, note } of notes) paths.set(note, [...(paths.get(note) ?? []), path]);
  return [...paths].map(([note, [first, ...more]]) =>
    more.length === 0 ? `${first}: ${note}` : `${more.length + 1} tables, the first ${first}: ${note}`,
  );
}
