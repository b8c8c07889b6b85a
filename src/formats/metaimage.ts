import { lpsToRas, requireAffine } from "../core/affine.js";
import { LabError, requireThat } from "../core/errors.js";
import type { NiftiDatatype } from "../nifti/datatype.js";
import { besideHeader, type ImageText, parseNumbers, parseShape } from "./image-text.js";

/**
 * The header of a MetaImage file (`.mha`, or `.mhd` with the voxels apart) of three axes. As ITK reads it: each three numbers
 * of the matrix are the direction of an axis, in LPS, and the anatomical orientation that some writers add changes nothing.
 *
 * @param text the start of the file, one byte a character.
 * @throws LabError naming the field: another number of axes, several channels, voxels in several files, and every field that
 *   is damaged or there twice.
 */
export function parseMetaImage(text: string, path: string): ImageText {
  const { fields, end } = splitHeader(text, path);
  const refuse = (name: string, expected: string, advice = ""): never => {
    throw new LabError(`${path} ${name}`, fields.get(name) ?? "no such field", expected, advice, {
      kind: "bad-file",
    });
  };
  const first = (...names: string[]): string | undefined => names.find((name) => fields.has(name));
  const isTrue = (name: string | undefined, fallback: boolean): boolean => {
    if (name === undefined) return fallback;
    const word = fields.get(name)!.toLowerCase();
    if (!/^(true|false|t|f|1|0|yes|no)$/.test(word)) refuse(name, "True or False");
    return /^[t1y]/.test(word);
  };
  if ((fields.get("ObjectType") ?? "Image").toLowerCase() !== "image") refuse("ObjectType", "Image");
  if (fields.get("NDims") !== "3") refuse("NDims", "3, a volume", "Write one volume of the series");
  if ((fields.get("ElementNumberOfChannels") ?? "1") !== "1")
    refuse("ElementNumberOfChannels", "1, one number a voxel");
  const datatype =
    datatypes[fields.get("ElementType") ?? ""] ?? refuse("ElementType", "a MET type of one number");
  const spacingName = first("ElementSpacing", "ElementSize");
  if (spacingName === undefined) refuse("ElementSpacing", "the distance of voxels");
  if (!fields.has("DimSize")) refuse("DimSize", "three sizes");
  const shape = parseShape(fields.get("DimSize")!, `${path} DimSize`);
  const numbers = (name: string | undefined, fallback: string, count: number): number[] =>
    parseNumbers(name === undefined ? fallback : fields.get(name)!, count, `${path} ${name}`);
  const spacing = numbers(spacingName, "", 3);
  const matrixName = first("TransformMatrix", "Rotation", "Orientation");
  const matrix = numbers(matrixName, "1 0 0 0 1 0 0 0 1", 9);
  const offsetName = first("Offset", "Position", "Origin");
  if ((matrixName === undefined) !== (offsetName === undefined))
    refuse(
      matrixName === undefined ? "TransformMatrix" : "Offset",
      "both TransformMatrix and Offset, or neither",
    );
  const offset = numbers(offsetName, "0 0 0", 3);
  if (spacing.some((mm) => !(mm > 0))) refuse("ElementSpacing", "spacing above 0");
  const rows = [0, 1, 2].flatMap((row) => [
    ...[0, 1, 2].map((axis) => matrix[3 * axis + row] * spacing[axis]),
    offset[row],
  ]);
  const affine = lpsToRas([...rows, 0, 0, 0, 1]);
  requireAffine(affine, path);
  const isBinary = isTrue(first("BinaryData"), true);
  const isCompressed = isTrue(first("CompressedData"), false);
  const name = fields.get("ElementDataFile")!;
  if (/^LIST/i.test(name) || /%\d*d/.test(name))
    refuse("ElementDataFile", "one file with all voxels", "Write the volume into one file");
  const headerSize = fields.get("HeaderSize") ?? "0";
  if (!/^(-1|\d+)$/.test(headerSize)) refuse("HeaderSize", "a whole number from 0, or -1");
  const isLocal = name.toUpperCase() === "LOCAL";
  return {
    datatype,
    shape,
    affine,
    isOriented: matrixName !== undefined,
    littleEndian: !isTrue(first("BinaryDataByteOrderMSB", "ElementByteOrderMSB"), false),
    encoding: !isBinary ? "text" : isCompressed ? "compressed" : "raw",
    dataPath: isLocal ? path : besideHeader(path, name),
    dataOffset: isLocal ? end : headerSize === "-1" ? "end" : Number(headerSize),
  };
}

const datatypes: Readonly<Record<string, NiftiDatatype | undefined>> = {
  MET_CHAR: "int8",
  MET_UCHAR: "uint8",
  MET_SHORT: "int16",
  MET_USHORT: "uint16",
  MET_INT: "int32",
  MET_UINT: "uint32",
  MET_LONG: "int32",
  MET_ULONG: "uint32",
  MET_LONG_LONG: "int64",
  MET_ULONG_LONG: "uint64",
  MET_FLOAT: "float32",
  MET_DOUBLE: "float64",
};

/** Fields up to the one that says where the voxels are, which ends the header. */
function splitHeader(text: string, path: string): { fields: Map<string, string>; end: number } {
  const fields = new Map<string, string>();
  for (let at = 0; at < text.length && fields.size < 1000;) {
    const stop = text.indexOf("\n", at);
    const line = text.slice(at, stop < 0 ? undefined : stop);
    at = stop < 0 ? text.length : stop + 1;
    if (line.trim() === "") continue;
    const [, name, value] = /^\s*(\w+)\s*=(.*)$/.exec(line) ?? [];
    requireThat(
      name !== undefined,
      path,
      line.slice(0, 80),
      "a line of the header, Name = value",
      "",
      "bad-file",
    );
    requireThat(!fields.has(name), `${path} ${name}`, "the field twice", "each field once", "", "bad-file");
    fields.set(name, value.trim());
    if (name === "ElementDataFile") return { fields, end: at };
  }
  throw new LabError(path, "no ElementDataFile", "a MetaImage header that ends with it", "", {
    kind: "bad-file",
  });
}
