import { LabError, requireThat } from "../core/errors.js";
import { scanFormats } from "../core/scan-formats.js";
import type { Affine, Rescale, Vec3 } from "../core/types.js";
import { datatypeOfCode, type NiftiDatatype } from "./datatype.js";

/** What a NIfTI header says, in the file's own units and before any geometry is worked out. */
export interface NiftiFields {
  version: 1 | 2;
  littleEndian: boolean;
  /** True when the voxels lie in a separate `.img` file. */
  pair: boolean;
  /** Voxels along every axis the file names, singleton ends beyond the third dropped; at least three. */
  dims: readonly number[];
  /** The first three of `dims`. */
  shape: Vec3;
  datatype: NiftiDatatype;
  bytesPerVoxel: number;
  /** First byte of the voxels in the (inflated) file that holds them. */
  voxOffset: number;
  /** All eight numbers, `pixdim[0]` carrying the handedness of the qform. */
  pixdim: readonly number[];
  /** Absent when the stored numbers are the real ones (slope 0, or 1 with intercept 0). */
  rescale?: Rescale;
  qformCode: number;
  sformCode: number;
  /** The vector part b, c, d. */
  quaternion: Vec3;
  qoffset: Vec3;
  sform: Affine;
  spaceUnit: "unknown" | "m" | "mm" | "um";
  timeUnit: "unknown" | "s" | "ms" | "us" | "Hz" | "ppm" | "rad/s";
  intentCode: number;
  intentName: string;
  description: string;
}

const headerBytes = { 1: 348, 2: 540 } as const;

/** Bytes of an uncompressed file that always suffice to read its header. */
export const longestHeaderBytes = 540;

/**
 * Reads the header at the start of `bytes` (already inflated). Field parsing is nifti-reader-js's; where that
 * package is wrong the number is read here: 64-bit sizes of NIfTI-2 (wrong when big-endian or negative), the
 * sform rows (not kept when the qform wins), and the offset of the voxels.
 *
 * Throws a LabError naming `file`, the field, the value found and the one expected: wrong magic, a header cut
 * short, sizes below 1, a datatype that is not one real number, `bitpix` that contradicts it, a bad offset, a slope or
 * intercept that is no finite number (nibabel takes a slope like that for none, and refuses such an intercept).
 */
export async function parseFields(bytes: Uint8Array, file: string): Promise<NiftiFields> {
  const kind = recognise(bytes, file);
  const { version, littleEndian, pair } = kind;
  const nifti = await import("nifti-reader-js");
  // Exactly the header: given more, the package walks the extensions and throws on damaged ones.
  const copy = Uint8Array.from(bytes.subarray(0, headerBytes[version])).buffer;
  const parsed = nifti.readHeader(copy, true);
  const view = new DataView(copy);

  const long = (at: number) => Number(view.getBigInt64(at, littleEndian));
  const dim = version === 1 ? parsed.dims : [0, 1, 2, 3, 4, 5, 6, 7].map((k) => long(16 + 8 * k));
  const dims = gridOf(dim, file);
  const { name: datatype, bytes: bytesPerVoxel } = datatypeOfCode(parsed.datatypeCode, file);
  requireThat(
    parsed.numBitsPerVoxel === 8 * bytesPerVoxel,
    `${file} bitpix`,
    parsed.numBitsPerVoxel,
    `${8 * bytesPerVoxel} for ${datatype}`,
    "The header is damaged",
  );
  const sform: number[] = [];
  for (let k = 0; k < 12; k++)
    sform.push(
      version === 1 ? view.getFloat32(280 + 4 * k, littleEndian) : view.getFloat64(400 + 8 * k, littleEndian),
    );
  const rescale = rescaleOf(parsed.scl_slope, parsed.scl_inter, file);
  return {
    version,
    littleEndian,
    pair,
    dims,
    shape: [dims[0], dims[1], dims[2]],
    datatype,
    bytesPerVoxel,
    voxOffset: offsetOf(version === 1 ? parsed.vox_offset : long(168), kind, file),
    pixdim: parsed.pixDims,
    ...(rescale ? { rescale } : {}),
    qformCode: parsed.qform_code,
    sformCode: parsed.sform_code,
    quaternion: [parsed.quatern_b, parsed.quatern_c, parsed.quatern_d],
    qoffset: [parsed.qoffset_x, parsed.qoffset_y, parsed.qoffset_z],
    sform: [...sform, 0, 0, 0, 1],
    spaceUnit: (["unknown", "m", "mm", "um"] as const)[parsed.xyzt_units & 7] ?? "unknown",
    timeUnit:
      (["unknown", "s", "ms", "us", "Hz", "ppm", "rad/s"] as const)[(parsed.xyzt_units & 0x38) >> 3] ??
      "unknown",
    intentCode: parsed.intent_code,
    intentName: parsed.intent_name,
    description: parsed.description,
  };
}

