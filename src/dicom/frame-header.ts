import { LabError, requireThat } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";
import { type DicomDataSet, itemsOf, nameOfTag, numbersOf, textOf } from "./parse.js";

/** What the header of a DICOM file says of one image in it. */
export interface FrameHeader {
  /** Name of the file, and which of its frames from 0. */
  file: string;
  frame: number;
  frames: number;
  syntax: string;
  instanceUid: string;
  classUid: string;
  seriesUid: string;
  studyUid: string;
  frameOfReferenceUid: string;
  seriesNumber?: number;
  seriesName: string;
  modality: string;
  /** What tells several passes over the same place apart: acquisition, time and echo. */
  pass: string;
  rows: number;
  columns: number;
  /** LPS mm of the centre of the first pixel; absent in images that have no place, such as reports and screenshots. */
  position?: Vec3;
  /** Unit vectors in LPS: along a row, where the column number grows, and along a column. */
  alongRow: Vec3;
  alongColumn: Vec3;
  /** mm between columns, and between rows. */
  columnMm: number;
  rowMm: number;
  thicknessMm?: number;
  betweenMm?: number;
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  slope: number;
  intercept: number;
  padding?: number;
}

/** Why a file of a folder is no slice of a scan. */
export interface NoImage {
  file: string;
  reason: string;
}

/**
 * The images that a DICOM file holds: one, or the frames of an enhanced file, each with its own place.
 *
 * @returns why it holds none that belong into a volume: a report, a directory, a file without pixels or places.
 * @throws LabError naming file and element for headers that contradict themselves or hold no numbers.
 */
export function readFrameHeaders(data: DicomDataSet, file: string): FrameHeader[] | NoImage {
  const unsigned = (tag: string): number | undefined => data.uint16(tag);
  const [rows, columns] = [unsigned("x00280010"), unsigned("x00280011")];
  if (rows === undefined || columns === undefined) return { file, reason: "no image" };
  const frames = numbersOf(data, "x00280008", 1, file)?.[0] ?? 1;
  requireThat(
    Number.isInteger(frames) && frames >= 1 && frames < 1e6,
    `${file} frames`,
    frames,
    "1 or more",
    "",
    "bad-file",
  );
  const shared = itemsOf(data, "x52009229")[0];
  const perFrame = itemsOf(data, "x52009230");
  if (frames > 1 && perFrame.length === 0) return { file, reason: `${frames} frames without places` };
  requireThat(
    perFrame.length === 0 || perFrame.length === frames,
    `${file} frames`,
    `${perFrame.length} places`,
    `${frames} places, one for each frame`,
    "The file is damaged",
    "bad-file",
  );
  const samples = unsigned("x00280002") ?? 1;
  if (samples !== 1) return { file, reason: "a color image" };
  const plain = bitsOf(data, rows, columns, file);
  const ids = idsOf(data, file);
  const found: FrameHeader[] = [];
  for (let frame = 0; frame < frames; frame++) {
    const groups = [perFrame[frame], shared, data].filter((each) => each !== undefined);
    const place = placeOf(groups, file);
    if (!place) return { file, reason: "an image without a place in the patient" };
    const { pass, ...rest } = ids;
    const timeIndex = textOf(groups[0], "x00209128") ?? "";
    found.push({
      file,
      frame,
      frames,
      ...rest,
      pass: `${pass}${timeIndex}`,
      ...plain,
      ...place,
      ...scaleOf(groups, file),
    });
  }
  return found;
}

function bitsOf(data: DicomDataSet, rows: number, columns: number, file: string) {
  const need = (tag: string): number => {
    const value = data.uint16(tag);
    requireThat(value !== undefined, `${file} ${nameOfTag(tag)}`, "nothing", "a number", "", "bad-file");
    return value;
  };
  const bitsAllocated = need("x00280100");
  const bitsStored = data.uint16("x00280101") ?? bitsAllocated;
  const highBit = data.uint16("x00280102") ?? bitsStored - 1;
  const representation = data.uint16("x00280103") ?? 0;
  const isSound =
    rows >= 1 &&
    columns >= 1 &&
    [1, 8, 16, 32].includes(bitsAllocated) &&
    bitsStored >= 1 &&
    bitsStored <= bitsAllocated &&
    highBit === bitsStored - 1 &&
    representation <= 1;
  const found = { rows, columns, bitsAllocated, bitsStored, highBit, representation };
  const expected =
    "at least a row and a column, 1, 8, 16 or 32 bits allocated, bits stored within them from bit 0";
  requireThat(
    isSound,
    `${file} pixels`,
    found,
    expected,
    "The header is damaged or of a kind not read here",
    "bad-file",
  );
  const isSigned = representation === 1;
  const padding = isSigned ? data.int16("x00280120") : data.uint16("x00280120");
  return {
    rows,
    columns,
    bitsAllocated,
    bitsStored,
    highBit,
    isSigned,
    ...(padding === undefined ? {} : { padding }),
  };
}

