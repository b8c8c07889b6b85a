import type { PayloadLabel } from "tumorlab/internal/contracts/volume-payload";
import { parseColor } from "tumorlab/internal/viewer/structure-style";

/** Colour of a voxel value that the table does not name. */
const unnamed = "#9e9e9e";

/**
 * Fill colour of every label value as 256 RGBA quadruples. Background, hidden labels and lesions (they are
 * outlined) are transparent.
 *
 * @param opacity 0..1
 */
export function createFillTable(
  table: readonly PayloadLabel[],
  hidden: ReadonlySet<number>,
  opacity: number,
): Uint8ClampedArray {
  const fill = new Uint8ClampedArray(256 * 4);
  const named = new Map(table.map((entry) => [entry.value, entry]));
  for (let value = 1; value < 256; value++) {
    const entry = named.get(value);
    if (hidden.has(value) || entry?.lesion) continue;
    fill.set([...parseColor(entry?.color ?? unnamed), Math.round(255 * opacity)], 4 * value);
  }
  return fill;
}

/** Label values that occur in the volume, ascending, without background. */
export function listPresentValues(labels: Uint8Array): number[] {
  const seen = new Uint8Array(256);
  for (let i = 0; i < labels.length; i++) seen[labels[i]] = 1;
  return Array.from(seen.keys()).filter((value) => value > 0 && seen[value] === 1);
}

/** The table with an entry for every value that occurs; a value without a name is called "label 7". */
export function completeTable(table: readonly PayloadLabel[], present: readonly number[]): PayloadLabel[] {
  const named = new Set(table.map(({ value }) => value));
  const missing = present
    .filter((value) => !named.has(value))
    .map((value) => ({ value, name: `label ${value}`, color: unnamed, lesion: false }));
  return [...table, ...missing];
}

/**
 * Border of all pixels of one value, as line segments `[x0, y0, x1, y1]` between pixel corners. Segments in one
 * line are joined.
 *
 * @param picture label values, `columns` x `rows`, first row first
 */
export function traceOutline(
  picture: Uint8Array,
  columns: number,
  rows: number,
  value: number,
): [number, number, number, number][] {
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < columns && y < rows && picture[x + y * columns] === value;
  const segments: [number, number, number, number][] = [];
  for (let y = 0; y <= rows; y++) {
    traceRuns(
      columns,
      (x) => inside(x, y - 1) !== inside(x, y),
      (from, to) => segments.push([from, y, to, y]),
    );
  }
  for (let x = 0; x <= columns; x++) {
    traceRuns(
      rows,
      (y) => inside(x - 1, y) !== inside(x, y),
      (from, to) => segments.push([x, from, x, to]),
    );
  }
  return segments;
}

function traceRuns(
  length: number,
  holds: (i: number) => boolean,
  emit: (from: number, to: number) => void,
): void {
  let from = -1;
  for (let i = 0; i <= length; i++) {
    const now = i < length && holds(i);
    if (now && from < 0) from = i;
    if (!now && from >= 0) {
      emit(from, i);
      from = -1;
    }
  }
}
