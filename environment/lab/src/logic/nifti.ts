import type { Triple, VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import type { DecodedVolume } from "./decode.js";
import { hollowOut } from "./hollow.js";

const headerBytes = 352;

/** The header's word for "each value names a structure"; NiiVue then draws values as colours, not as amounts. */
const labelIntent = 1002;

/** Bone and vessels with contrast stand out from here; soft tissue stays out of the way of the organs. */
const bodyRangeHu: readonly [number, number] = [150, 600];

/** The scan as an uncompressed NIfTI-1 file for the 3D view: 16-bit HU of a CT, of other scans the places of their levels. */
export function createCtNifti({ payload, ct }: DecodedVolume): Uint8Array {
  const levels = Int16Array.from(payload.ct.levelsHu, (hu, place) =>
    payload.kind === "values" ? place : Math.max(-32768, Math.min(32767, Math.round(hu))),
  );
  const file = createHeader(payload.shape, payload.spacingMm, payload.affine, 4, 16, ct.length * 2);
  const voxels = new DataView(file.buffer, headerBytes);
  for (let i = 0; i < ct.length; i++) voxels.setInt16(2 * i, levels[ct[i]], true);
  return file;
}

/** From which of the numbers in {@link createCtNifti} on something is seen in 3D, and where it is brightest. */
export function findBodyRange({ kind, ct, windows: [window] }: VolumePayload): readonly [number, number] {
  if (kind !== "values") return bodyRangeHu;
  // The brighter half of the window: what is dark lies over all else.
  const placeOf = (value: number): number => ct.levelsHu.findIndex((level) => level >= value);
  const [from, to] = [placeOf(window.centerHu), placeOf(window.centerHu + window.widthHu / 2)];
  return to > from ? [from, to] : [Math.max(0, from), 255];
}

/**
 * The labels as an uncompressed NIfTI-1 file of 8-bit values, with hidden labels left out.
 *
 * @param glass values of which only the surface is written
 * @throws Error where the volume has no labels
 */
export function createLabelsNifti(
  { payload, labels }: DecodedVolume,
  hidden: ReadonlySet<number>,
  glass: ReadonlySet<number> = new Set(),
): Uint8Array {
  if (!labels) throw new Error("This volume has no labels.");
  const file = createHeader(payload.shape, payload.spacingMm, payload.affine, 2, 8, labels.length);
  new DataView(file.buffer).setInt16(68, labelIntent, true);
  const voxels = file.subarray(headerBytes);
  const shown = glass.size > 0 ? hollowOut(labels, payload.shape, glass) : labels;
  for (let i = 0; i < shown.length; i++) voxels[i] = hidden.has(shown[i]) ? 0 : shown[i];
  return file;
}

/** A file of the right length with its header filled in (little-endian, sform only) and its voxels zero. */
function createHeader(
  shape: Triple,
  spacingMm: Triple,
  affine: readonly number[],
  datatype: number,
  bits: number,
  dataBytes: number,
): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(headerBytes + dataBytes);
  const view = new DataView(file.buffer);
  view.setInt32(0, 348, true);
  [3, ...shape, 1, 1, 1, 1].forEach((count, i) => view.setInt16(40 + 2 * i, count, true));
  view.setInt16(70, datatype, true);
  view.setInt16(72, bits, true);
  [1, ...spacingMm, 1, 1, 1, 1].forEach((mm, i) => view.setFloat32(76 + 4 * i, mm, true));
  view.setFloat32(108, headerBytes, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, 2);
  view.setInt16(254, 2, true);
  affine.slice(0, 12).forEach((value, i) => view.setFloat32(280 + 4 * i, value, true));
  file.set([0x6e, 0x2b, 0x31, 0], 344);
  return file;
}
