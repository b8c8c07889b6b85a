import { createAffine, requireAffine } from "../core/affine.js";
import { LabError, requireThat } from "../core/errors.js";
import type { Affine, Vec3 } from "../core/types.js";
import type { NiftiDatatype } from "../nifti/datatype.js";
import { besideHeader, type ImageText, parseNumbers, parseShape } from "./image-text.js";

/**
 * The header of an NRRD file (`.nrrd`, or `.nhdr` with the voxels apart) of three axes of space. Vectors are read in LPS, RAS
 * and LAS; a file without `space` has spacing alone. The centre of the first voxel is the origin, whatever `centerings` says,
 * as the format says.
 *
 * @param text the start of the file, one byte a character.
 * @throws LabError naming the field: another number of axes, colours or vectors, another space, units other than mm, voxels
 *   in several files, and every field that is damaged or there twice.
 */
export function parseNrrd(text: string, path: string): ImageText {
  const { fields, pairs, end } = splitHeader(text, path);
  const need = (name: string): string => {
    const value = fields.get(name);
    requireThat(
      value !== undefined,
      `${path} ${name}`,
      "no such field",
      "an NRRD header with it",
      "",
      "bad-file",
    );
    return value;
  };
  const refuse = (name: string, expected: string, advice = ""): never => {
    throw new LabError(`${path} ${name}`, fields.get(name), expected, advice, { kind: "bad-file" });
  };
  if (need("dimension") !== "3")
    refuse(
      "dimension",
      "3, a volume",
      "Write one volume with one number a voxel, such as a single frame or layer",
    );
  for (const kind of fields.get("kinds")?.split(/\s+/) ?? [])
    if (!/^(domain|space|\?{3}|none)$/i.test(kind)) refuse("kinds", "three axes of space (domain or space)");
  const datatype = datatypes.get(need("type").toLowerCase()) ?? refuse("type", "one number a voxel");
  const shape = parseShape(need("sizes"), `${path} sizes`);
  const encoding = encodings[need("encoding").toLowerCase()] ?? refuse("encoding", "raw, gzip or ascii");
  const endian = fields.get("endian")?.toLowerCase() ?? "";
  const isWide = !/int8/.test(datatype) && encoding !== "text";
  if (isWide && endian !== "little" && endian !== "big") refuse("endian", "little or big");
  const lineSkip = fields.get("line skip") ?? fields.get("lineskip") ?? "0";
  if (lineSkip !== "0") refuse("line skip", "0");
  const skip = fields.get("byte skip") ?? fields.get("byteskip") ?? "0";
  if (!/^(-1|\d+)$/.test(skip) || (skip === "-1" && encoding !== "raw"))
    refuse("byte skip", "a whole number from 0, or -1 for raw voxels");
  const apart = fields.get("data file") ?? fields.get("datafile");
  if (apart !== undefined && (/^LIST/.test(apart) || /%\d*d/.test(apart)))
    refuse("data file", "one file with all voxels", "Write the volume into one file");
  requireThat(
    apart !== undefined || end <= text.length,
    path,
    "no end of the header",
    "an empty line before the voxels",
    "The file is cut short",
    "bad-file",
  );
  return {
    datatype,
    shape,
    ...placeOf(fields, path),
    littleEndian: endian !== "big",
    encoding,
    dataPath: apart === undefined ? path : besideHeader(path, apart),
    dataOffset: skip === "-1" ? "end" : Number(skip) + (apart === undefined ? end : 0),
    ...namesOf(pairs),
  };
}

const datatypes = new Map<string, NiftiDatatype>(
  (
    [
      ["int8", "signed char, int8, int8_t"],
      ["uint8", "uchar, unsigned char, uint8, uint8_t"],
      ["int16", "short, short int, signed short, signed short int, int16, int16_t"],
      ["uint16", "ushort, unsigned short, unsigned short int, uint16, uint16_t"],
      ["int32", "int, signed int, int32, int32_t"],
      ["uint32", "uint, unsigned int, uint32, uint32_t"],
      ["int64", "longlong, long long, long long int, signed long long, signed long long int, int64, int64_t"],
      ["uint64", "ulonglong, unsigned long long, unsigned long long int, uint64, uint64_t"],
      ["float32", "float"],
      ["float64", "double"],
    ] as const
  ).flatMap(([name, words]) => words.split(", ").map((word) => [word, name] as const)),
);

const encodings: Readonly<Record<string, ImageText["encoding"] | undefined>> = {
  raw: "raw",
  gzip: "compressed",
  gz: "compressed",
  ascii: "text",
  text: "text",
  txt: "text",
};

