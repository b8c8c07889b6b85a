import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";

/** Small label maps for tests, written so that a person can see them. */

/** A label map from slices of rows of digits (`.` is 0): x runs along a row, rows are y, the slices z. */
export function draw(
  slices: readonly (readonly string[])[],
  spacingMm: Vec3 = [1, 1, 1],
): Volume<Uint8Array> {
  const [nx, ny, nz] = [slices[0][0].length, slices[0].length, slices.length];
  const digits = slices.flatMap((rows) => rows.flatMap((row) => [...row]));
  return createVolume(
    Uint8Array.from(digits, (digit) => (digit === "." ? 0 : Number(digit))),
    [nx, ny, nz],
    { spacingMm },
  );
}

/** A label map of one box of voxels, `from` inclusive to `to` exclusive. */
export function box(
  shape: Vec3,
  from: Vec3,
  to: Vec3,
  spacingMm: Vec3 = [1, 1, 1],
  label = 1,
): Volume<Uint8Array> {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let z = from[2]; z < to[2]; z++)
    for (let y = from[1]; y < to[1]; y++)
      for (let x = from[0]; x < to[0]; x++) data[x + shape[0] * (y + shape[1] * z)] = label;
  return createVolume(data, shape, { spacingMm });
}

/** The maps together; where they overlap the later one wins. */
export function overlay(...maps: Volume<Uint8Array>[]): Volume<Uint8Array> {
  const data = maps[0].data.slice();
  for (const map of maps) map.data.forEach((label, i) => (data[i] = label === 0 ? data[i] : label));
  return { ...maps[0], data };
}

/** The same labels at an address that is `bytes` off a multiple of four. */
export function misalign<T extends Uint8Array | Uint16Array>(data: T, bytes: number): T {
  const buffer = new ArrayBuffer(data.byteLength + 16);
  new Uint8Array(buffer).fill(7); // neighbours that must not be read as labels
  const copy =
    data instanceof Uint8Array
      ? new Uint8Array(buffer, bytes, data.length)
      : new Uint16Array(buffer, bytes, data.length);
  copy.set(data);
  return copy as T;
}

/** Voxels of a grid carried over by swapping axes and flipping them, with the spacing that goes with them. */
export function turn(
  map: Volume<Uint8Array>,
  order: readonly number[],
  flips: readonly boolean[],
): Volume<Uint8Array> {
  const shape: Vec3 = [map.shape[order[0]], map.shape[order[1]], map.shape[order[2]]];
  const spacingMm: Vec3 = [map.spacingMm[order[0]], map.spacingMm[order[1]], map.spacingMm[order[2]]];
  const data = new Uint8Array(map.data.length);
  for (let z = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[0]; x++) {
        const at = [0, 0, 0];
        [x, y, z].forEach((step, axis) => (at[order[axis]] = flips[axis] ? shape[axis] - 1 - step : step));
        data[x + shape[0] * (y + shape[1] * z)] =
          map.data[at[0] + map.shape[0] * (at[1] + map.shape[1] * at[2])];
      }
  return createVolume(data, shape, { spacingMm });
}

/** A mask from golden files: bits in base64, x fastest, first voxel in the highest bit. */
export function unpack(bits: string, shape: Vec3, spacingMm: Vec3): Volume<Uint8Array> {
  const bytes = Buffer.from(bits, "base64");
  const data = Uint8Array.from(
    { length: shape[0] * shape[1] * shape[2] },
    (_, i) => (bytes[i >> 3] >> (7 - (i & 7))) & 1,
  );
  return createVolume(data, shape, { spacingMm });
}
