import { deflateRawSync } from "node:zlib";

/** An element to write: tag, kind, and a value: text, numbers of its kind, bytes, or the items of a sequence. */
export type Part = [tag: number, vr: string, value: string | number[] | Uint8Array | Part[][]];

export const syntaxes = {
  implicit: "1.2.840.10008.1.2",
  little: "1.2.840.10008.1.2.1",
  big: "1.2.840.10008.1.2.2",
  deflated: "1.2.840.10008.1.2.1.99",
} as const;

const long = ["OB", "OW", "SQ", "UN", "UT"];

/** Bytes of elements in order of their tags, by PS3.5 alone: nothing of the reader is used. */
export function encodeParts(parts: readonly Part[], explicit: boolean, little: boolean): Buffer {
  const sorted = [...parts].sort((a, b) => a[0] - b[0]);
  const u16 = (value: number): Buffer => {
    const bytes = Buffer.alloc(2);
    if (little) bytes.writeUInt16LE(value & 0xffff);
    else bytes.writeUInt16BE(value & 0xffff);
    return bytes;
  };
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (little) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const tagBytes = (tag: number): Buffer => Buffer.concat([u16(Math.floor(tag / 65536)), u16(tag % 65536)]);
  const valueBytes = (vr: string, value: Part[2]): Buffer => {
    if (typeof value === "string") {
      const even = value.length % 2 === 0 ? value : `${value}${vr === "UI" ? "\0" : " "}`;
      return Buffer.from(even, "latin1");
    }
    if (value instanceof Uint8Array) return Buffer.from(value);
    if (vr !== "SQ") return Buffer.concat((value as number[]).map(vr === "UL" ? u32 : u16));
    return Buffer.concat(
      (value as Part[][]).map((item) => {
        const bytes = encodeParts(item, explicit, little);
        return Buffer.concat([tagBytes(0xfffee000), u32(bytes.length), bytes]);
      }),
    );
  };
  return Buffer.concat(
    sorted.map(([tag, vr, value]) => {
      const bytes = valueBytes(vr, value);
      if (!explicit) return Buffer.concat([tagBytes(tag), u32(bytes.length), bytes]);
      const head = [tagBytes(tag), Buffer.from(vr)];
      const length = long.includes(vr) ? [u16(0), u32(bytes.length)] : [u16(bytes.length)];
      return Buffer.concat([...head, ...length, bytes]);
    }),
  );
}

/** A whole file in a transfer syntax. */
export function makeDicom(parts: readonly Part[], syntax: string = syntaxes.little): Buffer {
  const little = syntax !== syntaxes.big;
  const body = encodeParts(parts, syntax !== syntaxes.implicit, little);
  const meta = encodeParts([[0x00020010, "UI", syntax]], true, true);
  const group = encodeParts([[0x00020000, "UL", [meta.length]]], true, true);
  const data = syntax === syntaxes.deflated ? deflateRawSync(body) : body;
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), group, meta, data]);
}

export interface SliceSettings {
  position: readonly number[];
  orientation?: readonly number[];
  /** Stored number of the pixel at a column and row. */
  pixel: (column: number, row: number) => number;
  columns?: number;
  rows?: number;
  /** mm between rows, and between columns. */
  spacing?: readonly [number, number];
  uid?: string;
  series?: string;
  seriesName?: string;
  /** Default `"CT"`. */
  modality?: string;
  bitsStored?: number;
  signed?: boolean;
  slope?: number;
  intercept?: number;
  acquisition?: number;
  more?: readonly Part[];
  syntax?: string;
  /** The pixels as they are packed in `syntax`, in place of `pixel`. */
  packed?: Uint8Array;
}

let made = 0;

/** A CT slice of 16 bits a pixel. */
export function makeSlice(settings: SliceSettings): Buffer {
  const {
    columns = 6,
    rows = 4,
    spacing = [2, 1.5],
    orientation = [1, 0, 0, 0, 1, 0],
    signed = true,
  } = settings;
  const { syntax = syntaxes.little, bitsStored = 16, series = "1.2.3", seriesName = "Abdomen" } = settings;
  const pixels = Array.from({ length: rows * columns }, (_, i) =>
    settings.pixel(i % columns, Math.floor(i / columns)),
  );
  const bytes = Buffer.alloc(2 * pixels.length);
  pixels.forEach((value, i) =>
    syntax === syntaxes.big
      ? bytes.writeUInt16BE(value & 0xffff, 2 * i)
      : bytes.writeUInt16LE(value & 0xffff, 2 * i),
  );
  const file = makeDicom(
    [
      [0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"],
      [0x00080018, "UI", settings.uid ?? `1.2.3.4.${++made}`],
      [0x00080060, "CS", settings.modality ?? "CT"],
      [0x0008103e, "LO", seriesName],
      [0x00100010, "PN", "Doe^Jane"],
      [0x00180050, "DS", "3"],
      [0x0020000d, "UI", "1.2"],
      [0x0020000e, "UI", series],
      [0x00200011, "IS", "7"],
      [0x00200012, "IS", String(settings.acquisition ?? 1)],
      [0x00200032, "DS", settings.position.map((mm) => mm.toFixed(6)).join("\\")],
      [0x00200037, "DS", orientation.map((cosine) => cosine.toFixed(8)).join("\\")],
      [0x00280002, "US", [1]],
      [0x00280004, "CS", "MONOCHROME2"],
      [0x00280010, "US", [rows]],
      [0x00280011, "US", [columns]],
      [0x00280030, "DS", spacing.join("\\")],
      [0x00280100, "US", [16]],
      [0x00280101, "US", [bitsStored]],
      [0x00280102, "US", [bitsStored - 1]],
      [0x00280103, "US", [signed ? 1 : 0]],
      [0x00281052, "DS", String(settings.intercept ?? 0)],
      [0x00281053, "DS", String(settings.slope ?? 1)],
      ...(settings.more ?? []),
      ...(settings.packed ? [] : [[0x7fe00010, "OW", bytes] as Part]),
    ],
    syntax,
  );
  return settings.packed ? Buffer.concat([file, encapsulate(settings.packed)]) : file;
}

/** Pixels of one packed frame: PS3.5, A.4. */
function encapsulate(packed: Uint8Array): Buffer {
  const item = (length: number): Buffer => {
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    head.writeUInt32LE(length, 4);
    return head;
  };
  const even = Buffer.concat([packed, Buffer.alloc(packed.length % 2)]);
  return Buffer.concat([
    Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    item(0),
    item(even.length),
    even,
    Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
  ]);
}

/** 16-bit pixels in RLE (PS3.5, annex G): the high bytes first, repeats of three and more as runs. */
export function packRle(values: readonly number[]): Buffer {
  const planes = [8, 0].map((shift) => {
    const bytes = values.map((value) => (value >> shift) & 0xff);
    const out: number[] = [];
    for (let i = 0; i < bytes.length;) {
      let run = 1;
      while (i + run < bytes.length && bytes[i + run] === bytes[i] && run < 128) run++;
      if (run >= 3) out.push(257 - run, bytes[i]);
      else {
        run = 1;
        out.push(0, bytes[i]);
      }
      i += run;
    }
    return Buffer.from(out.length % 2 === 0 ? out : [...out, 128]);
  });
  const head = Buffer.alloc(64);
  head.writeUInt32LE(2, 0);
  head.writeUInt32LE(64, 4);
  head.writeUInt32LE(64 + planes[0].length, 8);
  return Buffer.concat([head, ...planes]);
}
