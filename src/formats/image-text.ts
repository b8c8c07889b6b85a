import { fileError, LabError, requireThat } from "../core/errors.js";
import { countVoxels } from "../core/grid.js";
import type { Affine, Vec3, VoxelArray } from "../core/types.js";
import { type NiftiDatatype, codeOfDatatype, swapByteOrder, viewVoxels } from "../nifti/datatype.js";
import { readStart, requireMemory } from "../nifti/source.js";
import { littleEndianMachine, decodeLatin1 } from "../platform/bytes.js";
import { unzip } from "../platform/compress.js";
import { type FileError, readFile } from "../platform/files.js";
import { dirname, isAbsolute, join } from "../platform/paths.js";

/** What the text at the start of an NRRD or MetaImage file says of the voxels. */
export interface ImageText {
  datatype: NiftiDatatype;
  shape: Vec3;
  /** Voxel index to RAS+ mm. */
  affine: Affine;
  /** Whether the file says how the grid lies in the patient, and not only how far apart voxels are. */
  isOriented: boolean;
  littleEndian: boolean;
  encoding: "raw" | "compressed" | "text";
  /** The file with the voxels, and where in it they start; `"end"` means that they are its last bytes. */
  dataPath: string;
  dataOffset: number | "end";
  /** Names of label values, where the file has them. */
  names?: Readonly<Record<number, string>>;
}

/** Headers longer than this are no headers. */
export const longestText: number = 1 << 20;

/** The first bytes of a file as text of one byte a character, so that places in it are places in the file. */
export async function readTextStart(path: string): Promise<string> {
  return decodeLatin1((await readStart(path, longestText)).bytes);
}

/** So many finite numbers in plain digits, parted by blanks. Throws a LabError naming the field. */
export function parseNumbers(text: string, count: number, field: string): number[] {
  const words = text.trim().split(/\s+/);
  const numbers = words.map((word) => (numberText.test(word) ? Number(word) : NaN));
  requireThat(
    numbers.length === count && numbers.every((value) => Number.isFinite(value)),
    field,
    text,
    `${count} finite numbers`,
    "The header is damaged",
    "bad-file",
  );
  return numbers;
}

const numberText = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Three whole numbers from 1. Throws a LabError naming the field. */
export function parseShape(text: string, field: string): Vec3 {
  const [x, y, z] = parseNumbers(text, 3, field);
  requireThat(
    [x, y, z].every((n) => Number.isSafeInteger(n) && n >= 1 && n <= 2 ** 31),
    field,
    text,
    "three whole numbers of at least 1",
    "The header is damaged",
    "bad-file",
  );
  return [x, y, z];
}

/** The path of a data file that a header names, beside the header unless it is absolute. */
export function besideHeader(header: string, name: string): string {
  return isAbsolute(name) ? name : join(dirname(header), name);
}

/**
 * The voxels that a header tells of, in the byte order of this machine. Throws a LabError naming the file for data that
 * are shorter or longer than the header's sizes, that do not inflate, or hold what is no number.
 */
export async function readImageVoxels(image: ImageText, header: string): Promise<VoxelArray> {
  const { datatype, shape, dataPath, encoding } = image;
  const { bytes: size } = codeOfDatatype(datatype);
  const count = countVoxels(shape);
  const file = await readFile(dataPath).catch((error: FileError) => {
    throw fileError(dataPath, error, `the voxels that ${header} tells of`);
  });
  const offset = image.dataOffset === "end" ? file.length - count * size : image.dataOffset;
  requireLength(offset >= 0, dataPath, file.length, count * size);
  const stored = file.subarray(offset);
  if (encoding === "text") return parseVoxels(decodeLatin1(stored), datatype, count, dataPath);
  const wanted = count * size;
  if (encoding === "compressed") {
    requireLength(wanted <= 1040 * stored.length + 4096, dataPath, stored.length, wanted);
    requireMemory(dataPath, wanted);
  }
  const bytes = encoding === "raw" ? stored : inflateVoxels(stored, wanted, dataPath);
  requireLength(bytes.length === wanted, dataPath, bytes.length, wanted);
  const own = new Uint8Array(bytes);
  if (image.littleEndian !== littleEndianMachine) swapByteOrder(own, size);
  return viewVoxels(own, datatype, dataPath);
}

function inflateVoxels(stored: Uint8Array, wanted: number, path: string): Uint8Array {
  try {
    return unzip(stored, { chunkSize: Math.max(64, wanted + 1), maxOutputLength: wanted + 1024 });
  } catch (error) {
    const found = (error as FileError).code ?? (error as Error).message;
    const advice = "The file is damaged or cut short; copy or download it again";
    throw new LabError(path, found, `${wanted} bytes of compressed voxels`, advice, { kind: "bad-file" });
  }
}

function requireLength(condition: boolean, path: string, found: number, wanted: number): void {
  requireThat(
    condition,
    path,
    `${found} bytes of voxels`,
    `the ${wanted} bytes that its header tells of`,
    "The file is cut short, or its header is damaged",
    "bad-file",
  );
}

const arrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  // Every number of a text is a float64 first.
  int64: Float64Array,
  uint64: Float64Array,
} as const;

function parseVoxels(text: string, datatype: NiftiDatatype, count: number, path: string): VoxelArray {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  requireThat(words.length === count, path, `${words.length} numbers`, `${count} numbers`, "", "bad-file");
  const data = new arrays[datatype](count);
  for (let i = 0; i < count; i++) {
    const value = Number(words[i]);
    data[i] = value;
    const kept = datatype === "float32" || data[i] === value || (value !== value && data[i] !== data[i]);
    requireThat(
      kept && (Number.isFinite(value) || /^[+-]?(nan|inf(inity)?)$/i.test(words[i])),
      `${path}, number ${i + 1}`,
      words[i],
      `a number that ${datatype} holds`,
      "",
      "bad-file",
    );
  }
  return data;
}
