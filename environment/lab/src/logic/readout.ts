import {
  type PayloadLabel,
  maxPayloadVoxels,
  type Triple,
  type VolumePayload,
} from "tumorlab/internal/contracts/volume-payload";
import type { DecodedVolume } from "./decode.js";
import { voxelToWorldMm } from "./planes.js";
import { isShrunk } from "./source-grid.js";

/** What lies under the crosshair. */
export interface Readout {
  /** HU of the payload's level; the source's value lies within {@link Readout.toleranceHu} of it. */
  hu: number;
  /** Half the distance to the next level, at least 0. */
  toleranceHu: number;
  worldMm: Triple;
  voxel: Triple;
  /** Label there; undefined in the background or without labels. */
  label: PayloadLabel | undefined;
}

export function readVoxel(
  { payload, ct, labels }: DecodedVolume,
  table: PayloadLabel[],
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
export function describeGrid({ payload }: DecodedVolume): string {
  const { shape, spacingMm, sourceShape, sourceSpacingMm } = payload;
  const source = `${formatShape(sourceShape)} voxels of ${formatSpacing(sourceSpacingMm)} mm`;
  if (!isShrunk(payload)) return source;
  return `Downsampled to ${formatShape(shape)} voxels of ${formatSpacing(spacingMm)} mm, from ${source}`;
}

/** How fine the picture is, in the few words that fit on it, and in fewer. */
export function describeResolution(payload: VolumePayload): [long: string, short: string] {
  if (!isShrunk(payload)) return ["Full resolution", "Full"];
  const factors = payload.shape.map((count, axis) => payload.sourceShape[axis] / count);
  const times = `${Number(Math.max(...factors).toFixed(1))}×`;
  return [`Downsampled ${times}`, times];
}

/** Why a downsampled copy is all there is, where there is nothing to read. */
export function explainShrunk(payload: VolumePayload, hasServer: boolean): string {
  if (payload.full) return hasServer ? "" : "The full resolution shows in the lab.";
  const voxels = payload.sourceShape.reduce((product, count) => product * count, 1);
  if (voxels > maxPayloadVoxels) return "The full resolution is too large for a page.";
  if (payload.files)
    return "What its files hold is not known: run the cell again, with a file for the labels too.";
  return "There is no NIfTI file of it to read; view's maxBytes keeps more of it in a notebook.";
}

function formatShape(shape: Triple): string {
  return shape.join(" × ");
}

function formatSpacing(spacingMm: Triple): string {
  return spacingMm.map((mm) => String(Number(mm.toFixed(2)))).join(" × ");
}
