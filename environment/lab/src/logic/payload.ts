/** Three numbers along the voxel axes x (to the patient's right), y (anterior), z (superior). */
export type Triple = [number, number, number];

/** A label of the overlay. */
export interface LabelEntry {
  /** Voxel value, 1..255. */
  value: number;
  name: string;
  /** "#rrggbb" */
  color: string;
  /** Lesions are outlined, organs are filled. */
  lesion: boolean;
}

/** A way to turn HU into grey: `centerHu - widthHu / 2` is black, `centerHu + widthHu / 2` is white. */
export interface HuWindow {
  name: string;
  centerHu: number;
  widthHu: number;
}

/** What `application/vnd.tumorlab.volume+json` holds, version 1; grid in closest-canonical RAS+ order. */
export interface VolumePayload {
  version: 1;
  title?: string;
  shape: Triple;
  spacingMm: Triple;
  /** 16 numbers row by row, payload voxel -> RAS mm. */
  affine: number[];
  sourceShape: Triple;
  sourceSpacingMm: Triple;
  ct: { encoding: "gzip+base64"; data: string; levelsHu: number[] };
  labels?: { encoding: "gzip+base64"; data: string; table: LabelEntry[] };
  windows: HuWindow[];
  crosshair: Triple;
  overlayOpacity: number;
  /** Files that hold the volume it was made from, paths below the project's root. */
  files?: { ct?: string; labels?: string };
  /** What those files must hold to be that volume; see src/viewer/full-volume.ts. */
  full?: { crosshair: Triple; ctCrc32: number; labels?: { crc32: number; values: number[] } };
}

/** More voxels than this are refused before anything is allocated: 512 x 512 x 256. */
export const maxVoxels: number = 512 * 512 * 256;

const maxText = 500;

/**
 * Checks a payload field by field and returns a copy with the known fields alone.
 *
 * @throws Error with the field, the value found and what was expected, in one sentence for the reader
 */
export function parsePayload(json: unknown): VolumePayload {
  const top = readObject(json, "the payload");
  if (top.version !== 1)
    fail("version", top.version, "1: the notebook was written by another version of Tumorlab");
  const shape = readTriple(top.shape, "shape", isCount, "three whole numbers from 1 to 4096");
  const voxels = shape[0] * shape[1] * shape[2];
  if (voxels > maxVoxels) fail("shape", shape, `at most ${maxVoxels} voxels; downsample before showing`);
  const sourceShape = readTriple(
    top.sourceShape,
    "sourceShape",
    isCount,
    "three whole numbers from 1 to 4096",
  );
  const labels = top.labels === undefined ? undefined : readLabels(top.labels, voxels);
  return {
    version: 1,
    ...(top.title === undefined ? {} : { title: readText(top.title, "title") }),
    shape,
    spacingMm: readTriple(top.spacingMm, "spacingMm", isSpacing, "three lengths above 0 mm"),
    affine: readAffine(top.affine),
    sourceShape,
    sourceSpacingMm: readTriple(
      top.sourceSpacingMm,
      "sourceSpacingMm",
      isSpacing,
      "three lengths above 0 mm",
    ),
    ct: readCt(top.ct, voxels),
    ...(labels ? { labels } : {}),
    windows: readList(top.windows, "windows", 1, 64).map(readWindow),
    crosshair: readVoxel(top.crosshair, "crosshair", shape),
    overlayOpacity: readNumber(top.overlayOpacity, "overlayOpacity", 0, 1),
    ...(top.files === undefined ? {} : { files: readFiles(top.files) }),
    ...(top.full === undefined
      ? {}
      : { full: readWhatFilesHold(top.full, sourceShape, labels?.table.length ?? 0) }),
  };
}

function readCt(value: unknown, voxels: number): VolumePayload["ct"] {
  const ct = readObject(value, "ct");
  const levels = readList(ct.levelsHu, "ct.levelsHu", 256, 256);
  const levelsHu = levels.map((level, i) => readNumber(level, `ct.levelsHu[${i}]`, -1e6, 1e6));
  const drop = levelsHu.findIndex((level, i) => i > 0 && level < levelsHu[i - 1]);
  if (drop > 0)
    fail(`ct.levelsHu[${drop}]`, levelsHu[drop], `at least ${levelsHu[drop - 1]}: the levels ascend`);
  return { ...readBytes(ct, "ct", voxels), levelsHu };
}

