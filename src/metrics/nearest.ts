import type { Vec3 } from "../core/types.js";
import { indexRows, searchRows } from "./nearest-rows.js";
import type { RowOffsets } from "./nearest-rows.js";
import { createBoxTree } from "./nearest-tree.js";
import type { Surfels } from "./surfels.js";

/**
 * Distance in mm from each surfel of `from` to the nearest one of `to`, exact, in the order of `from`.
 *
 * Both lie on the same grid of `shape` voxels `[x, y, z]`; `offsets` are those of its spacing. The distance
 * between whole steps is `sqrt(((dx sx)^2 + (dy sy)^2) + (dz sz)^2)` in double precision, summed in that order,
 * which is how scipy's exact distance transform computes it. Infinity everywhere when `to` is empty.
 */
export function nearestDistances(
  from: Surfels,
  to: Surfels,
  shape: Vec3,
  spacingMm: Vec3,
  offsets: RowOffsets,
): Float64Array {
  const distance = new Float64Array(from.count);
  if (to.count === 0) return distance.fill(Infinity);
  const rowLength = shape[1] + 1;
  const far = new Int32Array(from.count);
  const rows = indexRows(to, rowLength);
  const farCount = searchRows(from, rows, rowLength, spacingMm[0], offsets, distance, far);
  if (farCount > 0) {
    const tree = createBoxTree(to, rowLength, spacingMm);
    for (let k = 0; k < farCount; k++) {
      const i = far[k];
      const z = Math.floor(from.row[i] / rowLength);
      distance[i] = tree.findNearest(from.x[i], from.row[i] - z * rowLength, z);
    }
  }
  for (let i = 0; i < distance.length; i++) distance[i] = Math.sqrt(distance[i]);
  return distance;
}