interface Kind {
  version: 1 | 2;
  littleEndian: boolean;
  pair: boolean;
}

function recognise(bytes: Uint8Array, file: string): Kind {
  requireThat(bytes.length >= 4, file, `${bytes.length} bytes`, "a NIfTI file of at least 348 bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getInt32(0, true);
  const littleEndian = little === 348 || little === 540;
  const size = littleEndian ? little : view.getInt32(0, false);
  if (size !== 348 && size !== 540)
    throw new LabError(
      `${file} header size`,
      little,
      "348 (NIfTI-1) or 540 (NIfTI-2) in the first four bytes",
      `This is not a NIfTI file, nor of another format that is read: ${scanFormats}`,
    );
  requireThat(
    bytes.length >= size,
    file,
    `${bytes.length} bytes`,
    `a header of ${size} bytes`,
    "The file is cut short",
  );
  const version = size === 348 ? 1 : 2;
  const at = version === 1 ? 344 : 4;
  const magic = String.fromCharCode(...bytes.subarray(at, at + 4));
  const single = `n+${version}\0`;
  const paired = `ni${version}\0`;
  requireThat(
    magic === single || magic === paired,
    `${file} magic`,
    magic,
    `${JSON.stringify(single)} (one file) or ${JSON.stringify(paired)} (.hdr/.img pair)`,
    "Plain Analyze files carry no reliable orientation; convert them with a tool that knows it",
  );
  return { version, littleEndian, pair: magic === paired };
}

function gridOf(dim: readonly number[], file: string): number[] {
  const axes = dim[0];
  requireThat(
    Number.isInteger(axes) && axes >= 1 && axes <= 7,
    `${file} dim[0]`,
    axes,
    "the number of axes, from 1 to 7",
    "The header is damaged",
  );
  const named = dim.slice(1, axes + 1);
  requireThat(
    named.every((n) => Number.isSafeInteger(n) && n >= 1),
    `${file} dim`,
    named,
    "at least 1 voxel along every axis",
    "The header is damaged",
  );
  while (named.length < 3) named.push(1);
  while (named.length > 3 && named[named.length - 1] === 1) named.pop();
  return named;
}

/** A slope of 0 means "not scaled" in the NIfTI text, whatever the intercept. */
function rescaleOf(slope: number, intercept: number, file: string): Rescale | undefined {
  if (slope === 0) return undefined;
  const advice = "If the numbers are not to be scaled, write slope 1 and intercept 0";
  requireThat(Number.isFinite(slope), `${file} scl_slope`, slope, "a finite number", advice);
  requireThat(Number.isFinite(intercept), `${file} scl_inter`, intercept, "a finite number", advice);
  return slope === 1 && intercept === 0 ? undefined : { slope, intercept };
}

function offsetOf(found: number, { version, pair }: Kind, file: string): number {
  const least = pair ? 0 : headerBytes[version] + 4;
  // Some writers of single files leave 0 there and mean "right after the header".
  const offset = !pair && found === 0 ? least : found;
  requireThat(
    Number.isSafeInteger(offset) && offset >= least,
    `${file} vox_offset`,
    found,
    `a whole number of at least ${least}`,
    "The header is damaged",
  );
  return offset;
}
