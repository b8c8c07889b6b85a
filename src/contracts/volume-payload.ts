import { LabError, requireThat } from "../core/errors.js";
import { compileJsonSchema, requireSchema } from "../core/json-schema.js";
import { keepKnown } from "../core/keep-known.js";
import { type JsonSchema, listOf, openObject, tripleOf, wholeNumber } from "../core/schema.js";

/** MIME type of a volume in a notebook. */
export const volumeMime = "application/vnd.tumorlab.volume+json";

/** Three numbers along the voxel axes x (to the patient's right), y (anterior), z (superior). */
export type Triple = [number, number, number];

/** A structure of a payload's label map. */
export interface PayloadLabel {
  /** Voxel value, 1 to 255. */
  value: number;
  name: string;
  /** `#rrggbb`. */
  color: string;
  /** Lesions are outlined, organs are filled. */
  lesion: boolean;
}

/**
 * A range of HU that a picture spreads over black to white, by centre and width as scanners name it:
 * `centerHu - widthHu / 2` is black, `centerHu + widthHu / 2` is white.
 */
export interface HuWindow {
  name: string;
  centerHu: number;
  widthHu: number;
}

/** What the files of a downsampled payload must hold, for a viewer that reads them to know that they are what was shown. */
export interface FullVolume {
  /** Voxel of the volume that was given, in RAS+ order, at which a viewer starts. */
  crosshair: Triple;
  /** CRC-32 of the CT, one byte a voxel as the payload's levels, in RAS+ order. */
  ctCrc32: number;
  labels?: {
    /** CRC-32 of the labels, one byte a voxel as the payload's table numbers them, in RAS+ order. */
    crc32: number;
    /** The value that each row of the payload's table has in the file. */
    values: number[];
  };
}

/** What {@link volumeMime} holds: a CT with its labels, small enough to live in a notebook. */
export interface VolumePayload {
  version: 1;
  /** `"values"` where the numbers are no HU, as those of an MRI; absent for a CT. */
  kind?: "values";
  title?: string;
  /** Grid in closest-canonical RAS+ order: x to the patient's right, y anterior, z superior. */
  shape: Triple;
  spacingMm: Triple;
  /** 16 numbers row by row, voxel of the payload to RAS+ mm. */
  affine: number[];
  /** The grid that was given, in the same order of axes; differs where the payload was shrunk. */
  sourceShape: Triple;
  sourceSpacingMm: Triple;
  /** One byte a voxel, a place in `levelsHu` (256 ascending values; of a scan that is no CT its own numbers). */
  ct: { encoding: "gzip+base64"; data: string; levelsHu: number[] };
  /** One byte a voxel; 0 is background. */
  labels?: { encoding: "gzip+base64"; data: string; table: PayloadLabel[] };
  /** Presets; the first is where a viewer starts. */
  windows: HuWindow[];
  /** Voxel at which a viewer starts. */
  crosshair: Triple;
  /** 0 to 1, where a viewer starts. */
  overlayOpacity: number;
  /** Files that hold the volume that was given, paths below the project's root. */
  files?: { ct?: string; labels?: string };
  /** What those files must hold for a viewer to show them in place of the payload's downsampled copy. */
  full?: FullVolume;
}

/** More voxels than this are too many for a page, at a byte each for CT and labels: 512 x 512 x 256. */
export const maxPayloadVoxels: number = 512 * 512 * 256;

// A pattern, since for the length itself ajv's compiled checks need a part of ajv.
const text: JsonSchema = {
  type: "string",
  pattern: String.raw`^[\s\S]{0,500}$`,
  expected: "a text of at most 500 characters",
};
const crc32 = wholeNumber(0, 0xffffffff);
const counts = tripleOf(wholeNumber(1, 4096), "three whole numbers from 1 to 4096");
const lengths = tripleOf(
  { type: "number", exclusiveMinimum: 0, maximum: 1000 },
  "three lengths above 0 mm, at most 1000",
);
const voxel = tripleOf(wholeNumber(0), "a voxel: three whole numbers from 0");
const hu = (limit: number): JsonSchema => ({ type: "number", minimum: -limit, maximum: limit });
/** Nothing that could name another place. */
const path: JsonSchema = {
  ...text,
  pattern: String.raw`^(?!\.{0,2}(/|$))[^\\:?#\u0000/]+(/(?!\.{0,2}(/|$))[^\\:?#\u0000/]+)*$`,
  expected: "a path below the project's root",
};
const packed: Record<string, JsonSchema> = {
  encoding: { const: "gzip+base64" },
  data: { type: "string", expected: "a string" },
};
const label = openObject({
  value: wholeNumber(1, 255),
  name: text,
  color: { type: "string", pattern: "^#[0-9a-fA-F]{6}$", expected: 'a colour as "#rrggbb"' },
  lesion: { type: "boolean" },
});

