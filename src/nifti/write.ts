import { determinantOf, isRigid, nearestRotation } from "../core/affine.js";
import { LabError, requireThat } from "../core/errors.js";
import { writeFileWhole } from "../core/files.js";
import { createVolume } from "../core/grid.js";
import type { Affine, Volume } from "../core/types.js";
import { encodeLatin1, littleEndianMachine } from "../platform/bytes.js";
import { codeOfDatatype, datatypeOfArray } from "./datatype.js";
import { asStored, encodeExact, perMillimetre } from "./exact.js";

/** How a file is written; every field may be left out. */
export interface WriteOptions {
  /** NIfTI version; default 1, which every tool reads, or 2 where an axis has over 32,767 voxels. */
  version?: 1 | 2;
  /** gzip level 1 (fast) to 9 (small); default 6 for one byte a voxel, 1 for more. Unused for `.nii`. */
  level?: number;
  /** Unit the file's numbers are in; default `"mm"`. The grid stays where it is. */
  spaceUnit?: "mm" | "m" | "um";
  /** At most 79 characters of the description field; default none. */
  description?: string;
}

const unitCodes = { m: 1, mm: 2, um: 3 } as const;

/**
 * Writes a volume or label map as `.nii.gz` or `.nii`, whole or not at all, in the array's own datatype with its
 * `rescale` as scl_slope and scl_inter, and with qform and sform both set (code 1). What {@link readVolume} reads
 * back is the same to the last bit: voxels, affine, spacing and scale; numbers that a NIfTI-1 header rounds to 32
 * bits are kept exactly in an extension beside it. A sheared affine (see `isRigid`) is in the sform alone: a qform cannot
 * hold it, so its code is 0 and programs that go by it refuse the file instead of showing another place.
 *
 * Throws a LabError naming `path` for another file ending, a grid that is none, or a place that cannot be written.
 */
export async function writeVolume(path: string, volume: Volume, options: WriteOptions = {}): Promise<void> {
  const compressed = /\.nii\.gz$/i.test(path);
  requireThat(compressed || /\.nii$/i.test(path), "path", path, "a name that ends in .nii.gz or .nii");
  // Runs the checks of every volume, so that nothing is written that could not be read.
  createVolume(volume.data, volume.shape, volume);
  const header = encodeHeader(volume, options);
  const level = options.level ?? (volume.data.BYTES_PER_ELEMENT === 1 ? 6 : 1);
  requireThat(
    Number.isInteger(level) && level >= 1 && level <= 9,
    "level",
    level,
    "a whole number from 1 to 9",
  );
  await writeFileWhole(path, piecesOf(header, volume), compressed ? level : undefined);
}

function* piecesOf(header: Uint8Array, { data }: Volume): Generator<Uint8Array> {
  yield header;
  const step = 1 << 24;
  for (let at = 0; at < data.byteLength; at += step)
    yield new Uint8Array(data.buffer, data.byteOffset + at, Math.min(step, data.byteLength - at));
}

