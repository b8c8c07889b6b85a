import type { PieceSize } from "../contracts/scan-description.js";
import { applyAffine } from "../core/affine.js";
import type { Vec3, Volume } from "../core/types.js";
import { type ComponentTable, findComponents } from "../volume/components.js";

type Point = [number, number, number];

/**
 * Measures the connected piece (26 neighbours) of one label that a voxel belongs to: its volume, its longest diameter,
 * and the longest within an axial slice. Lengths reach from the outer side of one voxel to that of the other, along the
 * line between their centres.
 *
 * @param labels in RAS+ order
 * @param voxel in the same order
 * @param table components of the same labels, where they are known
 * @returns undefined where the voxel is background
 */
export function measurePiece(
  labels: Volume<Uint8Array | Uint16Array>,
  voxel: Vec3,
  table: ComponentTable = findComponents(labels),
): PieceSize | undefined {
  const [nx, ny] = labels.shape;
  const value = labels.data[voxel[0] + nx * (voxel[1] + ny * voxel[2])];
  if (!value) return undefined;
  const { rowStart, start, end } = table.runs;
  const row = voxel[1] + ny * voxel[2];
  let own = rowStart[row];
  while (end[own] <= voxel[0]) own++;
  const component = table.components[table.componentOfRun[own] - 1];
  const { boxMin, boxMax } = component;
  const slices: Point[][] = [];
  for (let z = boxMin[2]; z <= boxMax[2]; z++) {
    const points: Point[] = [];
    for (let y = boxMin[1]; y <= boxMax[1]; y++)
      for (let run = rowStart[y + ny * z]; run < rowStart[y + ny * z + 1]; run++) {
        if (table.componentOfRun[run] !== component.id) continue;
        points.push([start[run], y, z]);
        if (end[run] - 1 > start[run]) points.push([end[run] - 1, y, z]);
      }
    // The two voxels farthest apart are corners of the hull of their slices.
    slices.push(hullOf(points));
  }
  const whole = findFarthest(slices.flat(), labels);
  let axial = findFarthest(slices[0], labels);
  for (const slice of slices) {
    const found = findFarthest(slice, labels);
    if (found.lengthMm > axial.lengthMm) axial = found;
  }
  return {
    value,
    voxels: component.voxels,
    volumeMl: component.volumeMl,
    diameterMm: whole.lengthMm,
    axialDiameterMm: axial.lengthMm,
    axialEnds: axial.ends,
  };
}

function findFarthest(points: readonly Point[], grid: Volume): { lengthMm: number; ends: [Point, Point] } {
  const places = points.map((point) => applyAffine(grid.affine, point));
  let [most, a, b] = [-1, 0, 0];
  for (let i = 0; i < places.length; i++)
    for (let j = i; j < places.length; j++) {
      const apart =
        (places[i][0] - places[j][0]) ** 2 +
        (places[i][1] - places[j][1]) ** 2 +
        (places[i][2] - places[j][2]) ** 2;
      if (apart > most) [most, a, b] = [apart, i, j];
    }
  const steps = points[a].map((place, axis) => Math.abs(place - points[b][axis]));
  const longest = Math.max(...steps);
  // Half a voxel at either end, as far as the line goes before it leaves the voxel.
  const lengthMm =
    longest === 0 ? Math.max(...grid.spacingMm.slice(0, 2)) : Math.sqrt(most) * (1 + 1 / longest);
  return { lengthMm, ends: [[...points[a]], [...points[b]]] };
}

/** Corners of the convex hull of points in one slice. */
function hullOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const turn = (o: Point, a: Point, b: Point): number =>
    (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
  const chain = (list: readonly Point[]): Point[] => {
    const kept: Point[] = [];
    for (const point of list) {
      while (kept.length > 1 && turn(kept[kept.length - 2], kept[kept.length - 1], point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.reverse())];
}
