import { LabError, requireThat } from "../core/errors.js";
import type { Key } from "../core/random.js";
import type { LabelMap, Vec3 } from "../core/types.js";

/** Balls to draw into a structure. */
export interface BallOptions {
  /** Where the balls lie. */
  key: Key;
  /** Label value of the structure they are drawn in. */
  inside: number;
  /** Label value they get, and its name. */
  label: number;
  name: string;
  /** Radius of each ball in mm, the largest first to give it a chance of finding room. */
  radiiMm: readonly number[];
  /** Gap to every other ball of the label in mm; default 6. */
  gapMm?: number;
}

/** A ball that was drawn: its centre voxel and its radius. */
export interface PlantedBall {
  center: Vec3;
  radiusMm: number;
}

/** Places tried before a ball is given up. */
const attempts = 400;

/**
 * Draws balls into a structure as stand-ins for lesions: every voxel of the structure whose centre lies within the radius
 * of the centre voxel gets the label. A ball near the surface is cut by it. A ball that finds no place without touching
 * another of its label is left out; `planted` says which were drawn.
 *
 * @throws LabError when the structure has no voxel, or the label would take its value.
 */
export function plantBalls(
  labels: LabelMap,
  options: BallOptions,
): { labels: LabelMap; planted: PlantedBall[] } {
  const { key, inside, label, name, radiiMm, gapMm = 6 } = options;
  requireThat(
    label !== inside && label >= 1 && label <= 65535,
    "label",
    label,
    `a value other than ${inside}`,
  );
  for (const radius of radiiMm)
    requireThat(radius > 0 && Number.isFinite(radius), "radiiMm", radius, "mm above 0");
  const places: number[] = [];
  labels.data.forEach((value, index) => {
    if (value === inside) places.push(index);
  });
  if (places.length === 0) throw new LabError("inside", inside, "the value of a structure that has voxels");
  const data = label > 255 ? Uint16Array.from(labels.data) : labels.data.slice();
  const stream = key.stream();
  const planted: PlantedBall[] = [];
  for (const radiusMm of radiiMm) {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const center = voxelAt(stream.choose(places), labels.shape);
      const isFree = planted.every(
        (other) => distanceMm(center, other.center, labels.spacingMm) > radiusMm + other.radiusMm + gapMm,
      );
      if (!isFree) continue;
      paintBall(data, labels, center, radiusMm, inside, label);
      planted.push({ center, radiusMm });
      break;
    }
  }
  return { labels: { ...labels, data, names: { ...labels.names, [label]: name } }, planted };
}

/** Gives `label` to the voxels of a ball that hold the value `inside`. */
export function paintBall(
  data: Uint8Array | Uint16Array,
  { shape, spacingMm }: Pick<LabelMap, "shape" | "spacingMm">,
  center: Vec3,
  radiusMm: number,
  inside: number,
  label: number,
): void {
  const reach = spacingMm.map((mm) => Math.floor(radiusMm / mm));
  const low = center.map((at, axis) => Math.max(0, at - reach[axis]));
  const high = center.map((at, axis) => Math.min(shape[axis] - 1, at + reach[axis]));
  for (let z = low[2]; z <= high[2]; z++)
    for (let y = low[1]; y <= high[1]; y++)
      for (let x = low[0]; x <= high[0]; x++) {
        const index = x + shape[0] * (y + shape[1] * z);
        if (data[index] === inside && distanceMm([x, y, z], center, spacingMm) <= radiusMm)
          data[index] = label;
      }
}

/** The voxel of an index, x fastest. */
export function voxelAt(index: number, [nx, ny]: Vec3): Vec3 {
  return [index % nx, Math.floor(index / nx) % ny, Math.floor(index / (nx * ny))];
}

function distanceMm(a: Vec3, b: Vec3, spacingMm: Vec3): number {
  return Math.hypot(...a.map((at, axis) => (at - b[axis]) * spacingMm[axis]));
}
