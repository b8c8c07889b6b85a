/** Plain-text table with aligned columns; numbers right, text left. An empty list of rows gives the header alone. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => (typeof cell === "number" ? formatNumber(cell) : cell)),
  );
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const isNumeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          isNumeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Four significant digits, `-` for what is not a number. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-4) return value.toExponential(3);
  return value.toFixed(Math.max(0, 4 - Math.max(1, Math.ceil(Math.log10(magnitude)))));
}

/** Four significant digits at any size, `-` for what is not a number: for parameters far below 1. */
export function formatSignificant(value: number): string {
  return Number.isFinite(value) && value !== 0 ? String(Number(value.toPrecision(4))) : formatNumber(value);
}
