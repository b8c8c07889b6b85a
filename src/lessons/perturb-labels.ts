import { findLesion } from "../anatomy/organs.js";
import { requireThat } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { Key } from "../core/random.js";
import type { LabelMap, Mask, Vec3 } from "../core/types.js";
import { findComponents, keepComponents, paintComponents } from "../volume/components.js";
import { boundingBox, crop } from "../volume/crop.js";
import { distanceToBackground, distanceToMask } from "../volume/distance.js";
import { paintBall, voxelAt } from "./plant-balls.js";

/** How a label map is spoilt. Everything random comes from `key`. */
export interface PerturbOptions {
  key: Key;
  /** How far surfaces wander in and out, standard deviation in mm; default 0. */
  wobbleMm?: number;
  /** How far all surfaces lie too far out (above 0) or in (below 0), mm; default 0. */
  offsetMm?: number;
  /** Label values that are left out altogether; default none. */
  missing?: readonly number[];
  /**
   * A lesion of radius r mm is overlooked with probability `2 ** (-r / missRadiusMm)`: every second one at this radius.
   * Default 0: none is overlooked.
   */
  missRadiusMm?: number;
  /** Balls drawn where the reference has `inside`: lesions that are not there. Default none. */
  falseBalls?: readonly { inside: number; label: number; radiusMm: number }[];
}

/** Longest way in mm a wandering surface is followed, as a multiple of the wobble. */
const farthest = 3;

/**
 * A label map with the faults of a prediction, made from a reference: surfaces that wander, structures and lesions left
 * out, lesions made up. It is for teaching and testing metrics; it says nothing about any model.
 *
 * Each structure's surface is moved by `offsetMm` and by a smooth random field, waves of 25 to 60 mm; where two structures
 * claim a voxel the one that is deeper there gets it, lesions before organs. Structures are those of `names`; lesions are
 * recognised by name (`findLesion`). The same key gives the same map. No change asked for gives the same labels.
 *
 * @throws LabError for a wobble or radius below 0 or numbers that are not finite.
 */
export function perturbLabels(labels: LabelMap, options: PerturbOptions): LabelMap {
  const { key, wobbleMm = 0, offsetMm = 0, missing = [], missRadiusMm = 0, falseBalls = [] } = options;
  requireThat(wobbleMm >= 0 && Number.isFinite(wobbleMm), "wobbleMm", wobbleMm, "mm from 0");
  requireThat(Number.isFinite(offsetMm), "offsetMm", offsetMm, "a finite number of mm");
  requireThat(missRadiusMm >= 0 && Number.isFinite(missRadiusMm), "missRadiusMm", missRadiusMm, "mm from 0");
  const values = Object.keys(labels.names).map(Number);
  const lesionValues = new Set(values.filter((value) => findLesion(labels.names[value])));
  const seen = overlookLesions(labels, lesionValues, missRadiusMm, key.split("overlooked"));
  const data = labels.data.slice().fill(0);
  const depth = new Float32Array(data.length);
  // Organs first, their lesions over them.
  for (const isLesion of [false, true]) {
    depth.fill(0);
    for (const value of values) {
      if (lesionValues.has(value) !== isLesion || missing.includes(value)) continue;
      const mask = isLesion ? maskOf(seen, [value]) : organWithLesions(labels, value, lesionValues);
      moveSurface(mask, value, { wobbleMm, offsetMm, key: key.split(`surface/${value}`) }, data, depth);
    }
  }
  const stream = key.split("made up").stream();
  for (const { inside, label, radiusMm } of falseBalls) {
    const places: number[] = [];
    labels.data.forEach((value, index) => {
      if (value === inside && data[index] === inside) places.push(index);
    });
    if (places.length > 0)
      paintBall(data, labels, voxelAt(stream.choose(places), labels.shape), radiusMm, inside, label);
  }
  return { ...labels, data };
}

