import { isRigid, shearDegreesOf } from "../core/affine.js";
import { describeError } from "../core/errors.js";
import { voxelVolumeMl } from "../core/grid.js";
import type { Volume } from "../core/types.js";
import { findNamesOf } from "../data/named-labels.js";
import { readHeader } from "../formats/header.js";
import { readVolume, type ReadOptions } from "../formats/read.js";
import { recognizeFormat } from "../formats/recognize.js";
import { formsDisagree } from "../nifti/affine.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { describeFolder } from "./info-folder.js";
import { readingHelp, readingOptions, readReading } from "./reading.js";
import { formatNumber } from "./table.js";

/** What `tumorlab info --json` prints of a file. */
export interface FileInfo {
  file: string;
  /** The voxel grid, trailing ones dropped after the third. */
  shape: number[];
  spacingMm: number[];
  /** 16 numbers row by row, voxel index to RAS mm. */
  affine: number[];
  orientation: string;
  /** Which part of the header says where the grid lies; `"spacing"` means that none does: the orientation is not stated. */
  affineFrom: "sform" | "qform" | "header" | "spacing";
  /** Of NIfTI alone. */
  qformCode?: number;
  sformCode?: number;
  /** Where both forms have a code: how far apart in mm they put a corner of the grid at most. */
  formsApartMm?: number;
  /** How far the axes are from right angles at most, in degrees. */
  shearDegrees: number;
  dtype: string;
  /** Of the real numbers, after slope and intercept, over all volumes. */
  min: number;
  max: number;
  mean: number;
  /** Voxels that are NaN or infinite, over all volumes. Range and mean leave out the NaN. */
  notFinite: number;
  /** Voxels of each value of an integer map with at most 512 values. */
  labels?: Record<string, number>;
  /** Millilitres of each of these values. */
  labelsMl?: Record<string, number>;
  /** What values mean, where classes.json or dataset.json beside the file says so. */
  labelNames?: Record<string, string>;
}

/** `tumorlab info FILE...` */
export const infoCommand: Command = {
  name: "info",
  summary: "geometry, type, range and labels of a scan; what each file of a folder is",
  usage: `tumorlab info FILE... [options]

  ${readingHelp()}
  --json             one object per line

Prints the geometry, how the header states it, the voxel type, the range and, for label maps, voxels and ml of each label.
For a folder, a zip archive or a DICOM file, it prints the series in it, what every other file is, and the names of elements
that identify a patient. With --series it prints the grid and the range of that series.
A file that cannot be read is named on standard error; the others are printed and the exit code is 1.`,
  async run(args, io) {
    const options = parseOptions(args, { values: [...readingOptions], flags: ["json"] });
    const reading = readReading(options);
    if (options.positionals.length === 0) throw new UsageError("no file given");
    let failed = 0;
    for (const file of options.positionals) {
      io.signal.throwIfAborted();
      try {
        const format = await recognizeFormat(file);
        const isAsked = reading.series !== undefined;
        if (!isAsked && (format === "folder" || format === "zip" || format === "dicom")) {
          const content = await describeFolder(file);
          io.out(options.has("json") ? `${toJson(content.json)}\n` : `${content.text}\n`);
          continue;
        }
        const info = await describeFile(file, reading);
        io.out(options.has("json") ? `${toJson(info)}\n` : `${formatInfo(info)}\n`);
      } catch (error) {
        failed++;
        const message = describeError(error);
        io.err(message.includes(file) ? `${message}\n` : `${file}: ${message}\n`);
      }
    }
    return failed > 0 ? 1 : 0;
  },
};

const maxLabels = 512;

async function describeFile(file: string, reading: ReadOptions): Promise<FileInfo> {
  const header = await readHeader(file, reading);
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let count = 0;
  let notFinite = 0;
  let voxelMl = 0;
  let labels: Map<number, number> | undefined = new Map();
  let last: Volume | undefined;
  for (const index of reading.volume === undefined ? Array(header.volumes).keys() : [reading.volume]) {
    const volume = await readVolume(file, { ...reading, volume: index });
    const range = measureRange(volume);
    min = Math.min(min, range.min);
    max = Math.max(max, range.max);
    sum += range.sum;
    count += range.count;
    notFinite += range.notFinite;
    voxelMl = voxelVolumeMl(volume);
    labels = labels && countLabels(volume, labels);
    last = volume;
  }
  const { shape, spacingMm, affine, orientation, affineFrom, qformCode, sformCode, formsApartMm } = header;
  const dims = [...shape, ...header.dims.slice(3)];
  while (dims.length > 3 && dims[dims.length - 1] === 1) dims.pop();
  const nothing = count === 0;
  const info: FileInfo = {
    file,
    shape: dims,
    spacingMm: [...spacingMm],
    affine: [...affine],
    orientation,
    affineFrom,
    ...(qformCode === undefined ? {} : { qformCode, sformCode }),
    ...(formsApartMm === undefined ? {} : { formsApartMm }),
    shearDegrees: isRigid(affine) ? 0 : shearDegreesOf(affine),
    dtype: header.datatype,
    min: nothing ? NaN : min,
    max: nothing ? NaN : max,
    mean: sum / count,
    notFinite,
  };
  if (!labels || !last) return info;
  const sorted = [...labels].sort(([a], [b]) => a - b);
  // A damaged file beside it is no fault of this one.
  const names = await findNamesOf(last, file).catch((): Readonly<Record<number, string>> => ({}));
  const known = sorted.flatMap(([label]) => (names[label] === undefined ? [] : [[label, names[label]]]));
  return {
    ...info,
    labels: Object.fromEntries(sorted),
    labelsMl: Object.fromEntries(sorted.map(([label, voxels]) => [label, voxels * voxelMl])),
    ...(known.length > 0 ? { labelNames: Object.fromEntries(known) as Record<string, string> } : {}),
  };
}

