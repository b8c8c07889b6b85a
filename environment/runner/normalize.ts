import { interactMime } from "tumorlab/internal/contracts/interact-payload";
import { plotlyMime } from "tumorlab/internal/contracts/plotly-payload";
import { progressMime } from "tumorlab/internal/contracts/progress-payload";
import type { Cell, MimeBundle, Notebook, Output } from "./notebook.js";
import { settleTerminalText } from "./terminal-text.js";

/** What must not stay in a committed output, and what stands there instead. */
export interface PathRule {
  /** An absolute folder, without a separator at its end. */
  folder: string;
  /** `""` makes what lies in the folder relative to it. */
  replacement: string;
}

const keptNotebookMetadata = ["authors", "kernelspec", "language_info", "license", "title", "tumorlab"];
const keptCellMetadata = [
  "collapsed",
  "deletable",
  "editable",
  "jupyter",
  "name",
  "slideshow",
  "tags",
  "title",
  "tumorlab",
];
const keptLanguageInfo = ["codemirror_mode", "file_extension", "mimetype", "name"];

/**
 * A copy of an executed notebook in the form that is committed: no execution counts, no times, no paths of
 * this machine, no metadata that a front end leaves behind, numbers of figures at six significant digits,
 * terminal text as it looked in the end.
 *
 * @param rules applied in the order given, so put the longest folder first.
 */
export function normalizeNotebook(notebook: Notebook, rules: readonly PathRule[]): Notebook {
  const metadata = pick(notebook.metadata, keptNotebookMetadata);
  if (isRecord(metadata.language_info))
    metadata.language_info = pick(metadata.language_info, keptLanguageInfo);
  return { metadata, cells: notebook.cells.map((cell) => normalizeCell(cell, rules)) };
}

function normalizeCell(cell: Cell, rules: readonly PathRule[]): Cell {
  const base = {
    source: cell.source.replace(/\r\n/g, "\n").trimEnd(),
    metadata: cleanMetadata(cell.metadata),
  };
  if (cell.cell_type !== "code") return { ...cell, ...base };
  return {
    ...cell,
    ...base,
    execution_count: null,
    outputs: cell.outputs.map((output) => normalizeOutput(output, rules)),
  };
}

function cleanMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  const kept = pick(metadata, keptCellMetadata);
  if (isRecord(kept.jupyter)) {
    kept.jupyter = pick(kept.jupyter, ["source_hidden", "outputs_hidden"]);
    if (Object.keys(kept.jupyter as object).length === 0) delete kept.jupyter;
  }
  if (kept.collapsed === false) delete kept.collapsed;
  if (Array.isArray(kept.tags)) {
    kept.tags = [...new Set(kept.tags)].sort();
    if ((kept.tags as unknown[]).length === 0) delete kept.tags;
  }
  return kept;
}

/** One output in the form that is committed. */
export function normalizeOutput(output: Output, rules: readonly PathRule[]): Output {
  const hide = (text: string): string => hidePaths(text, rules);
  switch (output.output_type) {
    case "stream":
      return { ...output, text: hide(settleTerminalText(output.text)) };
    case "error":
      return {
        ...output,
        evalue: hide(output.evalue),
        traceback: output.traceback
          .map((line) => hide(dropInternalFrames(line)))
          .filter((line) => line !== ""),
      };
    default: {
      const settled = settlePanel(settleProgress(output.data));
      const data = Object.fromEntries(
        Object.entries(settled).map(([type, content]) => [type, normalizeContent(type, content, hide)]),
      );
      const normal = {
        ...output,
        data,
        metadata: mapStrings(output.metadata, hide) as Record<string, unknown>,
      };
      return normal.output_type === "execute_result" ? { ...normal, execution_count: null } : normal;
    }
  }
}

/** A progress bar without its rate and time left, in words that hold neither. */
function settleProgress(data: MimeBundle): MimeBundle {
  const bar = data[progressMime];
  if (!isRecord(bar)) return data;
  const { ratePerSecond: _rate, remainingSeconds: _left, ...rest } = bar;
  const { label, done, total, state, values } = rest as Record<string, string | number | undefined> & {
    values?: Record<string, number>;
  };
  // In the order the file keeps them in, so that a second pass finds the same words.
  const measured = Object.entries(values ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  const count = total === undefined ? `${done}` : `${done} of ${total}`;
  const text = [`${label || "Progress"}: ${count}`, ...measured, ...(state === "done" ? [] : [state])].join(
    ", ",
  );
  return { ...data, [progressMime]: rest, "text/plain": text };
}

/** A panel of controls without the process in its id: another kernel would not know it anyway. */
function settlePanel(data: MimeBundle): MimeBundle {
  const panel = data[interactMime];
  if (!isRecord(panel) || typeof panel.id !== "string") return data;
  return { ...data, [interactMime]: { ...panel, id: panel.id.replace(/^panel-\d+-/, "panel-") } };
}

function normalizeContent(type: string, content: unknown, hide: (text: string) => string): unknown {
  if (typeof content === "string") {
    if (type === "image/svg+xml" || !type.startsWith("image/")) return hide(content.replace(/\r\n/g, "\n"));
    return content.replace(/\s/g, "");
  }
  const shown = mapStrings(content, hide);
  return type === plotlyMime ? roundNumbers(shown) : shown;
}

/** The text with this machine's folders taken out; what lies in the project reads as a path from its root. */
export function hidePaths(text: string, rules: readonly PathRule[]): string {
  let result = text;
  for (const { folder, replacement } of rules) {
    // A folder too short to name anybody (such as "/") would match everywhere.
    if (folder.length < 3 || !result.includes(folder)) continue;
    const pattern = new RegExp(
      `(?:file://|(?<![\\w.~-]))${escapePattern(folder)}(?:([/\\\\])|(?![\\w-]))`,
      "g",
    );
    result = result.replace(pattern, (_match, separator: string | undefined) => {
      if (replacement !== "") return replacement + (separator ?? "");
      return separator === undefined ? "." : "";
    });
  }
  return result;
}

/** Numbers at six significant digits; whole numbers and everything else as they are. */
export function roundNumbers(value: unknown): unknown {
  if (typeof value === "number") {
    return Number.isFinite(value) && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
  }
  if (Array.isArray(value)) return value.map(roundNumbers);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, roundNumbers(content)]));
}

/** Frames inside Node differ from release to release and teach nothing. */
function dropInternalFrames(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*at .*\(?node:internal\//.test(line))
    .join("\n");
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string")
    return value.length > 4096 && /^[A-Za-z0-9+/=]+$/.test(value) ? value : change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, content]) => [key, mapStrings(content, change)]),
  );
}

function pick(record: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
