/**
 * How a number that is not there is spelled: `NaN` in memory, `null` in JSON, an empty cell in CSV; it is left out of
 * every mean. Infinity is a number and no missing one: JSON, which has no word for it, holds the text `"Infinity"` or
 * `"-Infinity"`, and so does CSV. This is the one place that knows.
 */

/** Whether a value stands for what is not there: `NaN`, `null` as in JSON, or a field that a row lacks. */
export function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null || Number.isNaN(value);
}

/** Infinity by the text that stands for it in JSON and CSV. */
const infinities: Readonly<Record<string, number>> = { Infinity, "-Infinity": -Infinity };

/** A number as plain JSON can hold it: `null` for `NaN`, a text for infinity. Other values as they are. */
export function spellNumber(value: unknown): unknown {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : String(value);
}

/** The number that {@link spellNumber} spelled: `NaN` for `null` and `undefined`. Other values as they are. */
export function readSpelled(value: unknown): unknown {
  if (isMissing(value)) return NaN;
  return typeof value === "string" && Object.hasOwn(infinities, value) ? infinities[value] : value;
}

/** A value as JSON that every reader can parse, its numbers as {@link spellNumber} spells them. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, each: unknown) => spellNumber(each), indent);
}

/** As {@link toJson}, with `null` also for a field that is `undefined`: a report that has its fields whatever is known. */
export function toFullJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (each === undefined ? null : spellNumber(each)));
}

/**
 * A value from JSON that {@link toJson} wrote, with infinity as the number it was. What is missing stays `null`, since
 * JSON doesn't tell a missing number from a missing text. Throws a SyntaxError for what is no JSON.
 */
export function fromJson(text: string): unknown {
  // To look at each value takes several times as long.
  if (!text.includes('Infinity"')) return JSON.parse(text);
  return JSON.parse(text, (_, each: unknown) =>
    typeof each === "string" && Object.hasOwn(infinities, each) ? infinities[each] : each,
  );
}

/** Rows as CSV (RFC 4180, line feeds): numbers with all digits, an empty cell for what is missing. */
export function formatCsv<Row>(columns: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    columns
      .map((column) => formatCell(Object.hasOwn(row as object, column) ? row[column] : undefined))
      .join(","),
  );
  return [columns.join(","), ...lines, ""].join("\n");
}

function formatCell(value: unknown): string {
  if (isMissing(value)) return "";
  const text = typeof value === "string" ? value : String(spellNumber(value));
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
