import type { DataFrame } from "tumorlab/internal/notebook/data-frame";

/** Columns shown; a wider frame is cut, with a note. */
const maxColumns = 20;

/**
 * A danfo.js DataFrame or Series as a table, as `lab.showTable` shows it; undefined for every other value, and for a frame
 * that can't be read. Names of rows are shown where they are text.
 */
export async function tryFrameBundle(value: unknown): Promise<Record<string, string> | undefined> {
  if (!isFrame(value)) return undefined;
  try {
    const { tableBundle } = await import("tumorlab/internal/notebook/table");
    const { columns } = value;
    if (columns.length <= maxColumns) return tableBundle(value);
    const title = `the first ${maxColumns} of ${columns.length} columns`;
    const named = value.index.some((name) => typeof name === "string") ? [""] : [];
    return tableBundle(value, { title, columns: [...named, ...columns.slice(0, maxColumns)] });
  } catch {
    return undefined;
  }
}

/** By what it can do: the library that made it may be another copy of danfo.js than ours. */
function isFrame(value: unknown): value is DataFrame {
  if (typeof value !== "object" || value === null) return false;
  const { columns, index, shape, values, head, print } = value as Record<string, unknown>;
  const hasLists = [columns, index, shape, values].every(Array.isArray);
  return hasLists && typeof head === "function" && typeof print === "function";
}
