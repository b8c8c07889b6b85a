import type { Part } from "./body.js";
import type { Placement } from "./placement.js";
import type { PhantomGrid } from "./render.js";
import { type Box, expandBox } from "./shape.js";

/** Voxels along x in which a part may lie. */
export interface Run {
  part: Part;
  /** First and last voxel. */
  from: number;
  to: number;
  /** What holds the part, in patient coordinates. */
  box: Box;
}

/** A grid in blocks, each asked once for the parts that may lie in it. */
export interface Blocks {
  /** Voxels of a block along y and z; blocks along x are as wide as high. */
  rows: number;
  slices: number;
  /**
   * The runs of each row of blocks in a slab of them, in the order the parts are painted; none for rows of blocks before the
   * first and after the last one asked for.
   */
  runsOfSlab(slab: number, firstRow: number, lastRow: number): Run[][];
}

const blockMm = 11;
/** Distances are estimates and the warp stretches space: of each outside and inside a surface this share is trusted. */
const trustOutside = 0.65;
const trustInside = 0.4;

/**
 * Finds out where parts are by their distance from the middle of blocks: most of a part's box is empty, and what lies
 * deep in an organ is hidden by it.
 */
export function createBlocks(
  parts: readonly Part[],
  placement: Placement,
  { shape, spacingMm, originMm }: PhantomGrid,
  softMm: number,
): Blocks {
  const size = spacingMm.map((mm) => Math.max(1, Math.round(blockMm / mm)));
  const counts = shape.map((n, axis) => Math.ceil(n / size[axis]));
  const spanMm = size.map((n, axis) => ((n - 1) / 2) * spacingMm[axis]);
  const reachMm = Math.hypot(...spanMm) + softMm / 2;
  const [farMm, deepMm] = [reachMm / trustOutside, -reachMm / trustInside];
  const middle = (axis: number, block: number): number =>
    originMm[axis] + block * size[axis] * spacingMm[axis] + spanMm[axis];
  const toBody = placement.rowToBody(Float64Array.from({ length: counts[0] }, (_, i) => middle(0, i)));
  const places = new Float64Array(3 * counts[0]);
  const boxed = parts.map((part) => {
    const box = expandBox(placement.toPatientBox(part.shape.box), softMm);
    return {
      part,
      box,
      from: Math.max(0, Math.ceil((box.min[0] - originMm[0]) / spacingMm[0])),
      to: Math.min(shape[0] - 1, Math.floor((box.max[0] - originMm[0]) / spacingMm[0])),
    };
  });
  const meets = ({ min, max }: Box, axis: number, at: number): boolean =>
    min[axis] <= at + spanMm[axis] && at - spanMm[axis] <= max[axis];
  return {
    rows: size[1],
    slices: size[2],
    runsOfSlab(slab, firstRow, lastRow) {
      const z = middle(2, slab);
      const inSlab = boxed.filter(({ box, from, to }) => from <= to && meets(box, 2, z)).reverse();
      return Array.from({ length: counts[1] }, (_, row) => {
        if (row < firstRow || row > lastRow) return [];
        const y = middle(1, row);
        const inRow = inSlab.filter(({ box }) => meets(box, 1, y));
        if (inRow.length === 0) return [];
        toBody(y, z, places);
        const hidden = new Uint8Array(counts[0]);
        const runs: Run[] = [];
        for (const { part, box, from, to } of inRow) {
          let last: Run | undefined;
          // From the right, as parts are taken from the last: the list is turned round in the end.
          for (let block = Math.floor(to / size[0]); block >= Math.floor(from / size[0]); block--) {
            if (hidden[block]) continue;
            const distance = part.shape.distance(
              places[3 * block],
              places[3 * block + 1],
              places[3 * block + 2],
            );
            if (distance > farMm) continue;
            if (distance < deepMm && !part.onlyOver) hidden[block] = 1;
            const start = Math.max(from, block * size[0]);
            const end = Math.min(to, (block + 1) * size[0] - 1);
            if (last && last.from === end + 1) last.from = start;
            else runs.push((last = { part, box, from: start, to: end }));
          }
        }
        return runs.reverse();
      });
    },
  };
}