/** The schema of {@link VolumePayload}; fields beyond it are passed over. */
export const volumePayloadSchema: JsonSchema = {
  $id: "tumorlab:volume-payload",
  ...openObject(
    {
      version: { const: 1, expected: "1: the notebook was written by another version of Tumorlab" },
      kind: { const: "values" },
      title: text,
      shape: counts,
      spacingMm: lengths,
      affine: listOf({ type: "number", minimum: -1e6, maximum: 1e6 }, 16, 16),
      sourceShape: counts,
      sourceSpacingMm: lengths,
      ct: openObject({ ...packed, levelsHu: listOf(hu(1e12), 256, 256) }),
      labels: openObject({ ...packed, table: listOf(label, 0, 255) }),
      windows: listOf(
        openObject({
          name: text,
          centerHu: hu(1e12),
          widthHu: { type: "number", exclusiveMinimum: 0, maximum: 1e12 },
        }),
        1,
        64,
      ),
      crosshair: voxel,
      overlayOpacity: { type: "number", minimum: 0, maximum: 1 },
      files: openObject({ ct: path, labels: path }, ["ct", "labels"]),
      full: openObject(
        {
          crosshair: voxel,
          ctCrc32: crc32,
          labels: openObject({ crc32, values: listOf(wholeNumber(0, 65535), 0, 255) }),
        },
        ["labels"],
      ),
    },
    ["kind", "title", "labels", "files", "full"],
  ),
};

const check = compileJsonSchema(volumePayloadSchema);

/**
 * Checks a payload field by field and gives a copy with the known fields alone.
 *
 * @throws LabError with the field, the value found and what was expected.
 */
export function parseVolumePayload(json: unknown): VolumePayload {
  const payload = keepKnown(volumePayloadSchema, requireSchema<VolumePayload>(check, json, "the payload"));
  const { shape, sourceShape, crosshair, affine, ct, labels, full } = payload;
  requireVoxels("shape", shape, "Downsample before showing");
  requireVoxelInside("crosshair", crosshair, shape);
  requireRas(affine);
  const { levelsHu } = ct;
  const drop = levelsHu.findIndex((level, i) => i > 0 && level < levelsHu[i - 1]);
  if (drop > 0)
    throw new LabError(
      `ct.levelsHu[${drop}]`,
      levelsHu[drop],
      `at least ${levelsHu[drop - 1]}: the levels ascend`,
    );
  requireLength("ct.data", ct.data, shape);
  if (labels) {
    requireLength("labels.data", labels.data, shape);
    const values = labels.table.map(({ value }) => value);
    requireThat(new Set(values).size === values.length, "labels.table", values, "each value once");
  }
  if (full) {
    requireVoxels("sourceShape", sourceShape);
    requireVoxelInside("full.crosshair", full.crosshair, sourceShape);
    const [found, rows] = [full.labels?.values.length, labels?.table.length ?? 0];
    requireThat(
      found === undefined || found === rows,
      "full.labels.values",
      `a list of ${found}`,
      `a list of ${rows}, one for each row of the table`,
    );
  }
  return payload;
}

function requireVoxels(field: string, shape: Triple, advice = ""): void {
  requireThat(
    countVoxels(shape) <= maxPayloadVoxels,
    field,
    shape,
    `at most ${maxPayloadVoxels} voxels`,
    advice,
  );
}

function requireVoxelInside(field: string, place: Triple, shape: Triple): void {
  requireThat(
    place.every((at, axis) => at < shape[axis]),
    field,
    place,
    `a voxel inside [${shape.join(", ")}]`,
  );
}

/** Gzip cannot shrink below about 1/1032 nor grow by more than a sliver: longer text than that is no honest volume. */
function requireLength(field: string, { length }: string, shape: Triple): void {
  const longest = Math.ceil((4 / 3) * (countVoxels(shape) * 1.01 + 65536));
  requireThat(
    length <= longest,
    field,
    `a text of ${length} characters`,
    `at most ${longest} characters for this shape`,
  );
}

function requireRas(affine: readonly number[]): void {
  const last = affine.slice(12);
  requireThat(last.join() === "0,0,0,1", "affine's last row", last, "[0, 0, 0, 1]");
  for (const axis of [0, 1, 2]) {
    const column = [affine[axis], affine[4 + axis], affine[8 + axis]];
    const largest = Math.max(...column.map(Math.abs));
    requireThat(
      largest > 0 && column[axis] === largest,
      `affine's column ${axis}`,
      column,
      `mainly along +${"RAS"[axis]}: the grid is in RAS+ order`,
    );
  }
}

function countVoxels([x, y, z]: Triple): number {
  return x * y * z;
}
