import { createAffine, determinantOf, requireAffine, spacingOfAffine } from "./affine.js";
import { LabError, requireThat } from "./errors.js";
import { isLabelValue, parseLabelValue } from "./label-value.js";
import { blockVoxels, findBlock, findOccupied } from "./occupied.js";
import type { Affine, LabelMap, Rescale, Vec3, Volume, VoxelArray } from "./types.js";

/** How a grid lies in the patient and how its numbers are read. */
export interface GridOptions {
  /** Distance between voxel centres in mm; defaults to that of the affine, else 1, 1, 1. */
  spacingMm?: Vec3;
  /** Voxel index to RAS+ mm; defaults to axes along R, A, S at `spacingMm` from (0, 0, 0). */
  affine?: Affine;
  /** How stored numbers become real ones; defaults to none. */
  rescale?: Rescale;
}

/** Number of voxels of a shape `[x, y, z]`. */
export function countVoxels([nx, ny, nz]: Vec3): number {
  return nx * ny * nz;
}

/**
 * A volume over `data` (not copied) with `shape` `[x, y, z]`, x fastest. Throws a LabError when the shape is
 * not three whole numbers from 1, does not match the length of `data`, or when spacing and affine disagree
 * by more than 0.1 % or cannot be a grid.
 */
export function createVolume<T extends VoxelArray>(
  data: T,
  shape: Vec3,
  options: GridOptions = {},
): Volume<T> {
  requireShape(shape, "shape");
  requireThat(
    data.length === countVoxels(shape),
    "data",
    `${data.length} values`,
    `${countVoxels(shape)} values for shape ${shape.join(" x ")}`,
  );
  if (options.affine) requireAffine(options.affine, "createVolume");
  const spacingMm = options.spacingMm ?? (options.affine ? spacingOfAffine(options.affine) : [1, 1, 1]);
  requireSpacing(spacingMm, "spacingMm");
  const affine = options.affine ?? createAffine(spacingMm);
  const lengths = spacingOfAffine(affine);
  requireThat(
    lengths.every((length, axis) => Math.abs(length - spacingMm[axis]) <= 1e-3 * length),
    "spacingMm",
    [...spacingMm],
    `the lengths of the affine's columns, ${lengths.map((length) => length.toPrecision(6)).join(", ")}`,
  );
  const { rescale } = options;
  requireThat(
    !rescale || (Number.isFinite(rescale.slope) && rescale.slope !== 0 && Number.isFinite(rescale.intercept)),
    "rescale",
    rescale,
    "a finite slope other than 0 and a finite intercept",
  );
  return { data, shape, spacingMm, affine, ...(rescale ? { rescale } : {}) };
}

/** A volume on the same grid as `like` with other numbers in it, not rescaled. */
export function withData<T extends VoxelArray>(like: Volume, data: T): Volume<T> {
  return createVolume(data, like.shape, { spacingMm: like.spacingMm, affine: like.affine });
}

/** Volume of one voxel in millilitres (1 ml = 1000 mm3). */
export function voxelVolumeMl(volume: Volume): number {
  return Math.abs(determinantOf(volume.affine)) / 1000;
}

/** The real number at `stored`, in HU for CT. */
export function rescaleValue(stored: number, rescale: Rescale | undefined): number {
  return rescale ? stored * rescale.slope + rescale.intercept : stored;
}

/**
 * Throws a LabError that prints both values unless the two grids have the same shape and affines that put every
 * corner of the grid within `toleranceMm` of each other (default a tenth of the shortest spacing: 32-bit headers
 * and quaternions cost up to that on large grids).
 */
export function requireSameGrid(
  first: Volume,
  second: Volume,
  names: readonly [string, string] = ["first", "second"],
  toleranceMm: number = 0.1 * Math.min(...first.spacingMm),
): void {
  requireThat(
    first.shape.every((n, axis) => n === second.shape[axis]),
    `shape of ${names[1]}`,
    [...second.shape],
    `the shape of ${names[0]}, ${first.shape.join(" x ")}`,
    "Resample one onto the grid of the other",
  );
  const [nx, ny, nz] = first.shape;
  const differences = first.affine.map((value, k) => Math.abs(value - second.affine[k]));
  const worst = [0, 4, 8].map(
    (row) =>
      differences[row] * (nx - 1) +
      differences[row + 1] * (ny - 1) +
      differences[row + 2] * (nz - 1) +
      differences[row + 3],
  );
  requireThat(
    worst.every((difference) => difference <= toleranceMm),
    `affine of ${names[1]}`,
    [...second.affine],
    `the affine of ${names[0]}, [${first.affine.join(", ")}]`,
    "Reorient or resample one onto the grid of the other",
  );
}

/**
 * Reads whole numbers from 0 to 65535 as labels, into bytes where they fit. Whole numbers stored as floats are
 * fine; after a rescale (a float32 in NIfTI) a value within 0.01 of a whole number counts as it.
 *
 * `names` names label values (0 is dropped); values in the data without a name get `"label 7"`. Throws a
 * LabError naming the first value that is no label and its voxel.
 */
