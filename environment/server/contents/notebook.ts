import { parseOuterJson } from "../../ipynb/json.js";
import { upgradeNotebook } from "../../ipynb/upgrade.js";
import { HttpError } from "../http/errors.js";
import { findJsonFault } from "./json-error.js";

/** A cell of a notebook, as in nbformat 4. */
export interface NotebookCell {
  cell_type: string;
  metadata: Record<string, unknown>;
  source: string | string[];
  outputs?: Record<string, unknown>[];
  attachments?: Record<string, Record<string, unknown>>;
  [name: string]: unknown;
}

/** A notebook, as in nbformat 4. */
export interface Notebook {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
  [name: string]: unknown;
}

/** A notebook without cells. */
export function createNotebook(): Notebook {
  return { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

/**
 * Reads the text of an .ipynb file. An empty file is an empty notebook; formats 2 and 3 and small faults of format 4 are
 * put right (see {@link upgradeNotebook}).
 *
 * @param path named in errors
 * @throws HttpError 400 with line and column, or with the cell that is wrong
 */
export function parseNotebook(text: string, path: string): Notebook {
  const plain = text.replace(/^\ufeff/, "");
  if (plain.trim() === "") return createNotebook();
  let value: unknown;
  try {
    value = parseOuterJson(plain);
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(path, error.message);
    const fault = findJsonFault(plain);
    const place = fault ? `line ${fault.line}, column ${fault.column}: ${fault.reason}` : "unknown place";
    throw unreadable(path, `it is not JSON at ${place}`);
  }
  return requireNotebook(upgradeNotebook(value), path);
}

/** Checks that a value is a notebook of nbformat 4. Throws a 400 {@link HttpError} that says what is wrong. */
export function requireNotebook(value: unknown, path: string): Notebook {
  if (!isRecord(value)) throw unreadable(path, "it is not a JSON object");
  const { cells, nbformat, metadata = {}, nbformat_minor = 0 } = value;
  if (nbformat !== 4) throw unreadable(path, `its nbformat is ${JSON.stringify(nbformat)}, this lab reads 4`);
  if (typeof nbformat_minor !== "number") throw unreadable(path, "its nbformat_minor is not a number");
  if (!isRecord(metadata)) throw unreadable(path, "its metadata is not an object");
  if (!isList(cells)) throw unreadable(path, "it has no list of cells");
  cells.forEach((cell, index) => {
    const reject = (what: string) => unreadable(path, `cell ${index + 1} ${what}`);
    if (!isRecord(cell)) throw reject("is not an object");
    if (typeof cell.cell_type !== "string") throw reject("has no cell_type");
    if (!isText(cell.source)) throw reject("has no source text");
    if (cell.metadata !== undefined && !isRecord(cell.metadata))
      throw reject("has metadata that is not an object");
    if (cell.outputs !== undefined && !(isList(cell.outputs) && cell.outputs.every(isRecord)))
      throw reject("has outputs that are not a list of objects");
    cell.metadata ??= {};
  });
  return { ...value, cells: cells as NotebookCell[], metadata, nbformat, nbformat_minor };
}

/** A copy in the shape front ends work with: texts in one piece. */
export function joinTexts(notebook: Notebook): Notebook {
  const isJoined = (type: string) => !/[/+]json$/.test(type);
  return mapTexts(notebook, isJoined, (text) => (Array.isArray(text) ? text.join("") : text));
}

/**
 * The text of a notebook's file, made for git: sorted names, one space a level, texts as lists of lines, no state of
 * this session (`trusted`, `transient`, the signature of old formats), a newline at the end.
 */
export function formatNotebook(notebook: Notebook): string {
  const split = splitTexts(notebook);
  const { orig_nbformat: _, orig_nbformat_minor: __, signature: ___, ...metadata } = split.metadata;
  const cells = split.cells.map((cell) => {
    const { trusted: _trusted, ...cellMetadata } = cell.metadata;
    const outputs = cell.outputs?.map(({ transient: _transient, ...output }) => output);
    return { ...cell, metadata: cellMetadata, ...(outputs ? { outputs } : {}) };
  });
  return `${JSON.stringify(sortNames({ ...split, cells, metadata }), null, 1)}\n`;
}

/**
 * One text for what a cell shows and does, the same before saving and after reading: what a signature is made of.
 */
export function formatForSignature(cell: NotebookCell): string {
  const [split] = splitTexts({ ...createNotebook(), cells: [cell] }).cells;
  const { cell_type, source, attachments = {} } = split;
  const outputs = split.outputs?.map(({ transient: _transient, ...output }) => output) ?? [];
  return JSON.stringify(sortNames({ cell_type, source, attachments, outputs }));
}

/** Lines with their line ends; an empty text has none. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function splitTexts(notebook: Notebook): Notebook {
  return mapTexts(notebook, isTextType, (text) => (typeof text === "string" ? splitLines(text) : text));
}

/** Applies `map` to sources, streams and the parts of bundles whose type passes `isMapped`. */
function mapTexts(
  notebook: Notebook,
  isMapped: (type: string) => boolean,
  map: (text: string | string[]) => string | string[],
): Notebook {
  const mapBundle = (bundle: unknown) =>
    isRecord(bundle)
      ? mapValues(bundle, (value, type) => (isText(value) && isMapped(type) ? map(value) : value))
      : bundle;
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: map(cell.source),
    ...(cell.attachments
      ? { attachments: mapValues(cell.attachments, (bundle) => mapBundle(bundle) as Record<string, unknown>) }
      : {}),
    ...(cell.outputs
      ? {
          outputs: cell.outputs.map((output) => ({
            ...output,
            ...(output.data === undefined ? {} : { data: mapBundle(output.data) }),
            ...(isText(output.text) ? { text: map(output.text) } : {}),
          })),
        }
      : {}),
  }));
  return { ...notebook, cells };
}

/** Types whose value nbformat keeps as lines; pictures in base64 and JSON stay as they are. */
function isTextType(type: string): boolean {
  return type.startsWith("text/") || type === "application/javascript" || type === "image/svg+xml";
}

function sortNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortNames);
  if (!isRecord(value)) return value;
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(names.map((name) => [name, sortNames(value[name])]));
}

function mapValues<T>(record: Record<string, T>, map: (value: T, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isText(value: unknown): value is string | string[] {
  return (
    typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"))
  );
}

function unreadable(path: string, what: string): HttpError {
  return new HttpError(400, `Unreadable notebook ${path}: ${what}. The file is left as it is.`, {
    reason: "unreadable",
  });
}
