import { isJsonType, type Cell, type MimeBundle, type Notebook, type Output } from "./notebook.js";

/**
 * The text of an `.ipynb` file of format 4.5: keys sorted, texts as arrays of lines, one space of
 * indentation and a final newline, so that the same notebook always has the same bytes and a changed line
 * is one changed line in a diff.
 */
export function serializeNotebook(notebook: Notebook): string {
  const file = {
    cells: notebook.cells.map(writeCell),
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(sortKeys(file), null, 1)}\n`;
}

/** Lines with their line ends, as notebooks store text; an empty list for the empty string. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A copy of a JSON value with the keys of every object in alphabetical order. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, content]) => content !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, content]) => [key, sortKeys(content)]));
}

function writeCell(cell: Cell): Record<string, unknown> {
  const base = { ...cell, source: splitLines(cell.source) };
  if (cell.cell_type === "code") return { ...base, outputs: cell.outputs.map(writeOutput) };
  if (!cell.attachments) return base;
  const attachments = Object.entries(cell.attachments).map(([file, bundle]) => [file, writeBundle(bundle)]);
  return { ...base, attachments: Object.fromEntries(attachments) as Record<string, unknown> };
}

function writeOutput(output: Output): Record<string, unknown> {
  switch (output.output_type) {
    case "stream":
      return { ...output, text: splitLines(output.text) };
    case "error":
      return { ...output };
    default:
      return { ...output, data: writeBundle(output.data) };
  }
}

function writeBundle(bundle: MimeBundle): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(bundle).map(([type, content]) => [
      type,
      typeof content === "string" && isLineType(type) ? splitLines(content) : content,
    ]),
  );
}

/** Types worth reading line by line; base64 stays one string. */
function isLineType(type: string): boolean {
  return (
    !isJsonType(type) &&
    (type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript")
  );
}
