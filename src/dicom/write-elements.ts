import { requireThat } from "../core/errors.js";
import { encodeLatin1, encodeText, joinBytes } from "../platform/bytes.js";

/** An element to write: its tag as one number, its kind, and its value: text, numbers (US, UL), bytes, or the items of a sequence. */
export type DicomPart = [
  tag: number,
  vr: string,
  value: string | readonly number[] | Uint8Array | DicomPart[][],
];

/** Explicit VR, low byte first: what every reader takes. */
const syntax = "1.2.840.10008.1.2.1";

/** Kinds whose length has 32 bits. */
const longKinds = new Set(["OB", "OW", "SQ", "UN", "UT"]);

/** A DICOM file without compression, in explicit VR and little-endian; text is UTF-8. Elements may come in any order. */
export function encodeDicomFile(parts: readonly DicomPart[], implementation: string): Uint8Array {
  const value = (tag: number): string => parts.find(([each]) => each === tag)![2] as string;
  const meta = encodeParts([
    [0x00020001, "OB", Uint8Array.of(0, 1)],
    [0x00020002, "UI", value(0x00080016)],
    [0x00020003, "UI", value(0x00080018)],
    [0x00020010, "UI", syntax],
    [0x00020012, "UI", implementation],
  ]);
  const length = encodeParts([[0x00020000, "UL", [meta.length]]]);
  return joinBytes([new Uint8Array(128), encodeLatin1("DICM"), length, meta, encodeParts(parts)]);
}

/** Elements in the order of their tags. */
function encodeParts(parts: readonly DicomPart[]): Uint8Array {
  const sorted = [...parts].sort((a, b) => a[0] - b[0]);
  return joinBytes(
    sorted.flatMap(([tag, vr, value]) => {
      const bytes = encodeValue(vr, value);
      const isLong = longKinds.has(vr);
      requireThat(
        bytes.length <= (isLong ? 0xfffffffe : 0xfffe),
        `DICOM element ${tag.toString(16)}`,
        `${bytes.length} bytes`,
        `at most ${isLong ? "4 GiB" : "65534 bytes"}`,
      );
      const head = new Uint8Array(isLong ? 12 : 8);
      const view = new DataView(head.buffer);
      writeTag(view, tag);
      head.set(encodeLatin1(vr), 4);
      if (isLong) view.setUint32(8, bytes.length, true);
      else view.setUint16(6, bytes.length, true);
      return [head, bytes];
    }),
  );
}

function encodeValue(vr: string, value: DicomPart[2]): Uint8Array {
  if (value instanceof Uint8Array) return padded(value, 0);
  if (typeof value === "string") return padded(encodeText(value), vr === "UI" ? 0 : 32);
  if (vr === "SQ") return joinBytes((value as DicomPart[][]).flatMap(encodeItem));
  const numbers = value as readonly number[];
  const size = vr === "UL" ? 4 : 2;
  const bytes = new Uint8Array(size * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, k) => {
    if (size === 4) view.setUint32(4 * k, number, true);
    else view.setUint16(2 * k, number, true);
  });
  return bytes;
}

function encodeItem(parts: DicomPart[]): Uint8Array[] {
  const bytes = encodeParts(parts);
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  writeTag(view, 0xfffee000);
  view.setUint32(4, bytes.length, true);
  return [head, bytes];
}

function writeTag(view: DataView, tag: number): void {
  view.setUint16(0, Math.floor(tag / 65536), true);
  view.setUint16(2, tag % 65536, true);
}

function padded(bytes: Uint8Array, fill: number): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1).fill(fill);
  even.set(bytes);
  return even;
}

/** A number as DICOM's decimal text, which has 16 characters at most: as exact as these allow. */
export function formatDecimal(value: number): string {
  for (let digits = 17; digits > 0; digits--) {
    const rounded = digits === 17 ? value + 0 : Number(value.toPrecision(digits));
    const text = [String(rounded), rounded.toExponential()].find((each) => each.length <= 16);
    if (text !== undefined) return text;
  }
  return "0";
}
