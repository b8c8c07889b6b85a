import type { DecodedVolume } from "./decode";
import type { LabelEntry, Triple } from "./payload";
import { voxelToWorldMm } from "./planes";

/** What lies under the crosshair. */
export interface Readout {
  /** HU of the payload's level; the source's value lies within {@link Readout.toleranceHu} of it. */
  hu: number;
  /** Half the distance to the next level, at least 0. */
  toleranceHu: number;
  worldMm: Triple;
  voxel: Triple;
  /** Label there; undefined in the background or without labels. */
  label: LabelEntry | undefined;
}

export function readVoxel(
  { payload, ct, labels }: DecodedVolume,
  table: LabelEntry[],
  voxel: Triple,
): Readout {
  const [nx, ny] = payload.shape;
  const at = voxel[0] + nx * (voxel[1] + ny * voxel[2]);
  const { levelsHu } = payload.ct;
  const level = ct[at];
  const below = level > 0 ? levelsHu[level] - levelsHu[level - 1] : 0;
  const above = level < 255 ? levelsHu[level + 1] - levelsHu[level] : 0;
  const value = labels?.[at] ?? 0;
  return {
    hu: levelsHu[level],
    toleranceHu: Math.max(below, above) / 2,
    worldMm: voxelToWorldMm(payload.affine, voxel),
    voxel,
    label: value > 0 ? table.find((entry) => entry.value === value) : undefined,
  };
}

/** "62 HU", or "about 62 HU" where the payload's levels lie more than 1 HU apart. */
export function formatHu({ hu, toleranceHu }: Readout): string {
  return `${toleranceHu > 0.5 ? "about " : ""}${Math.round(hu)} HU`;
}

/** Position as sides of the patient, "R 34.2  P 12.0  S 105.5 mm". */
export function formatPosition([x, y, z]: Triple): string {
  const part = (value: number, plus: string, minus: string) =>
    `${value < 0 ? minus : plus} ${Math.abs(value).toFixed(1)}`;
  return `${part(x, "R", "L")}  ${part(y, "A", "P")}  ${part(z, "S", "I")} mm`;
}

/** What the viewer shows of the source's grid, and whether the picture is coarser than it. */
export function describeGrid(volume: DecodedVolume): string {
  const { shape, spacingMm, sourceShape, sourceSpacingMm } = volume.payload;
  const source = `${formatShape(sourceShape)} voxels of ${formatSpacing(sourceSpacingMm)} mm`;
  const reduced = shape.some((count, axis) => count !== sourceShape[axis]);
  if (!reduced) return source;
  return `Downsampled to ${formatShape(shape)} voxels of ${formatSpacing(spacingMm)} mm, from ${source}`;
}

function formatShape(shape: Triple): string {
  return shape.join(" × ");
}

function formatSpacing(spacingMm: Triple): string {
  return spacingMm.map((mm) => String(Number(mm.toFixed(2)))).join(" × ");
}
