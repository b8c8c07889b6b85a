import { LabError } from "../core/errors.js";
import { decodeText, writeFileWhole } from "../core/files.js";
import type { Vec3 } from "../core/types.js";
import { decodeLatin1, encodeText } from "../platform/bytes.js";
import { type FileError, readFileNow, withFileNow } from "../platform/files.js";
import { makeShared } from "../platform/memory.js";
import type { PreparedCase } from "./prepared-case.js";

/** Prepared cases, in memory or as files: plain data that a thread can be handed. */
export type CaseBank =
  | { kind: "memory"; cases: readonly PreparedCase[] }
  | {
      kind: "files";
      /** Written by `writePreparedCase`. */
      paths: readonly string[];
      /** Cases kept in memory at most, in bytes. */
      maxBytes: number;
    };

/** Opens the cases of a bank by their index. */
export interface CaseReader {
  count: number;
  open(index: number): PreparedCase;
  /** Indices of the cases with a voxel of a class, 1 being the first, ascending. */
  withClass(label: number): readonly number[];
}

interface Header {
  name: string;
  patient: string;
  shape: Vec3;
  spacingMm: Vec3;
  voxelCounts: number[];
  /** What the scan was prepared for; another recipe makes it again. */
  preparation: string;
  /** Why the scan's numbers cannot be HU; absent where they can. */
  doubt?: string;
}

const magic = "TLCASE01";
const advice = "Remove it: training prepares the scan again";

/** A reader that keeps the cases used last in memory, up to the bank's bytes. */
export function openBank(bank: CaseBank): CaseReader {
  if (bank.kind === "memory")
    return {
      count: bank.cases.length,
      open: (index) => bank.cases[index],
      withClass: findHolders(() =>
        bank.cases.map(({ voxelsOfClass }) => voxelsOfClass.map(({ length }) => length)),
      ),
    };
  const held = new Map<number, PreparedCase>();
  let bytes = 0;
  return {
    count: bank.paths.length,
    open(index) {
      const found = held.get(index) ?? readPreparedCase(bank.paths[index]).prepared;
      if (!held.delete(index)) bytes += sizeOf(found);
      held.set(index, found);
      for (const [oldest, each] of held) {
        if (bytes <= bank.maxBytes || held.size === 1) break;
        held.delete(oldest);
        bytes -= sizeOf(each);
      }
      return found;
    },
    withClass: findHolders(() => bank.paths.map((path) => readHeader(path).header.voxelCounts)),
  };
}

/** The cases that hold a class, by what `counts` says of each case and class; asked once, when first needed. */
function findHolders(counts: () => readonly (readonly number[])[]): CaseReader["withClass"] {
  let known: readonly (readonly number[])[] | undefined;
  const holders = new Map<number, readonly number[]>();
  return (label) => {
    known ??= counts();
    const found = holders.get(label) ?? known.flatMap((each, index) => (each[label - 1] > 0 ? [index] : []));
    holders.set(label, found);
    return found;
  };
}

/**
 * Writes a prepared case, whole or not at all.
 *
 * @param preparation what decides how it was prepared, as one text.
 * @param doubt why the scan's numbers cannot be HU, which is to be told each time the case is used.
 */
export async function writePreparedCase(
  path: string,
  prepared: PreparedCase,
  preparation: string,
  doubt?: string,
): Promise<void> {
  const { name, patient, shape, spacingMm, image, labels, voxelsOfClass } = prepared;
  const voxelCounts = voxelsOfClass.map(({ length }) => length);
  const header: Header = { name, patient, shape, spacingMm, voxelCounts, preparation };
  if (doubt !== undefined) header.doubt = doubt;
  const text = encodeText(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  const parts = [image, labels, ...voxelsOfClass].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  await writeFileWhole(path, [encodeText(magic), length, text, ...parts]);
}

/**
 * Reads what `writePreparedCase` wrote.
 *
 * @throws LabError for a file that is missing, none of these, or cut short.
 */
export function readPreparedCase(path: string): {
  prepared: PreparedCase;
  preparation: string;
  doubt?: string;
} {
  const { header, end } = readHeader(path);
  const { name, patient, shape, spacingMm, voxelCounts, preparation, doubt } = header;
  const voxels = shape[0] * shape[1] * shape[2];
  const sizes = [4 * voxels, voxels, ...voxelCounts.map((count) => 4 * count)];
  const bytes = readFileNow(path);
  let at = end;
  const total = at + sizes.reduce((sum, size) => sum + size, 0);
  if (bytes.length !== total)
    throw new LabError(path, `${bytes.length} bytes`, `${total} bytes, as its header says`, advice);
  const parts = sizes.map((size) => {
    const part = makeShared(size);
    new Uint8Array(part).set(bytes.subarray(at, at + size));
    at += size;
    return part;
  });
  const prepared: PreparedCase = {
    name,
    patient,
    shape,
    spacingMm,
    image: new Float32Array(parts[0]),
    labels: new Uint8Array(parts[1]),
    voxelsOfClass: parts.slice(2).map((part) => new Int32Array(part)),
  };
  return { prepared, preparation, ...(doubt === undefined ? {} : { doubt }) };
}

/** What a prepared case is, without its voxels: all but the arrays of `readPreparedCase`. Throws as it does. */
export function readPreparedFacts(
  path: string,
): Pick<PreparedCase, "name" | "patient" | "shape" | "spacingMm"> & { preparation: string } {
  const { name, patient, shape, spacingMm, preparation } = readHeader(path).header;
  return { name, patient, shape, spacingMm, preparation };
}

/** What stands before the arrays, and where it ends. */
function readHeader(path: string): { header: Header; end: number } {
  try {
    return withFileNow(path, (read) => {
      const start = new Uint8Array(12);
      read(start, 0);
      if (decodeLatin1(start.subarray(0, 8)) !== magic) throw new Error("other content");
      const text = new Uint8Array(new DataView(start.buffer).getUint32(8, true));
      read(text, 12);
      return { header: JSON.parse(decodeText(text)) as Header, end: 12 + text.length };
    });
  } catch (error) {
    const { code, message } = error as FileError;
    throw new LabError(path, code ?? message, "a prepared case", advice, { cause: error });
  }
}

function sizeOf({ image, labels, voxelsOfClass }: PreparedCase): number {
  return [image, labels, ...voxelsOfClass].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
