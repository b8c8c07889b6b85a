import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Fields a test may set; everything else is a small valid int16 image in RAS with 0.7 x 0.8 x 5 mm voxels. */
export interface NiftiParts {
  version?: 1 | 2;
  littleEndian?: boolean;
  magic?: string;
  sizeofHdr?: number;
  dim?: number[];
  datatype?: number;
  bitpix?: number;
  pixdim?: number[];
  voxOffset?: number;
  slope?: number;
  inter?: number;
  units?: number;
  qformCode?: number;
  sformCode?: number;
  quaternion?: number[];
  qoffset?: number[];
  sform?: number[];
  /** Stored numbers; default 0, 1, 2, ... of int16. */
  voxels?: number[] | bigint[];
  /** Bytes between header and voxels; default four zeros. */
  extension?: Uint8Array;
}

const codes: Record<number, { bytes: number; set: string }> = {
  2: { bytes: 1, set: "setUint8" },
  256: { bytes: 1, set: "setInt8" },
  512: { bytes: 2, set: "setUint16" },
  4: { bytes: 2, set: "setInt16" },
  768: { bytes: 4, set: "setUint32" },
  8: { bytes: 4, set: "setInt32" },
  1280: { bytes: 8, set: "setBigUint64" },
  1024: { bytes: 8, set: "setBigInt64" },
  16: { bytes: 4, set: "setFloat32" },
  64: { bytes: 8, set: "setFloat64" },
};

/** Header bytes laid out by the NIfTI-1 and NIfTI-2 texts, independent of the code under test. */
export function makeHeader(parts: NiftiParts = {}): Uint8Array {
  const version = parts.version ?? 1;
  const little = parts.littleEndian ?? true;
  const size = version === 1 ? 348 : 540;
  const view = new DataView(new ArrayBuffer(size));
  const dim = parts.dim ?? [3, 4, 3, 2, 1, 1, 1, 1];
  const datatype = parts.datatype ?? 4;
  const bitpix = parts.bitpix ?? 8 * (codes[datatype]?.bytes ?? 2);
  const pixdim = parts.pixdim ?? [1, 0.7, 0.8, 5, 1, 1, 1, 1];
  const offset = parts.voxOffset ?? size + (parts.extension?.length ?? 4);
  const sform = parts.sform ?? [0.7, 0, 0, -10, 0, 0.8, 0, -20, 0, 0, 5, 30];
  const quaternion = parts.quaternion ?? [0, 0, 0];
  const qoffset = parts.qoffset ?? [-10, -20, 30];
  const magic = parts.magic ?? `n+${version}\0`;
  view.setInt32(0, parts.sizeofHdr ?? size, little);
  const text = (at: number, value: string) =>
    [...value].forEach((letter, k) => view.setUint8(at + k, letter.charCodeAt(0)));
  if (version === 1) {
    dim.forEach((n, k) => view.setInt16(40 + 2 * k, n, little));
    view.setInt16(70, datatype, little);
    view.setInt16(72, bitpix, little);
    pixdim.forEach((n, k) => view.setFloat32(76 + 4 * k, n, little));
    view.setFloat32(108, offset, little);
    view.setFloat32(112, parts.slope ?? 0, little);
    view.setFloat32(116, parts.inter ?? 0, little);
    view.setUint8(123, parts.units ?? 2);
    view.setInt16(252, parts.qformCode ?? 0, little);
    view.setInt16(254, parts.sformCode ?? 1, little);
    quaternion.forEach((n, k) => view.setFloat32(256 + 4 * k, n, little));
    qoffset.forEach((n, k) => view.setFloat32(268 + 4 * k, n, little));
    sform.forEach((n, k) => view.setFloat32(280 + 4 * k, n, little));
    text(344, magic);
  } else {
    text(4, magic);
    if (magic[0] === "n") text(8, "\r\n\x1a\n");
    view.setInt16(12, datatype, little);
    view.setInt16(14, bitpix, little);
    dim.forEach((n, k) => view.setBigInt64(16 + 8 * k, BigInt(n), little));
    pixdim.forEach((n, k) => view.setFloat64(104 + 8 * k, n, little));
    view.setBigInt64(168, BigInt(offset), little);
    view.setFloat64(176, parts.slope ?? 0, little);
    view.setFloat64(184, parts.inter ?? 0, little);
    view.setInt32(344, parts.qformCode ?? 0, little);
    view.setInt32(348, parts.sformCode ?? 1, little);
    quaternion.forEach((n, k) => view.setFloat64(352 + 8 * k, n, little));
    qoffset.forEach((n, k) => view.setFloat64(376 + 8 * k, n, little));
    sform.forEach((n, k) => view.setFloat64(400 + 8 * k, n, little));
    view.setInt32(500, parts.units ?? 2, little);
  }
  return new Uint8Array(view.buffer);
}

/** Voxel bytes alone. */
export function makeVoxels(parts: NiftiParts = {}): Uint8Array {
  const dim = parts.dim ?? [3, 4, 3, 2];
  const count = dim.slice(1, 1 + dim[0]).reduce((product, n) => product * n, 1);
  const datatype = parts.datatype ?? 4;
  const { bytes, set } = codes[datatype] ?? codes[4];
  const voxels = parts.voxels ?? Array.from({ length: count }, (_, i) => i);
  const view = new DataView(new ArrayBuffer(bytes * voxels.length));
  voxels.forEach((value, i) =>
    (view as unknown as Record<string, (at: number, value: unknown, little: boolean) => void>)[set](
      bytes * i,
      set.includes("Big") ? BigInt(value) : Number(value),
      parts.littleEndian ?? true,
    ),
  );
  return new Uint8Array(view.buffer);
}

/** A whole single file, not compressed. */
export function makeNifti(parts: NiftiParts = {}): Uint8Array {
  const header = makeHeader(parts);
  const gap = parts.extension ?? new Uint8Array(4);
  const voxels = makeVoxels(parts);
  const offset = parts.voxOffset ?? header.length + gap.length;
  const bytes = new Uint8Array(Math.max(offset, header.length + gap.length) + voxels.length);
  bytes.set(header);
  bytes.set(gap, header.length);
  bytes.set(voxels, offset);
  return bytes;
}

/** A folder that goes away after each test of the suite it is made in; call it inside `describe`. */
export function useFolder(): { path: string; write: (name: string, bytes: Uint8Array) => string } {
  const folder = {
    path: "",
    write(name: string, bytes: Uint8Array): string {
      const file = join(folder.path, name);
      writeFileSync(file, /\.gz$/.test(name) && bytes[0] !== 0x1f ? gzipSync(bytes) : bytes);
      return file;
    },
  };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), "tumorlab-nifti-"));
  });
  afterEach(() => rmSync(folder.path, { recursive: true, force: true }));
  return folder;
}
