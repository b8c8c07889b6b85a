import { lpsToRas } from "../core/affine.js";
import { requireThat } from "../core/errors.js";
import { writeFileWhole } from "../core/files.js";
import { fillWith } from "../core/fill-with.js";
import { createVolume, rescaleValue, withData } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import { datatypeOfArray, type NiftiDatatype } from "../nifti/datatype.js";
import { littleEndianMachine, encodeText } from "../platform/bytes.js";
import { deflate, gzip } from "../platform/compress.js";

/**
 * Writes a volume or label map as NRRD in LPS with gzip, whole or not at all; a label map's names go along as 3D Slicer's
 * segments. The format knows no slope and intercept: scaled numbers are written as what they mean.
 */
export async function writeNrrd(path: string, volume: Volume): Promise<void> {
  const plain = withoutRescale(volume);
  const lps = lpsToRas(plain.affine);
  const vector = (column: number): string => `(${[0, 4, 8].map((row) => lps[row + column]).join(",")})`;
  const lines = [
    "NRRD0005",
    `type: ${nrrdTypes[datatypeOfArray(plain.data)]}`,
    "dimension: 3",
    "space: left-posterior-superior",
    `sizes: ${plain.shape.join(" ")}`,
    `space directions: ${[0, 1, 2].map(vector).join(" ")}`,
    "kinds: domain domain domain",
    `endian: ${littleEndianMachine ? "little" : "big"}`,
    "encoding: gzip",
    `space origin: ${vector(3)}`,
    ...segmentLines(volume),
  ];
  await writeFileWhole(path, [encodeText(`${lines.join("\n")}\n\n`), gzip(bytesOf(plain), 1)]);
}

/** Writes a volume or label map as MetaImage in LPS: `.mha`, compressed, whole or not at all. As {@link writeNrrd} else. */
export async function writeMetaImage(path: string, volume: Volume): Promise<void> {
  const plain = withoutRescale(volume);
  const lps = lpsToRas(plain.affine);
  const packed = deflate(bytesOf(plain), 1);
  const lengths = [0, 1, 2].map((axis) => Math.hypot(lps[axis], lps[4 + axis], lps[8 + axis]));
  const directions = [0, 1, 2].flatMap((axis) => [0, 4, 8].map((row) => lps[row + axis] / lengths[axis]));
  const lines = [
    "ObjectType = Image",
    "NDims = 3",
    "BinaryData = True",
    `BinaryDataByteOrderMSB = ${littleEndianMachine ? "False" : "True"}`,
    "CompressedData = True",
    `CompressedDataSize = ${packed.length}`,
    `TransformMatrix = ${directions.join(" ")}`,
    `Offset = ${[3, 7, 11].map((k) => lps[k]).join(" ")}`,
    "CenterOfRotation = 0 0 0",
    `ElementSpacing = ${lengths.join(" ")}`,
    `DimSize = ${plain.shape.join(" ")}`,
    `ElementType = ${metaTypes[datatypeOfArray(plain.data)]}`,
    "ElementDataFile = LOCAL",
  ];
  await writeFileWhole(path, [encodeText(`${lines.join("\n")}\n`), packed]);
}

const nrrdTypes: Readonly<Record<NiftiDatatype, string>> = {
  int8: "int8",
  uint8: "uint8",
  int16: "int16",
  uint16: "uint16",
  int32: "int32",
  uint32: "uint32",
  int64: "int64",
  uint64: "uint64",
  float32: "float",
  float64: "double",
};

const metaTypes: Readonly<Record<NiftiDatatype, string>> = {
  int8: "MET_CHAR",
  uint8: "MET_UCHAR",
  int16: "MET_SHORT",
  uint16: "MET_USHORT",
  int32: "MET_INT",
  uint32: "MET_UINT",
  int64: "MET_LONG_LONG",
  uint64: "MET_ULONG_LONG",
  float32: "MET_FLOAT",
  float64: "MET_DOUBLE",
};

function bytesOf({ data }: Volume): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The same numbers without slope and intercept: whole numbers where all are and 16 bits hold them, else float32. */
function withoutRescale(volume: Volume): Volume {
  createVolume(volume.data, volume.shape, volume);
  const { data, rescale } = volume;
  if (!rescale) return volume;
  const isWhole = Number.isInteger(rescale.slope) && Number.isInteger(rescale.intercept) && !isFloat(data);
  const real = fillWith(new Float32Array(data.length), data, (stored) => rescaleValue(stored, rescale));
  const fits = isWhole && real.every((value) => value >= -32768 && value <= 32767);
  return withData(volume, fits ? Int16Array.from(real) : real);
}

function isFloat(data: Volume["data"]): boolean {
  return data instanceof Float32Array || data instanceof Float64Array;
}

function segmentLines(volume: Volume): string[] {
  const { names } = volume as Partial<LabelMap>;
  return Object.entries(names ?? {}).flatMap(([value, name], k) => {
    requireThat(!/[\r\n]/.test(name), `name of label ${value}`, name, "a name on one line");
    return [
      `Segment${k}_ID:=Segment_${value}`,
      `Segment${k}_Name:=${name}`,
      `Segment${k}_LabelValue:=${value}`,
      `Segment${k}_Layer:=0`,
    ];
  });
}
