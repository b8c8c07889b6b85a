import { LabError, describeValue } from "tumorlab/internal/core/errors";
import { parseOuterJson } from "../ipynb/json.js";
import { upgradeNotebook } from "../ipynb/upgrade.js";

/** A MIME bundle with its texts joined: `text/...` and pictures are strings, `...+json` any JSON value. */
export type MimeBundle = Record<string, unknown>;

export interface StreamOutput {
  output_type: "stream";
  name: "stdout" | "stderr";
  text: string;
}

export interface DisplayOutput {
  output_type: "display_data";
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

export interface ResultOutput {
  output_type: "execute_result";
  data: MimeBundle;
  metadata: Record<string, unknown>;
  execution_count: number | null;
}

export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

interface CellBase {
  /** Unique in the notebook, 1 to 64 of `A-Z a-z 0-9 _ -`. */
  id: string;
  source: string;
  metadata: Record<string, unknown>;
}

export interface CodeCell extends CellBase {
  cell_type: "code";
  execution_count: number | null;
  outputs: Output[];
}

export interface MarkdownCell extends CellBase {
  cell_type: "markdown";
  /** Pictures by file name, as the text refers to them with `attachment:NAME`. */
  attachments?: Record<string, MimeBundle>;
}

/** Text for converters; the lab shows it as it is. */
export interface RawCell extends CellBase {
  cell_type: "raw";
  attachments?: Record<string, MimeBundle>;
}

export type Cell = CodeCell | MarkdownCell | RawCell;

/** A notebook of format 4, every multi-line string joined. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
}

/** The tags of a cell; an empty list when it has none. */
export function tagsOf(cell: Cell): readonly string[] {
  const tags = cell.metadata.tags;
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
}

/**
 * Reads the text of an `.ipynb` file.
 *
 * Formats 2 and 3 and small faults of format 4 are put right as {@link upgradeNotebook} says; cells without an id
 * (formats before 4.5) get one from their position, so that reading twice gives the same.
 *
 * @param name the file's name for error messages.
 * @throws LabError that names the file and the place in it when the text is not JSON, not a notebook of
 *   formats 2 to 4 or holds a field of the wrong kind.
 */
export function parseNotebook(text: string, name: string): Notebook {
  const file = upgradeNotebook(parseJson(text, name), { everyId: true });
  const reader = createReader(name);
  const root = reader.object(file, "");
  if (root.nbformat !== 4) {
    throw new LabError(
      name,
      { nbformat: root.nbformat },
      "a notebook of format 4, or of 2 or 3, which are converted",
      "Let the program that made it save it as format 4",
    );
  }
  const cells = reader.list(root.cells, "cells").map((value, index) => parseCell(reader, value, index));
  return { cells, metadata: reader.object(root.metadata ?? {}, "metadata") };
}

function parseJson(text: string, name: string): unknown {
  try {
    return parseOuterJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    if (error instanceof RangeError)
      throw new LabError(name, text.slice(0, 60), "a notebook", error.message, { cause: error });
    const conflict = /^(<{7}|={7}|>{7})/m.test(text);
    throw new LabError(
      name,
      text.slice(0, 60),
      "a notebook in JSON",
      conflict
        ? "It holds the marks of a merge conflict: take one side with git checkout --ours or --theirs"
        : `It breaks off or is damaged: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function parseCell(reader: Reader, value: unknown, index: number): Cell {
  const at = `cells[${index}]`;
  const cell = reader.object(value, at);
  const base: CellBase = {
    // The upgrade has seen to it that there is one, and no other cell has it.
    id: reader.text(cell.id, `${at}.id`),
    source: reader.text(cell.source, `${at}.source`),
    metadata: reader.object(cell.metadata ?? {}, `${at}.metadata`),
  };
  if (cell.cell_type === "code") {
    const count = cell.execution_count ?? null;
    if (count !== null && typeof count !== "number") {
      throw reader.refuse(`${at}.execution_count`, count, "a number or null");
    }
    const outputs = reader
      .list(cell.outputs ?? [], `${at}.outputs`)
      .map((output, position) => parseOutput(reader, output, `${at}.outputs[${position}]`));
    return { ...base, cell_type: "code", execution_count: count, outputs };
  }
  if (cell.cell_type === "markdown" || cell.cell_type === "raw") {
    const text: MarkdownCell | RawCell = { ...base, cell_type: cell.cell_type };
    if (cell.attachments !== undefined) {
      const attachments = reader.object(cell.attachments, `${at}.attachments`);
      text.attachments = Object.fromEntries(
        Object.entries(attachments).map(([file, bundle]) => [
          file,
          parseBundle(reader, bundle, `${at}.attachments[${JSON.stringify(file)}]`),
        ]),
      );
    }
    return text;
  }
  throw reader.refuse(`${at}.cell_type`, cell.cell_type, '"code", "markdown" or "raw"');
}

function parseOutput(reader: Reader, value: unknown, at: string): Output {
  const output = reader.object(value, at);
  switch (output.output_type) {
    case "stream":
      if (output.name !== "stdout" && output.name !== "stderr") {
        throw reader.refuse(`${at}.name`, output.name, '"stdout" or "stderr"');
      }
      return { output_type: "stream", name: output.name, text: reader.text(output.text, `${at}.text`) };
    case "display_data":
    case "execute_result": {
      const data = parseBundle(reader, output.data, `${at}.data`);
      const metadata = reader.object(output.metadata ?? {}, `${at}.metadata`);
      if (output.output_type === "display_data") return { output_type: "display_data", data, metadata };
      const count = typeof output.execution_count === "number" ? output.execution_count : null;
      return { output_type: "execute_result", data, metadata, execution_count: count };
    }
    case "error":
      return {
        output_type: "error",
        ename: reader.text(output.ename, `${at}.ename`),
        evalue: reader.text(output.evalue, `${at}.evalue`),
        traceback: reader
          .list(output.traceback ?? [], `${at}.traceback`)
          .map((line, i) => reader.text(line, `${at}.traceback[${i}]`)),
      };
    default:
      throw reader.refuse(
        `${at}.output_type`,
        output.output_type,
        '"stream", "display_data", "execute_result" or "error"',
      );
  }
}

function parseBundle(reader: Reader, value: unknown, at: string): MimeBundle {
  return Object.fromEntries(
    Object.entries(reader.object(value, at)).map(([type, content]) => [
      type,
      isJsonType(type) ? content : reader.text(content, `${at}[${JSON.stringify(type)}]`),
    ]),
  );
}

/** Whether a MIME type holds a JSON value rather than text. */
export function isJsonType(type: string): boolean {
  return type === "application/json" || type.endsWith("+json");
}

interface Reader {
  object(value: unknown, at: string): Record<string, unknown>;
  list(value: unknown, at: string): unknown[];
  /** A string, or an array of strings that are joined. */
  text(value: unknown, at: string): string;
  refuse(at: string, found: unknown, expected: string): LabError;
}

function createReader(name: string): Reader {
  const refuse = (at: string, found: unknown, expected: string): LabError =>
    new LabError(at === "" ? name : `${name}: ${at}`, found, expected, "The file is not a whole notebook");
  return {
    refuse,
    object(value, at) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw refuse(at, value, "an object");
      }
      return value as Record<string, unknown>;
    },
    list(value, at) {
      if (!Array.isArray(value)) throw refuse(at, value, "a list");
      return value as unknown[];
    },
    text(value, at) {
      if (typeof value === "string") return value;
      if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
      throw refuse(
        at,
        value === undefined ? "nothing" : describeValue(value),
        "a string or a list of strings",
      );
    },
  };
}