function idsOf(data: DicomDataSet, file: string) {
  const seriesNumber = numbersOf(data, "x00200011", 1, file)?.[0];
  return {
    syntax: textOf(data, "x00020010") ?? "1.2.840.10008.1.2",
    instanceUid: textOf(data, "x00080018") ?? "",
    classUid: textOf(data, "x00080016") ?? "",
    seriesUid: textOf(data, "x0020000e") ?? "",
    studyUid: textOf(data, "x0020000d") ?? "",
    frameOfReferenceUid: textOf(data, "x00200052") ?? "",
    seriesName: textOf(data, "x0008103e") ?? "",
    modality: textOf(data, "x00080060") ?? "",
    pass: ["x00200012", "x00200100", "x00180086"].map((tag) => textOf(data, tag) ?? "").join("/"),
    ...(seriesNumber === undefined ? {} : { seriesNumber }),
  };
}

/** The value of the first of several groups that has it, in the sequence that enhanced files keep it in. */
function firstNumbers(
  groups: readonly DicomDataSet[],
  sequence: string,
  tag: string,
  count: number,
  file: string,
): number[] | undefined {
  for (const group of groups)
    for (const holder of [...itemsOf(group, sequence), group]) {
      const numbers = numbersOf(holder, tag, count, file);
      if (numbers) return numbers;
    }
  return undefined;
}

function placeOf(groups: readonly DicomDataSet[], file: string) {
  const position = firstNumbers(groups, "x00209113", "x00200032", 3, file);
  const orientation = firstNumbers(groups, "x00209116", "x00200037", 6, file);
  const spacing = firstNumbers(groups, "x00289110", "x00280030", 2, file);
  if (!position || !orientation || !spacing) return undefined;
  const [rowMm, columnMm] = spacing;
  const thickness = firstNumbers(groups, "x00289110", "x00180050", 1, file)?.[0];
  const between = firstNumbers(groups, "x00289110", "x00180088", 1, file)?.[0];
  requireThat(rowMm > 0 && columnMm > 0, `${file} (0028,0030)`, spacing, "spacing above 0", "", "bad-file");
  const [a, b] = [orientation.slice(0, 3), orientation.slice(3)];
  const [la, lb] = [Math.hypot(...a), Math.hypot(...b)];
  const cosine = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / (la * lb);
  // Headers round cosines to four digits or more.
  const isSound = Math.abs(la - 1) < 2e-3 && Math.abs(lb - 1) < 2e-3 && Math.abs(cosine) < 2e-3;
  if (!isSound)
    throw new LabError(
      `${file} (0020,0037)`,
      orientation,
      "two unit vectors at a right angle",
      "The header is damaged",
      {
        kind: "bad-file",
      },
    );
  const unit = (vector: number[], length: number): Vec3 => [
    vector[0] / length,
    vector[1] / length,
    vector[2] / length,
  ];
  return {
    position: [position[0], position[1], position[2]] as const,
    alongRow: unit(a, la),
    alongColumn: unit(b, lb),
    rowMm,
    columnMm,
    ...(thickness === undefined ? {} : { thicknessMm: thickness }),
    ...(between === undefined ? {} : { betweenMm: between }),
  };
}

function scaleOf(groups: readonly DicomDataSet[], file: string): { slope: number; intercept: number } {
  const slope = firstNumbers(groups, "x00289145", "x00281053", 1, file)?.[0] ?? 1;
  const intercept = firstNumbers(groups, "x00289145", "x00281052", 1, file)?.[0] ?? 0;
  requireThat(slope !== 0, `${file} (0028,1053)`, slope, "a slope other than 0", "", "bad-file");
  return { slope, intercept };
}
