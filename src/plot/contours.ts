import type { Slice } from "../volume/slice.js";

/** Lines in mm from the upper left corner of a picture, `null` between two of them: what a Plotly trace takes. */
export interface ContourLines {
  x: (number | null)[];
  y: (number | null)[];
}

/**
 * The outlines of everything above 0 in a slice, along the edges of its pixels, as closed lines. Where two pixels touch
 * at a corner alone their outlines pass each other there. Nothing above 0 gives no lines.
 */
export function traceContours({ data, width, height, spacingMm }: Slice): ContourLines {
  const isIn = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[x + width * y] > 0;
  // Edges run with the structure on their right hand, keyed by the corner they start from.
  const next = new Map<number, number[]>();
  const corner = (x: number, y: number): number => x + (width + 1) * y;
  const add = (from: number, to: number): void => {
    const ends = next.get(from);
    if (ends) ends.push(to);
    else next.set(from, [to]);
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!isIn(x, y)) continue;
      if (!isIn(x, y - 1)) add(corner(x, y), corner(x + 1, y));
      if (!isIn(x + 1, y)) add(corner(x + 1, y), corner(x + 1, y + 1));
      if (!isIn(x, y + 1)) add(corner(x + 1, y + 1), corner(x, y + 1));
      if (!isIn(x - 1, y)) add(corner(x, y + 1), corner(x, y));
    }
  const lines: ContourLines = { x: [], y: [] };
  const put = (at: number): void => {
    lines.x.push((at % (width + 1)) * spacingMm[0]);
    lines.y.push(Math.floor(at / (width + 1)) * spacingMm[1]);
  };
  for (const start of next.keys()) {
    while ((next.get(start)?.length ?? 0) > 0) {
      if (lines.x.length > 0) {
        lines.x.push(null);
        lines.y.push(null);
      }
      put(start);
      let last = start;
      let at = next.get(start)!.pop()!;
      while (at !== start) {
        const ends = next.get(at)!;
        // Straight runs are one line: only corners are kept.
        const to = ends.pop()!;
        if (to - at !== at - last) put(at);
        last = at;
        at = to;
      }
      put(start);
    }
  }
  return lines;
}