interface HeaderParts {
  /** Value of each field, its name in lower case. */
  fields: Map<string, string>;
  /** Keys that somebody added (`key:=value`). */
  pairs: Map<string, string>;
  /** Where the voxels start; beyond the text where no empty line ends the header. */
  end: number;
}

function splitHeader(text: string, path: string): HeaderParts {
  requireThat(/^NRRD000[1-6]\r?\n/.test(text), path, text.slice(0, 12), "an NRRD file", "", "bad-file");
  const blank = /\r?\n\r?\n/.exec(text);
  const head = blank ? text.slice(0, blank.index) : text;
  const [fields, pairs] = [new Map<string, string>(), new Map<string, string>()];
  for (const line of head.split(/\r?\n/).slice(1)) {
    if (line.startsWith("#") || line === "") continue;
    const [, name, sign, value] = /^([^:]+?)(:=|:\s)(.*)$/.exec(`${line} `) ?? [];
    requireThat(name !== undefined, path, line, "a line of the header, field: value", "", "bad-file");
    const [map, key] = sign === ":=" ? [pairs, name] : [fields, name.trim().toLowerCase()];
    requireThat(!map.has(key), `${path} ${key}`, "the field twice", "each field once", "", "bad-file");
    map.set(key, value.trim());
  }
  return { fields, pairs, end: blank ? blank.index + blank[0].length : text.length + 1 };
}

/** Signs that bring the first two rows of a space to RAS. */
const spaces: Readonly<Record<string, readonly [number, number] | undefined>> = {
  "left-posterior-superior": [-1, -1],
  lps: [-1, -1],
  "right-anterior-superior": [1, 1],
  ras: [1, 1],
  "left-anterior-superior": [-1, 1],
  las: [-1, 1],
};

function placeOf(fields: ReadonlyMap<string, string>, path: string): { affine: Affine; isOriented: boolean } {
  const space = fields.get("space");
  const directions = fields.get("space directions");
  const units = fields.get("space units");
  const inMillimetres = (units ?? "").split(/\s+/).every((unit) => /^("?(mm|\?*)"?|)$/i.test(unit));
  requireThat(inMillimetres, `${path} space units`, units, '"mm" three times', "", "bad-file");
  if (space === undefined || directions === undefined) {
    const only = directions ?? (space && "no space directions");
    requireThat(
      only === undefined,
      `${path} space`,
      only,
      "both space and space directions, or neither",
      "",
      "bad-file",
    );
    const spacing = parseNumbers(fields.get("spacings") ?? "1 1 1", 3, `${path} spacings`) as [
      number,
      number,
      number,
    ];
    return { affine: checked(createAffine(spacing), path), isOriented: false };
  }
  const signs = spaces[space.toLowerCase()];
  const expected = "left-posterior-superior, right-anterior-superior or left-anterior-superior";
  requireThat(signs !== undefined, `${path} space`, space, expected, "", "bad-file");
  const columns = parseVectors(directions, 3, `${path} space directions`);
  const [origin] = parseVectors(fields.get("space origin") ?? "", 1, `${path} space origin`);
  const affine = [0, 1, 2].flatMap((row) =>
    [...columns, origin].map((vector) => (signs[row as 0] ?? 1) * vector[row] + 0),
  );
  return { affine: checked([...affine, 0, 0, 0, 1], path), isOriented: true };
}

function checked(affine: Affine, path: string): Affine {
  requireAffine(affine, path);
  return affine;
}

function parseVectors(text: string, count: number, field: string): Vec3[] {
  const words = text.match(/\([^()]*\)/g) ?? [];
  const rest = text.replaceAll(/\([^()]*\)/g, "").trim();
  requireThat(words.length === count && rest === "", field, text, `${count} vectors (x,y,z)`, "", "bad-file");
  return words.map((word) => {
    const parts = word.slice(1, -1).split(",");
    requireThat(parts.length === 3, field, text, "vectors of three numbers", "", "bad-file");
    const [x, y, z] = parseNumbers(parts.join(" "), 3, field);
    return [x, y, z];
  });
}

/** Names of the segments of a `.seg.nrrd`, as 3D Slicer writes them. */
function namesOf(pairs: ReadonlyMap<string, string>): Pick<ImageText, "names"> {
  const names: Record<number, string> = {};
  for (const [key, value] of pairs) {
    const match = /^Segment(\d+)_LabelValue$/.exec(key);
    const name = match && pairs.get(`Segment${match[1]}_Name`);
    if (name && /^\d{1,5}$/.test(value)) names[Number(value)] = name;
  }
  return Object.keys(names).length > 0 ? { names } : {};
}
