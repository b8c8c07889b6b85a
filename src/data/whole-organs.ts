import { describeLabels } from "../anatomy/structures.js";
import { withData } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { type Component, findComponents, paintComponents } from "../volume/components.js";
import { lesionValues } from "./layered-masks.js";

/**
 * Organs of a label map together with their lesions, as masks of whole organs have them. A lesion of an organ with several
 * labels, such as two kidneys, belongs to the one it touches most, else to the nearest.
 *
 * @param organs values of the organs wanted.
 * @returns a map that holds these organs alone.
 */
export function withOwnLesions(map: LabelMap, organs: ReadonlySet<number>): LabelMap {
  const structures = describeLabels(map.names);
  const isLesion = lesionValues(map.names);
  const lesions = withData(
    map,
    map.data.map((value) => (isLesion.has(value) ? value : 0)),
  );
  const table = findComponents(lesions);
  const ids = paintComponents(table, map).data;
  const owner = new Uint16Array(table.components.length + 1);
  for (const component of table.components) {
    const lesionOf = structures.find(({ value }) => value === component.label)?.lesionOf;
    const parts = structures.filter(({ value, organ }) => organs.has(value) && organ === lesionOf);
    if (parts.length === 0) continue;
    owner[component.id] =
      parts.length === 1
        ? parts[0].value
        : ownerOf(component, map, ids, new Set(parts.map((each) => each.value)));
  }
  const data = map.data.map((value, i) => (ids[i] > 0 ? owner[ids[i]] : organs.has(value) ? value : 0));
  return { ...map, data };
}

/** The part a component touches most within a voxel's reach, else the one with the nearest voxel. */
function ownerOf(component: Component, map: LabelMap, ids: Uint32Array, parts: ReadonlySet<number>): number {
  const [nx, ny, nz] = map.shape;
  const touched = new Map<number, number>();
  const [low, high] = [component.boxMin, component.boxMax];
  for (let z = Math.max(0, low[2] - 1); z <= Math.min(nz - 1, high[2] + 1); z++)
    for (let y = Math.max(0, low[1] - 1); y <= Math.min(ny - 1, high[1] + 1); y++)
      for (let x = Math.max(0, low[0] - 1); x <= Math.min(nx - 1, high[0] + 1); x++) {
        const at = x + nx * (y + ny * z);
        if (!parts.has(map.data[at]) || !touches(ids, component.id, [x, y, z], map)) continue;
        touched.set(map.data[at], (touched.get(map.data[at]) ?? 0) + 1);
      }
  const most = [...touched].sort((a, b) => b[1] - a[1] || a[0] - b[0]).at(0);
  return most ? most[0] : nearestPart(component, map, parts);
}

function touches(
  ids: Uint32Array,
  id: number,
  [x, y, z]: readonly [number, number, number],
  map: LabelMap,
): boolean {
  const [nx, ny, nz] = map.shape;
  const step = nx * ny;
  const at = x + nx * y + step * z;
  return (
    (x > 0 && ids[at - 1] === id) ||
    (x < nx - 1 && ids[at + 1] === id) ||
    (y > 0 && ids[at - nx] === id) ||
    (y < ny - 1 && ids[at + nx] === id) ||
    (z > 0 && ids[at - step] === id) ||
    (z < nz - 1 && ids[at + step] === id)
  );
}

function nearestPart({ centroidVoxel }: Component, map: LabelMap, parts: ReadonlySet<number>): number {
  const [nx, ny] = map.shape;
  let [best, bestMm2] = [[...parts][0], Infinity];
  for (let i = 0; i < map.data.length; i++) {
    if (!parts.has(map.data[i])) continue;
    const voxel = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    let mm2 = 0;
    for (let axis = 0; axis < 3; axis++)
      mm2 += ((voxel[axis] - centroidVoxel[axis]) * map.spacingMm[axis]) ** 2;
    if (mm2 < bestMm2) [best, bestMm2] = [map.data[i], mm2];
  }
  return best;
}
