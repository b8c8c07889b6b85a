/** A closed line in the pixels of a slice, column and row of each corner in turn: `[c0, r0, c1, r1, ...]`. */
export type PixelContour = readonly number[];

/**
 * The pixels whose centre lies inside contours of one plane: an odd number of times, so that a contour within another is a hole,
 * as is one that a keyhole leads to. A centre on the line is inside on its left and upper side and outside on the other.
 *
 * @returns runs of pixels counted row by row, the end of each outside of it.
 */
export function fillContours(contours: readonly PixelContour[], columns: number, rows: number): number[] {
  const crossings: number[][] = Array.from({ length: rows }, () => []);
  for (const contour of contours) {
    const corners = contour.length / 2;
    for (let k = 0; k < corners; k++) {
      const [c0, r0] = [contour[2 * k], contour[2 * k + 1]];
      const next = (k + 1) % corners;
      const [c1, r1] = [contour[2 * next], contour[2 * next + 1]];
      // Rows that an edge crosses, its upper end in and its lower end out.
      const [top, bottom] = r0 < r1 ? [r0, r1] : [r1, r0];
      const last = Math.min(rows, Math.ceil(bottom));
      for (let row = Math.max(0, Math.ceil(top)); row < last; row++)
        crossings[row].push(c0 + ((row - r0) / (r1 - r0)) * (c1 - c0));
    }
  }
  const runs: number[] = [];
  crossings.forEach((columnsAt, row) => {
    columnsAt.sort((a, b) => a - b);
    for (let k = 0; k + 1 < columnsAt.length; k += 2) {
      const from = Math.max(0, Math.ceil(columnsAt[k]));
      const to = Math.min(columns, Math.ceil(columnsAt[k + 1]));
      if (to > from) runs.push(row * columns + from, row * columns + to);
    }
  });
  return runs;
}
