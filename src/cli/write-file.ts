import { writeFileWhole as writePieces } from "../files.js";

/** Writes a text file whole or not at all; missing folders are made. Throws a LabError naming `path`. */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  await writePieces(path, [Buffer.from(text)]);
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