/** The organ with the lesions in it, so that its surface is that of both. */
function organWithLesions(labels: LabelMap, organ: number, lesionValues: ReadonlySet<number>): Mask {
  const lesionsOfOrgan = [...lesionValues].filter((lesion) => {
    const host = findLesion(labels.names[lesion])?.tumorOrgan;
    return host !== undefined && labels.names[organ].startsWith(host);
  });
  const mask = maskOf(labels, [organ, ...lesionsOfOrgan]);
  if (lesionsOfOrgan.length === 0) return mask;
  // A lesion of the left kidney is none of the right one: only what hangs together with the organ belongs to it.
  const table = findComponents(mask, { byLabel: false });
  const ids = paintComponents(table, mask).data;
  const touching = new Set<number>();
  labels.data.forEach((value, index) => {
    if (value === organ) touching.add(ids[index]);
  });
  return keepComponents(mask, table, ({ id }) => touching.has(id));
}

function maskOf(labels: LabelMap, values: readonly number[]): Mask {
  const belongs = new Uint8Array(65536);
  for (const value of values) belongs[value] = 1;
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) data[i] = belongs[labels.data[i]];
  return withData(labels, data);
}

function overlookLesions(
  labels: LabelMap,
  lesions: ReadonlySet<number>,
  missRadiusMm: number,
  key: Key,
): LabelMap {
  if (missRadiusMm === 0 || lesions.size === 0) return labels;
  const table = findComponents(labels);
  const stream = key.stream();
  const overlooked = new Set<number>();
  for (const { id, label, volumeMl } of table.components) {
    if (!lesions.has(label)) continue;
    const radiusMm = Math.cbrt((3 * volumeMl * 1000) / (4 * Math.PI));
    if (stream.uniform() < 2 ** (-radiusMm / missRadiusMm)) overlooked.add(id);
  }
  return keepComponents(labels, table, ({ id }) => !overlooked.has(id));
}

/** Paints a structure with its surface moved, where it is deeper than what was painted before. */
function moveSurface(
  mask: Mask,
  value: number,
  { wobbleMm, offsetMm, key }: { wobbleMm: number; offsetMm: number; key: Key },
  data: Uint8Array | Uint16Array,
  depth: Float32Array,
): void {
  const { spacingMm, shape } = mask;
  const box = boundingBox(mask, farthest * wobbleMm + Math.abs(offsetMm) + Math.max(...spacingMm));
  if (!box) return;
  const part = crop(mask, box);
  const [outside, inside] = [distanceToMask(part).data, distanceToBackground(part).data];
  const field = createField(key, wobbleMm);
  const halfVoxelMm = Math.min(...spacingMm) / 2;
  const reachMm = farthest * wobbleMm + Math.abs(offsetMm);
  const { boxMin, boxMax } = box;
  let i = 0;
  for (let z = boxMin[2]; z <= boxMax[2]; z++)
    for (let y = boxMin[1]; y <= boxMax[1]; y++)
      for (let x = boxMin[0]; x <= boxMax[0]; x++, i++) {
        // The surface lies half a voxel from the centres on either side of it.
        const distanceMm = part.data[i] > 0 ? inside[i] - halfVoxelMm : halfVoxelMm - outside[i];
        if (distanceMm <= -reachMm) continue;
        const moved = distanceMm + offsetMm + field(x * spacingMm[0], y * spacingMm[1], z * spacingMm[2]);
        const index = x + shape[0] * (y + shape[1] * z);
        if (moved <= depth[index]) continue;
        depth[index] = moved;
        data[index] = value;
      }
}

/** A smooth random field: six plane waves of equal strength, standard deviation `wobbleMm`, cut at three times it. */
function createField(key: Key, wobbleMm: number): (x: number, y: number, z: number) => number {
  if (wobbleMm === 0) return () => 0;
  const stream = key.stream();
  const waves = Array.from({ length: 6 }, () => {
    const direction = [stream.normal(), stream.normal(), stream.normal()];
    const length = Math.hypot(...direction);
    const waveMm = stream.uniformBetween(25, 60);
    const wave = direction.map((part) => (2 * Math.PI * part) / (length * waveMm)) as unknown as Vec3;
    return { wave, phase: stream.uniformBetween(0, 2 * Math.PI) };
  });
  const strength = wobbleMm * Math.sqrt(2 / waves.length);
  return (x, y, z) => {
    let sum = 0;
    for (const { wave, phase } of waves) sum += Math.sin(wave[0] * x + wave[1] * y + wave[2] * z + phase);
    return Math.max(-farthest * wobbleMm, Math.min(farthest * wobbleMm, strength * sum));
  };
}
