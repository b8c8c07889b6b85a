import type { Affine, Rescale, Vec3 } from "../core/types.js";
import { decodeLatin1, encodeLatin1 } from "../platform/bytes.js";
import type { NiftiFields } from "./fields.js";

/**
 * NIfTI-1 stores geometry and scale as 32-bit floats, so that 0.7 mm comes back as 0.699999988 mm. A comment
 * extension (code 6, which every reader skips) carries the 64-bit numbers beside them; they count only while they
 * still round to what the header says, so a tool that edits the header and keeps the extension does no harm.
 */
export interface ExactNumbers {
  affine: Affine;
  spacingMm: Vec3;
  rescale?: Rescale;
}

const title = "tumorlab exact numbers ";
const commentCode = 6;

/** How many of each unit make a millimetre; a file that names no unit is taken to be in millimetres. */
export const perMillimetre: Readonly<Record<NiftiFields["spaceUnit"], number>> = {
  unknown: 1,
  mm: 1,
  m: 1e-3,
  um: 1e3,
};

/** A length as a header stores it: in its unit, rounded to its number format. */
export function asStored(mm: number, fields: Pick<NiftiFields, "spaceUnit" | "version">): number {
  const length = mm * perMillimetre[fields.spaceUnit];
  return fields.version === 1 ? Math.fround(length) : length;
}

/** Whether exact numbers still say what the header says, so that they may stand in for it. */
export function agreesWithHeader({ affine, spacingMm, rescale }: ExactNumbers, fields: NiftiFields): boolean {
  const round = (value: number) => (fields.version === 1 ? Math.fround(value) : value);
  return (
    fields.sformCode > 0 &&
    affine.slice(0, 12).every((value, k) => asStored(value, fields) === fields.sform[k]) &&
    spacingMm.every((value, k) => asStored(value, fields) === fields.pixdim[k + 1]) &&
    (rescale
      ? round(rescale.slope) === fields.rescale?.slope &&
        round(rescale.intercept) === fields.rescale.intercept
      : !fields.rescale)
  );
}

/** The extension's bytes, a multiple of 16 long, in the given byte order. */
export function encodeExact(numbers: ExactNumbers, littleEndian: boolean): Uint8Array {
  const text = encodeLatin1(title + toJson(numbers));
  const bytes = new Uint8Array(Math.ceil((8 + text.length) / 16) * 16);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length, littleEndian);
  view.setInt32(4, commentCode, littleEndian);
  bytes.set(text, 8);
  return bytes;
}

/** JSON that keeps the sign of -0, which JSON.stringify drops and JSON.parse reads. */
function toJson({ affine, spacingMm, rescale }: ExactNumbers): string {
  const list = (values: readonly number[]) =>
    values.map((value) => (Object.is(value, -0) ? "-0" : value)).join(",");
  const scale = rescale ? list([rescale.slope, rescale.intercept]).split(",") : undefined;
  return (
    `{"affine":[${list(affine)}],"spacingMm":[${list(spacingMm)}]` +
    `${scale ? `,"rescale":{"slope":${scale[0]},"intercept":${scale[1]}}` : ""}}`
  );
}

/** Looks for the extension among those in `bytes`, which start right after the header; damaged ones end the search. */
export function decodeExact(bytes: Uint8Array, littleEndian: boolean): ExactNumbers | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The first four bytes say whether extensions follow.
  if (bytes.length < 4 || bytes[0] === 0) return undefined;
  for (let at = 4; at + 8 <= bytes.length;) {
    const size = view.getInt32(at, littleEndian);
    if (size < 16 || size % 16 !== 0 || at + size > bytes.length) return undefined;
    if (view.getInt32(at + 4, littleEndian) === commentCode) {
      const text = decodeLatin1(bytes.subarray(at + 8, at + size));
      if (text.startsWith(title)) return parseExact(text.slice(title.length).replace(/\0+$/, ""));
    }
    at += size;
  }
  return undefined;
}

function parseExact(text: string): ExactNumbers | undefined {
  try {
    const { affine, spacingMm, rescale } = JSON.parse(text) as Partial<ExactNumbers>;
    const numbers = [...(affine ?? []), ...(spacingMm ?? [])];
    if (numbers.length !== 19 || !numbers.every((value) => typeof value === "number")) return undefined;
    return { affine: affine!, spacingMm: spacingMm!, ...(rescale ? { rescale } : {}) };
  } catch {
    return undefined;
  }
}
