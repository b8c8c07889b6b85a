import type { ScanKind } from "tumorlab/internal/contracts/scan-description";
import { type PayloadLabel, maxPayloadVoxels, type Triple } from "tumorlab/internal/contracts/volume-payload";
import type { DecodedVolume } from "./decode.js";
import type { ViewerPayload } from "./picture.js";
import { voxelToWorldMm } from "./planes.js";
import { isShrunk } from "./source-grid.js";

/** A value and a label. */
export interface FoundValue {
  /** In HU, or the scan's own number; undefined where there is no picture, as under a label map alone. */
  value: number | undefined;
  /** The source's value lies within this of it. */
  tolerance: number;
  /** 0 is background. */
  label: number;
}

/** What lies under the crosshair. */
export interface Readout {
  /** Undefined while it is on its way. */
  found: FoundValue | undefined;
  worldMm: Triple;
  voxel: Triple;
  /** Label there; undefined in the background or without labels. */
  label: PayloadLabel | undefined;
}

/** What a volume in the page holds at a voxel: the HU of its level, within half the distance to the next one. */
export function findValue({ payload, ct, labels }: DecodedVolume, voxel: Triple): FoundValue {
  const [nx, ny] = payload.shape;
  const at = voxel[0] + nx * (voxel[1] + ny * voxel[2]);
  const { levelsHu } = payload.ct;
  const level = ct[at];
  const below = level > 0 ? levelsHu[level] - levelsHu[level - 1] : 0;
  const above = level < 255 ? levelsHu[level + 1] - levelsHu[level] : 0;
  return { value: levelsHu[level], tolerance: Math.max(below, above) / 2, label: labels?.[at] ?? 0 };
}

export function readVoxel(
  affine: readonly number[],
  found: FoundValue | undefined,
  table: readonly PayloadLabel[],
  voxel: Triple,
): Readout {
  const value = found?.label ?? 0;
  return {
    found,
    worldMm: voxelToWorldMm(affine, voxel),
    voxel,
    label: value > 0 ? table.find((entry) => entry.value === value) : undefined,
  };
}

/**
 * "62 HU", or "about 62 HU" where the payload's levels lie more than 1 HU apart; "value 812" of a scan that is no CT, "about value 812"
 * where its levels lie apart; of a
 * label map what lies there.
 */
export function formatValue({ found, label }: Readout, kind: ScanKind): string {
  if (!found) return "...";
  const { value, tolerance } = found;
  if (kind === "labels" || value === undefined) return label ? "" : "No label";
  if (kind === "values") return formatOwn(value, tolerance);
  return `${tolerance > 0.5 ? "about " : ""}${Number(value.toFixed(tolerance === 0 ? 2 : 0))} HU`;
}

/** A number that is no HU: as exactly as it is known. */
function formatOwn(value: number, tolerance: number): string {
  const isExact = tolerance === 0 || (tolerance <= 0.5 && Number.isInteger(value));
  return isExact ? `value ${Number(value.toPrecision(6))}` : `about value ${Number(value.toPrecision(3))}`;
}

/** Position as sides of the patient, "R 34.2  P 12.0  S 105.5 mm". */
export function formatPosition([x, y, z]: Triple): string {
  const part = (value: number, plus: string, minus: string) =>
    `${value < 0 ? minus : plus} ${Math.abs(value).toFixed(1)}`;
  return `${part(x, "R", "L")}  ${part(y, "A", "P")}  ${part(z, "S", "I")} mm`;
}

/** What the viewer shows of the source's grid, and whether the picture is coarser than it. */
export function describeGrid(payload: ViewerPayload): string {
  const { shape, spacingMm, sourceShape, sourceSpacingMm } = payload;
  const source = `${formatShape(sourceShape)} voxels of ${formatSpacing(sourceSpacingMm)} mm`;
  if (!isShrunk(payload)) return source;
  return `Downsampled to ${formatShape(shape)} voxels of ${formatSpacing(spacingMm)} mm, from ${source}`;
}

/** How fine the picture is, in the few words that fit on it, and in fewer. */
export function describeResolution(payload: ViewerPayload): [long: string, short: string] {
  if (!isShrunk(payload)) return ["Full resolution", "Full"];
  const factors = payload.shape.map((count, axis) => payload.sourceShape[axis] / count);
  const times = `${Number(Math.max(...factors).toFixed(1))}×`;
  return [`Downsampled ${times}`, times];
}

/** Why a downsampled copy is all there is, where there is nothing to read. */
export function explainShrunk(payload: ViewerPayload, hasServer: boolean): string {
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