/** Everything before the voxels: header, extension flag and extension. */
function encodeHeader(volume: Volume, options: WriteOptions): Uint8Array {
  const { shape, rescale } = volume;
  const longest = Math.max(...shape);
  const version = options.version ?? (longest > 32767 ? 2 : 1);
  requireThat(version === 2 || longest <= 32767, "version", 1, `2 for an axis of ${longest} voxels`);
  const unit = options.spaceUnit ?? "mm";
  const stored = (mm: number) => asStored(mm, { version, spaceUnit: unit });
  const affine = volume.affine.slice(0, 12).map(stored);
  const spacing = volume.spacingMm.map(stored);
  const qformCode = isRigid(volume.affine) ? 1 : 0;
  const { vector, handedness } = quaternionOf(volume.affine);
  const quaternion = version === 1 ? roundQuaternion(vector) : vector;
  const description = options.description ?? "";
  if (description.length > 79) throw new LabError("description", description, "at most 79 characters");
  const { code, bytes } = codeOfDatatype(datatypeOfArray(volume.data));

  const size = version === 1 ? 348 : 540;
  const write = new DataView(new ArrayBuffer(size));
  const little = littleEndianMachine;
  const float = (at: number, value: number) =>
    version === 1 ? write.setFloat32(at, value, little) : write.setFloat64(at, value, little);
  const width = version === 1 ? 4 : 8;
  const place = places[version];
  const text = (at: number, value: string) =>
    encodeLatin1(value).forEach((byte, k) => write.setUint8(at + k, byte));

  write.setInt32(0, size, little);
  write.setInt16(place.datatype, code, little);
  write.setInt16(place.datatype + 2, 8 * bytes, little);
  [3, ...shape, 1, 1, 1, 1].forEach((n, k) =>
    version === 1
      ? write.setInt16(place.dim + 2 * k, n, little)
      : write.setBigInt64(place.dim + 8 * k, BigInt(n), little),
  );
  [handedness, ...spacing, 0, 0, 0, 0].forEach((value, k) => float(place.pixdim + width * k, value));
  float(place.slope, rescale?.slope ?? 1);
  float(place.slope + width, rescale?.intercept ?? 0);
  if (version === 1) {
    write.setUint8(123, unitCodes[unit]);
    write.setInt16(252, qformCode, little);
    write.setInt16(254, 1, little);
  } else {
    write.setInt32(500, unitCodes[unit], little);
    write.setInt32(344, qformCode, little);
    write.setInt32(348, 1, little);
  }
  text(place.description, description);
  [...quaternion, affine[3], affine[7], affine[11]].forEach((value, k) =>
    float(place.quaternion + width * k, value),
  );
  affine.forEach((value, k) => float(place.sform + width * k, value));
  text(place.magic, version === 1 ? "n+1\0" : "n+2\0\r\n\x1a\n");

  // Where unit or rounding cost a bit, the exact numbers go beside the header.
  const scale = rescale ? [rescale.slope, rescale.intercept] : [];
  const exact =
    perMillimetre[unit] === 1 &&
    affine.every((value, k) => value === volume.affine[k]) &&
    spacing.every((value, k) => value === volume.spacingMm[k]) &&
    (version === 2 || scale.every((value) => Math.fround(value) === value));
  const { spacingMm } = volume;
  const extension = exact
    ? new Uint8Array(0)
    : encodeExact({ affine: volume.affine, spacingMm, ...(rescale ? { rescale } : {}) }, little);
  const offset = size + 4 + extension.length;
  // Voxels start at a multiple of 16, so that a typed array can lie over them.
  const whole = new Uint8Array(Math.ceil(offset / 16) * 16);
  if (version === 1) write.setFloat32(108, whole.length, little);
  else write.setBigInt64(168, BigInt(whole.length), little);
  whole.set(new Uint8Array(write.buffer));
  whole[size] = extension.length > 0 ? 1 : 0;
  whole.set(extension, size + 4);
  return whole;
}

const places = {
  1: {
    dim: 40,
    datatype: 70,
    pixdim: 76,
    slope: 112,
    description: 148,
    quaternion: 256,
    sform: 280,
    magic: 344,
  },
  2: {
    dim: 16,
    datatype: 12,
    pixdim: 104,
    slope: 176,
    description: 240,
    quaternion: 352,
    sform: 400,
    magic: 4,
  },
} as const;

/** Vector part of the unit quaternion of the rotation nearest to `affine`, and the handedness of the third axis. */
function quaternionOf(affine: Affine): { vector: number[]; handedness: 1 | -1 } {
  const handedness = determinantOf(affine) < 0 ? -1 : 1;
  const [m00, m01, r02, m10, m11, r12, m20, m21, r22] = nearestRotation(affine);
  const [m02, m12, m22] = [r02 * handedness, r12 * handedness, r22 * handedness];
  // Four times the squares of a, b, c, d; dividing by the largest keeps every digit (Shepperd 1978).
  const squares = [1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22, 1 - m00 - m11 + m22];
  const sums = [
    [squares[0], m21 - m12, m02 - m20, m10 - m01],
    [m21 - m12, squares[1], m10 + m01, m02 + m20],
    [m02 - m20, m10 + m01, squares[2], m21 + m12],
    [m10 - m01, m02 + m20, m21 + m12, squares[3]],
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const scale = 1 / (2 * Math.sqrt(squares[largest]));
  const [a, b, c, d] = sums[largest].map((sum) => sum * scale);
  const sign = a < 0 ? -1 : 1;
  return { vector: [b * sign, c * sign, d * sign], handedness };
}

/**
 * To 32 bits. A half turn (axes permuted and flipped, as in many masks) has vector length 1; rounded below that it
 * would be read as a turn that falls short by 0.02 degrees, so its largest part is rounded up instead.
 */
function roundQuaternion(vector: number[]): number[] {
  const rounded = vector.map(Math.fround);
  const length = (parts: number[]) => parts.reduce((sum, part) => sum + part * part, 0);
  if (length(vector) < 1 - 1e-12) return rounded;
  const largest = rounded.reduce((best, part, k) => (Math.abs(part) > Math.abs(rounded[best]) ? k : best), 0);
  for (let ulps = 1; length(rounded) < 1 && ulps < 4; ulps++)
    rounded[largest] = Math.fround(rounded[largest] * (1 + 2 ** -23));
  return rounded;
}
