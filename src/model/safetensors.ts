import { fileError, LabError } from "../core/errors.js";
import { decodeText, writeFileWhole } from "../core/files.js";
import { encodeText } from "../platform/bytes.js";
import { readFile } from "../platform/files.js";
import type { Weights, WeightTensor } from "./weights.js";

/**
 * Writes tensors as a safetensors file: eight bytes that tell the length of a JSON header, the header, the numbers
 * (32-bit, little-endian), whole or not at all.
 *
 * @param metadata texts for the header.
 */
export async function writeSafetensors(
  path: string,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  let at = 0;
  const entries = weights.map(({ name, shape, data }) => {
    const begin = at;
    at += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, at] }] as const;
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  // Readers map the file into memory, so the numbers start at a multiple of 8 bytes.
  const header = encodeText(text.padEnd(text.length + ((8 - (encodeText(text).length % 8)) % 8)));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  await writeFileWhole(path, [length, header, ...weights.map(({ data }) => bytesOf(data))]);
}

/**
 * Reads the 32-bit tensors of a safetensors file, in the order of the file.
 *
 * @throws LabError for a file that is none, is cut short, or holds another kind of number (naming the tensor).
 */
export async function readSafetensors(
  path: string,
): Promise<{ tensors: WeightTensor[]; metadata: Record<string, string> }> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error, "a safetensors file");
  });
  const length =
    bytes.length >= 8 ? Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)) : 0;
  let header: Record<string, unknown>;
  try {
    if (bytes.length < 10) throw new Error(`${bytes.length} bytes`);
    if (length < 2 || length > bytes.length - 8)
      throw new Error(`${bytes.length} bytes that do not hold the header they promise`);
    header = JSON.parse(decodeText(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
  } catch (error) {
    const advice = "It is another kind of file, was cut short, or is damaged";
    throw new LabError(path, (error as Error).message, "a safetensors file", advice, {
      cause: error,
      kind: "bad-file",
    });
  }
  const metadata = (header.__metadata__ ?? {}) as Record<string, string>;
  const tensors = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => {
      const {
        dtype,
        shape,
        data_offsets: range,
      } = (entry ?? {}) as {
        dtype: string;
        shape: number[];
        data_offsets: [number, number];
      };
      const isWhole = (list: unknown): boolean =>
        Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
      if (!isWhole(shape) || !isWhole(range) || range.length !== 2)
        throw new LabError(`${path}, tensor ${name}`, entry, "dtype, shape and data_offsets");
      if (dtype !== "F32") throw new LabError(`${path}, tensor ${name}`, dtype, "F32");
      const size = 4 * shape.reduce((product, n) => product * n, 1);
      if (range[1] - range[0] !== size || 8 + length + range[1] > bytes.length)
        throw new LabError(
          `${path}, tensor ${name}`,
          `bytes ${range[0]} to ${range[1]} of ${bytes.length - 8 - length}`,
          `${size} bytes`,
          "The file was cut short: copy it again",
        );
      const from = 8 + length + range[0];
      return { tensor: { name, shape, data: floatsOf(bytes.subarray(from, from + size)) }, from };
    });
  return { tensors: tensors.sort((a, b) => a.from - b.from).map(({ tensor }) => tensor), metadata };
}

/** The numbers as bytes, without a copy. */
export function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Bytes as numbers of their own. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