export function toLabelMap(
  volume: Volume,
  names: Readonly<Record<number, string>> = {},
  input = "label map",
): LabelMap {
  const { data, rescale } = volume;
  const grid = { shape: volume.shape, spacingMm: volume.spacingMm, affine: volume.affine };
  const labels = data instanceof Uint8Array && !rescale ? data : wholeLabels(volume, input);
  return { data: labels, ...grid, names: completeNames(labels, names) };
}

function wholeLabels(volume: Volume, input: string): Uint8Array | Uint16Array {
  const { data, rescale } = volume;
  const slope = rescale?.slope ?? 1;
  const intercept = rescale?.intercept ?? 0;
  const tolerance = rescale ? 0.01 : 0;
  const wide = new Uint16Array(data.length);
  // In pieces of one kind of array: a loop that meets every kind of image runs ten times slower.
  const chunk = new Float64Array(65536);
  let bits = 0;
  for (let from = 0; from < data.length; from += chunk.length) {
    const part = data.subarray(from, from + chunk.length);
    chunk.set(part);
    for (let i = 0; i < part.length; i++) {
      const value = chunk[i] * slope + intercept;
      const label = Math.floor(value + 0.5);
      if (!(Math.abs(value - label) <= tolerance && label >= 0 && label <= 65535))
        refuseLabel(volume, from + i, value, input);
      wide[from + i] = label;
      bits |= label;
    }
  }
  return bits > 255 ? wide : new Uint8Array(wide);
}

/** Throws a LabError unless `shape` is three whole numbers from 1 whose product a typed array can hold. */
function requireShape(shape: Vec3, input: string): void {
  requireThat(
    shape.length === 3 && shape.every((n) => Number.isSafeInteger(n) && n >= 1),
    input,
    [...shape],
    "three whole numbers of at least 1",
  );
}

/** Throws a LabError unless `spacingMm` is three finite numbers above 0. */
export function requireSpacing(spacingMm: Vec3, input: string): void {
  requireThat(
    spacingMm.length === 3 && spacingMm.every((mm) => Number.isFinite(mm) && mm > 0),
    input,
    [...spacingMm],
    "three finite numbers above 0, in mm",
  );
}

/**
 * Which values occur in label data: `present[label]` is 1 where a voxel has it; length 65536. Blocks of background are
 * passed over whole, of the others four bytes at a time and only what does not repeat.
 */
export function labelsInUse(data: Uint8Array | Uint16Array): Uint8Array {
  const present = new Uint8Array(65536);
  const occupied = findOccupied(data);
  if (occupied.includes(0)) present[0] = 1;
  for (let block = findBlock(occupied, 1, 0); block < occupied.length;) {
    const next = findBlock(occupied, 0, block);
    markLabels(data.subarray(block * blockVoxels, next * blockVoxels), present);
    block = findBlock(occupied, 1, next);
  }
  return present;
}

/** The values above 0 that occur in label data, lowest first. */
export function listLabelValues(data: Uint8Array | Uint16Array): number[] {
  const present = labelsInUse(data);
  const found: number[] = [];
  for (let value = 1; value < present.length; value++) if (present[value] === 1) found.push(value);
  return found;
}

function markLabels(data: Uint8Array | Uint16Array, present: Uint8Array): void {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = data;
  const toWord = ((4 - (byteOffset & 3)) & 3) / size;
  const lead = Math.min(data.length, toWord);
  const words =
    lead === toWord
      ? new Uint32Array(buffer, byteOffset + lead * size, (byteLength - lead * size) >> 2)
      : new Uint32Array(0);
  for (let i = 0; i < lead; i++) present[data[i]] = 1;
  for (let i = lead + words.length * (4 / size); i < data.length; i++) present[data[i]] = 1;
  if (words.length === 0) return;
  let last = ~words[0];
  for (let i = 0; i < words.length; i++) {
    while (
      i + 4 < words.length &&
      ((words[i] ^ last) | (words[i + 1] ^ last) | (words[i + 2] ^ last) | (words[i + 3] ^ last)) === 0
    )
      i += 4;
    const word = words[i];
    if (word === last) continue;
    last = word;
    if (size === 1) {
      present[word & 255] = 1;
      present[(word >>> 8) & 255] = 1;
      present[(word >>> 16) & 255] = 1;
      present[word >>> 24] = 1;
    } else {
      present[word & 65535] = 1;
      present[word >>> 16] = 1;
    }
  }
}

function completeNames(
  data: Uint8Array | Uint16Array,
  names: Readonly<Record<number, string>>,
): Record<number, string> {
  const complete: Record<number, string> = {};
  for (const [key, name] of Object.entries(names)) {
    const label = parseLabelValue(key);
    requireThat(isLabelValue(label), "names", key, "label values from 0 to 65535 as keys, in plain digits");
    if (label > 0) complete[label] = name;
  }
  labelsInUse(data).forEach((used, label) => {
    if (used && label > 0) complete[label] ??= `label ${label}`;
  });
  return complete;
}

function refuseLabel(volume: Volume, index: number, value: number, input: string): never {
  const [nx, ny] = volume.shape;
  const voxel = [index % nx, Math.floor(index / nx) % ny, Math.floor(index / (nx * ny))];
  throw new LabError(
    input,
    `${value} at voxel [${voxel.join(", ")}]`,
    "whole numbers from 0 to 65535",
    "Is this an intensity image rather than a label map, or a probability map that needs a threshold?",
  );
}
