import { LabError } from "../core/errors.js";
import type { VoxelArray } from "../core/types.js";
import { swapBytes, littleEndianMachine } from "../platform/bytes.js";

/** The kinds of number a NIfTI file may store that are read here. */
export type NiftiDatatype =
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float32"
  | "float64";

interface DatatypeRow {
  code: number;
  name: NiftiDatatype;
  bytes: number;
}

const rows: readonly DatatypeRow[] = [
  { code: 2, name: "uint8", bytes: 1 },
  { code: 256, name: "int8", bytes: 1 },
  { code: 512, name: "uint16", bytes: 2 },
  { code: 4, name: "int16", bytes: 2 },
  { code: 768, name: "uint32", bytes: 4 },
  { code: 8, name: "int32", bytes: 4 },
  { code: 1280, name: "uint64", bytes: 8 },
  { code: 1024, name: "int64", bytes: 8 },
  { code: 16, name: "float32", bytes: 4 },
  { code: 64, name: "float64", bytes: 8 },
];

const refused: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "1-bit",
  32: "complex64",
  128: "RGB24",
  255: "all",
  1536: "float128",
  1792: "complex128",
  2048: "complex256",
  2304: "RGBA32",
};

/** Name and bytes a voxel of a NIfTI datatype code. Throws a LabError naming `file` for colour, complex and others. */
export function datatypeOfCode(code: number, file: string): DatatypeRow {
  const row = rows.find((candidate) => candidate.code === code);
  if (row) return row;
  throw new LabError(
    `${file} datatype`,
    code in refused ? `${code} (${refused[code]})` : code,
    `one number a voxel: ${rows.map(({ code, name }) => `${code} (${name})`).join(", ")}`,
    "Convert the file to one of these first",
  );
}

/** NIfTI code and bytes a voxel of a datatype. */
export function codeOfDatatype(name: NiftiDatatype): DatatypeRow {
  const row = rows.find((candidate) => candidate.name === name);
  if (!row) throw new LabError("datatype", name, rows.map((candidate) => candidate.name).join(", "));
  return row;
}

/** The datatype that stores the numbers of an array without change. */
export function datatypeOfArray(data: VoxelArray): NiftiDatatype {
  if (data instanceof Uint8Array) return "uint8";
  if (data instanceof Int8Array) return "int8";
  if (data instanceof Uint16Array) return "uint16";
  if (data instanceof Int16Array) return "int16";
  if (data instanceof Uint32Array) return "uint32";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Float32Array) return "float32";
  return "float64";
}

/**
 * Typed-array view of voxel bytes in the order of this machine, without a copy where they are aligned.
 *
 * 64-bit integers become `Int32Array` when every value fits, else `Float64Array` when every value is below
 * 2^53 in size and so exact; anything larger is refused with a LabError naming `file` and the value.
 */
export function viewVoxels(bytes: Uint8Array, datatype: NiftiDatatype, file: string): VoxelArray {
  const size = codeOfDatatype(datatype).bytes;
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset } = aligned;
  const length = bytes.byteLength / size;
  switch (datatype) {
    case "uint8":
      return new Uint8Array(buffer, byteOffset, length);
    case "int8":
      return new Int8Array(buffer, byteOffset, length);
    case "uint16":
      return new Uint16Array(buffer, byteOffset, length);
    case "int16":
      return new Int16Array(buffer, byteOffset, length);
    case "uint32":
      return new Uint32Array(buffer, byteOffset, length);
    case "int32":
      return new Int32Array(buffer, byteOffset, length);
    case "float32":
      return new Float32Array(buffer, byteOffset, length);
    case "float64":
      return new Float64Array(buffer, byteOffset, length);
    case "uint64":
    case "int64":
      return narrowWideIntegers(new Uint32Array(buffer, byteOffset, 2 * length), datatype === "int64", file);
  }
}

/** `words` holds the two halves of each 64-bit number in the order of this machine. */
function narrowWideIntegers(words: Uint32Array, signed: boolean, file: string): VoxelArray {
  const length = words.length / 2;
  const low = littleEndianMachine ? 0 : 1;
  const high = 1 - low;
  let fitsInt32 = true;
  for (let i = 0; i < 2 * length && fitsInt32; i += 2)
    fitsInt32 = signed
      ? words[i + high] === (words[i + low] & 0x80000000 ? 0xffffffff : 0)
      : words[i + high] === 0 && words[i + low] < 0x80000000;
  if (fitsInt32) {
    const small = new Int32Array(length);
    for (let i = 0; i < length; i++) small[i] = words[2 * i + low];
    return small;
  }
  const exact = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const top = signed ? words[2 * i + high] | 0 : words[2 * i + high];
    const value = top * 2 ** 32 + words[2 * i + low];
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) refuseWideInteger(top, words[2 * i + low], file);
    exact[i] = value;
  }
  return exact;
}

function refuseWideInteger(high: number, low: number, file: string): never {
  throw new LabError(
    `${file} voxels`,
    BigInt(high) * 2n ** 32n + BigInt(low),
    "64-bit integers below 2^53 in size, which a float64 holds exactly",
    "Store the image as int32 or float64",
  );
}

/** Reverses the bytes of each number in place. */
export function swapByteOrder(bytes: Uint8Array, bytesPerNumber: number): void {
  if (bytesPerNumber === 2 || bytesPerNumber === 4 || bytesPerNumber === 8) swapBytes(bytes, bytesPerNumber);
}
