import { LabError } from "../core/errors.js";
import { loadPackage } from "../platform/packages.js";

/** A decoded frame: one number a pixel, row by row, low byte first. */
export interface DecodedFrame {
  bytes: Uint8Array;
  bitsPerPixel: number;
  columns: number;
  rows: number;
}

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): unknown;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  delete?(): void;
}

type WasmCodec = Record<string, new () => WasmDecoder>;

type WasmFactory = (settings: object) => Promise<WasmCodec>;

/** Decoders tell of every step on standard output, which is for results. */
const quiet = { print: () => undefined, printErr: () => undefined };

/** How frames of a transfer syntax are packed. */
export type Packing = "native" | "rle" | "jpeg-lossless" | "jpeg-ls" | "jpeg-2000";

const packings: Readonly<Record<string, Packing>> = {
  "1.2.840.10008.1.2": "native",
  "1.2.840.10008.1.2.1": "native",
  "1.2.840.10008.1.2.2": "native",
  "1.2.840.10008.1.2.1.99": "native",
  "1.2.840.10008.1.2.5": "rle",
  "1.2.840.10008.1.2.4.57": "jpeg-lossless",
  "1.2.840.10008.1.2.4.70": "jpeg-lossless",
  "1.2.840.10008.1.2.4.80": "jpeg-ls",
  "1.2.840.10008.1.2.4.81": "jpeg-ls",
  "1.2.840.10008.1.2.4.90": "jpeg-2000",
  "1.2.840.10008.1.2.4.91": "jpeg-2000",
};

/** How the pixels of a file are packed. Throws a LabError naming the file for a transfer syntax that is not read. */
export function packingOf(syntax: string, file: string): Packing {
  const packing = packings[syntax];
  if (packing) return packing;
  throw new LabError(
    `${file} transfer syntax`,
    syntax,
    "no compression, RLE, JPEG lossless, JPEG-LS or JPEG 2000",
    "Unpack the files first, such as with dcmdjpeg or gdcmconv --raw",
    { kind: "bad-file" },
  );
}

const wasm = {
  "jpeg-ls": { name: "@cornerstonejs/codec-charls/decodewasmjs", decoder: "JpegLSDecoder" },
  "jpeg-2000": { name: "@cornerstonejs/codec-openjpeg/decodewasmjs", decoder: "J2KDecoder" },
} as const;

const loaded = new Map<string, Promise<WasmCodec>>();

/**
 * Decodes one packed frame; a decoder is loaded when the first frame asks for it. Throws a LabError naming `file` for
 * what does not decode.
 */
export async function decodeFrame(
  packed: Uint8Array,
  packing: Exclude<Packing, "native" | "rle">,
  file: string,
): Promise<DecodedFrame> {
  try {
    if (packing === "jpeg-lossless") return decodeJpegLossless(packed);
    const { name, decoder } = wasm[packing];
    if (!loaded.has(name)) loaded.set(name, (loadPackage(name) as WasmFactory)(quiet));
    const codec = new (await loaded.get(name)!)[decoder]();
    try {
      codec.getEncodedBuffer(packed.length).set(packed);
      codec.decode();
      const { width, height, bitsPerSample, componentCount } = codec.getFrameInfo();
      if (componentCount !== 1) throw new Error(`${componentCount} colors`);
      const bytes = new Uint8Array(codec.getDecodedBuffer());
      return { bytes, bitsPerPixel: bitsPerSample, columns: width, rows: height };
    } finally {
      codec.delete?.();
    }
  } catch (error) {
    const words = error instanceof Error ? error.message : "bytes that the decoder refuses";
    throw new LabError(file, words.slice(0, 120), `a frame in ${packing}`, "The file is damaged", {
      kind: "bad-file",
    });
  }
}

interface JpegLossless {
  Decoder: new () => {
    frame: { dimX: number; dimY: number; precision: number };
    decode(buffer: ArrayBuffer, offset: number, length: number): Uint8Array | Uint16Array;
  };
}

function decodeJpegLossless(packed: Uint8Array): DecodedFrame {
  const { Decoder } = loadPackage("jpeg-lossless-decoder-js") as JpegLossless;
  const decoder = new Decoder();
  const own = new Uint8Array(packed);
  const { buffer, byteOffset, byteLength } = decoder.decode(own.buffer, 0, own.length);
  const { dimX, dimY, precision } = decoder.frame;
  return {
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
    bitsPerPixel: precision,
    columns: dimX,
    rows: dimY,
  };
}