function readLabels(value: unknown, voxels: number): NonNullable<VolumePayload["labels"]> {
  const labels = readObject(value, "labels");
  const table = readList(labels.table, "labels.table", 0, 255).map((item, i): LabelEntry => {
    const where = `labels.table[${i}]`;
    const entry = readObject(item, where);
    if (typeof entry.color !== "string" || !/^#[0-9a-f]{6}$/i.test(entry.color))
      fail(`${where}.color`, entry.color, 'a colour as "#rrggbb"');
    if (typeof entry.lesion !== "boolean") fail(`${where}.lesion`, entry.lesion, "true or false");
    const number = readNumber(entry.value, `${where}.value`, 1, 255);
    if (!Number.isInteger(number)) fail(`${where}.value`, number, "a whole number from 1 to 255");
    return {
      value: number,
      name: readText(entry.name, `${where}.name`),
      color: entry.color,
      lesion: entry.lesion,
    };
  });
  if (new Set(table.map((entry) => entry.value)).size < table.length)
    fail("labels.table", `${table.length} entries`, "each value once");
  return { ...readBytes(labels, "labels", voxels), table };
}

/** Gzip cannot shrink below about 1/1032 nor grow by more than a sliver: longer text than that is no honest volume. */
function readBytes(source: Record<string, unknown>, where: string, voxels: number) {
  if (source.encoding !== "gzip+base64") fail(`${where}.encoding`, source.encoding, '"gzip+base64"');
  const { data } = source;
  const longest = Math.ceil((4 / 3) * (voxels * 1.01 + 65536));
  if (typeof data !== "string") fail(`${where}.data`, data, "a string");
  if (data.length > longest)
    fail(`${where}.data`, `${data.length} characters`, `at most ${longest} for this shape`);
  return { encoding: "gzip+base64" as const, data };
}

function readWindow(value: unknown, index: number): HuWindow {
  const where = `windows[${index}]`;
  const window = readObject(value, where);
  return {
    name: readText(window.name, `${where}.name`),
    centerHu: readNumber(window.centerHu, `${where}.centerHu`, -1e5, 1e5),
    widthHu: readNumber(window.widthHu, `${where}.widthHu`, 1, 1e5),
  };
}

function readAffine(value: unknown): number[] {
  const affine = readList(value, "affine", 16, 16).map((item, i) =>
    readNumber(item, `affine[${i}]`, -1e6, 1e6),
  );
  if (affine.slice(12).join() !== "0,0,0,1") fail("affine's last row", affine.slice(12), "[0, 0, 0, 1]");
  for (const axis of [0, 1, 2]) {
    const column = [affine[axis], affine[4 + axis], affine[8 + axis]];
    const largest = Math.max(...column.map(Math.abs));
    if (!(largest > 0) || column[axis] !== largest)
      fail(`affine's column ${axis}`, column, `mainly along +${"RAS"[axis]}: the grid is in RAS+ order`);
  }
  return affine;
}

/** Paths below the project's root; nothing that could name another place. */
function readFiles(value: unknown): NonNullable<VolumePayload["files"]> {
  const files = readObject(value, "files");
  const readPath = (name: "ct" | "labels") => {
    const path = files[name];
    if (path === undefined) return {};
    const text = readText(path, `files.${name}`);
    if (/^\/|[\\:?#\0]/.test(text) || text.split("/").some((part) => ["", ".", ".."].includes(part)))
      fail(`files.${name}`, text, "a path below the project's root");
    return { [name]: text };
  };
  return { ...readPath("ct"), ...readPath("labels") };
}

function readWhatFilesHold(value: unknown, shape: Triple, rows: number): NonNullable<VolumePayload["full"]> {
  const full = readObject(value, "full");
  if (shape[0] * shape[1] * shape[2] > maxVoxels) fail("sourceShape", shape, `at most ${maxVoxels} voxels`);
  const readWhole = (found: unknown, where: string, most: number): number => {
    const number = readNumber(found, where, 0, most);
    if (!Number.isInteger(number)) fail(where, number, "a whole number");
    return number;
  };
  const base = {
    crosshair: readVoxel(full.crosshair, "full.crosshair", shape),
    ctCrc32: readWhole(full.ctCrc32, "full.ctCrc32", 0xffffffff),
  };
  if (full.labels === undefined) return base;
  const labels = readObject(full.labels, "full.labels");
  const values = readList(labels.values, "full.labels.values", rows, rows);
  return {
    ...base,
    labels: {
      crc32: readWhole(labels.crc32, "full.labels.crc32", 0xffffffff),
      values: values.map((item, i) => readWhole(item, `full.labels.values[${i}]`, 65535)),
    },
  };
}

function readVoxel(value: unknown, where: string, shape: Triple): Triple {
  const isInside = (place: number, axis: number) =>
    Number.isInteger(place) && place >= 0 && place < shape[axis];
  return readTriple(value, where, isInside, `a voxel inside [${shape.join(", ")}]`);
}

function readObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(where, value, "an object");
  return value as Record<string, unknown>;
}

function readList(value: unknown, where: string, least: number, most: number): unknown[] {
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    const count = least === most ? `${least}` : `${least} to ${most}`;
    fail(where, Array.isArray(value) ? `a list of ${value.length}` : value, `a list of ${count}`);
  }
  return value as unknown[];
}

function readTriple(
  value: unknown,
  where: string,
  fits: (value: number, axis: number) => boolean,
  expected: string,
): Triple {
  const ok =
    Array.isArray(value) &&
    value.length === 3 &&
    value.every((n, axis) => typeof n === "number" && fits(n, axis));
  if (!ok) fail(where, value, expected);
  return [...(value as Triple)];
}

function readNumber(value: unknown, where: string, least: number, most: number): number {
  if (typeof value !== "number" || !(value >= least && value <= most))
    fail(where, value, `a number from ${least} to ${most}`);
  return value;
}

function readText(value: unknown, where: string): string {
  if (typeof value !== "string" || value.length > maxText)
    fail(where, value, `a text of at most ${maxText} characters`);
  return value;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 4096;
}

function isSpacing(value: number): boolean {
  return value > 0 && value <= 1000;
}

function fail(where: string, found: unknown, expected: string): never {
  const text = JSON.stringify(found) ?? "missing";
  const short = text.length > 120 ? `${text.slice(0, 117)}...` : text;
  throw new Error(`This volume cannot be shown: ${where} is ${short}, expected ${expected}.`);
}
