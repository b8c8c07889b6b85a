import { rename, rm, writeFile } from "node:fs/promises";
import { LabError } from "../errors.js";

/** Writes a text file whole or not at all: to a temporary name beside it, then renamed. */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new LabError(path, (error as Error).message, "a path that can be written", "", { cause: error });
  }
}

/** Rows as CSV (RFC 4180, line feeds), numbers with all digits, an empty cell for what is not a number. */
export function formatCsv<Row>(columns: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => formatCell(row[column])).join(","));
  return [columns.join(","), ...lines, ""].join("\n");
}

function formatCell(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