/** Range over the numbers; voxels that are NaN are left out. */
function measureRange({ data, rescale }: Volume): {
  min: number;
  max: number;
  sum: number;
  count: number;
  notFinite: number;
} {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let count = 0;
  let notFinite = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value - value !== 0) notFinite++;
    if (value !== value) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  if (!rescale) return { min, max, sum, count, notFinite };
  const ends = [min, max].map((value) => value * rescale.slope + rescale.intercept);
  return {
    min: Math.min(...ends),
    max: Math.max(...ends),
    sum: sum * rescale.slope + count * rescale.intercept,
    count,
    notFinite,
  };
}

/** Adds the voxels of each value, or gives up (`undefined`) at a fraction or at more than 512 values. */
function countLabels(
  { data, rescale }: Volume,
  counts: Map<number, number>,
): Map<number, number> | undefined {
  const slope = rescale?.slope ?? 1;
  const intercept = rescale?.intercept ?? 0;
  let previous = NaN;
  let run = 0;
  const flush = (): boolean => {
    if (run === 0) return true;
    const value = previous * slope + intercept;
    const label = Math.round(value);
    if (!(Math.abs(value - label) <= (rescale ? 1e-3 : 0))) return false;
    counts.set(label, (counts.get(label) ?? 0) + run);
    return counts.size <= maxLabels;
  };
  for (let i = 0; i < data.length; i++) {
    if (data[i] === previous) {
      run++;
      continue;
    }
    if (!flush()) return undefined;
    previous = data[i];
    if (previous !== previous) return undefined;
    run = 1;
  }
  return flush() ? counts : undefined;
}

function describeOrientation({ orientation, affineFrom, shearDegrees }: FileInfo): string {
  if (affineFrom === "spacing") return "not stated: no form has a code (left and right cannot be told)";
  if (shearDegrees === 0) return orientation;
  return `${orientation}, axes not at right angles (${formatNumber(shearDegrees)} degrees off)`;
}

function describeForms({ formsApartMm, spacingMm }: FileInfo): string {
  if (!formsDisagree({ formsApartMm, spacingMm })) return "";
  return `; they disagree: corners lie up to ${formatNumber(formsApartMm!)} mm apart, and the sform is taken`;
}

function formatInfo(info: FileInfo): string {
  const rows = [0, 1, 2, 3].map(
    (row) =>
      `    ${info.affine
        .slice(4 * row, 4 * row + 4)
        .map((x) => formatNumber(x).padStart(10))
        .join(" ")}`,
  );
  const lines = [
    info.file,
    `  shape        ${info.shape.join(" x ")}`,
    `  spacing      ${info.spacingMm.map(formatNumber).join(" x ")} mm`,
    `  orientation  ${describeOrientation(info)}`,
    ...(info.qformCode === undefined
      ? []
      : [`  forms        qform code ${info.qformCode}, sform code ${info.sformCode}${describeForms(info)}`]),
    `  type         ${info.dtype}`,
    `  range        ${formatNumber(info.min)} to ${formatNumber(info.max)}, mean ${formatNumber(info.mean)}`,
    ...(info.notFinite > 0 ? [`  not finite   ${info.notFinite} voxels are NaN or infinite`] : []),
    `  affine       voxel index to RAS mm`,
    ...rows,
  ];
  if (info.labels) {
    const entries = Object.entries(info.labels);
    const shown = entries.slice(0, 40).map(([label, voxels]) => {
      const ml = `${formatNumber(info.labelsMl![label])} ml`;
      return `    ${label.padStart(6)}  ${voxels} voxels  ${ml}  ${info.labelNames?.[label] ?? ""}`.trimEnd();
    });
    lines.push(`  labels       ${entries.length} values`, ...shown);
    if (entries.length > 40) lines.push(`    ... and ${entries.length - 40} more (--json lists all)`);
  }
  return lines.join("\n");
}
