import { LabError, requireThat } from "../core/errors.js";
import type { DrawnStructure } from "./draw-structures.js";
import { type FrameHeader, readFrameHeaders } from "./frame-header.js";
import { type DicomDataSet, itemsOf, parseDicom, textOf, wordsOf } from "./parse.js";
import { readBits, readFramePixels } from "./pixels.js";

/** A DICOM SEG, its frames unpacked: which pixels of which frame belong to which structure. */
export interface Segmentation {
  /** UIDs of the series that it says it was made on; the first counts. */
  seriesUids: string[];
  frames: FrameHeader[];
  structures: { value: number; name: string }[];
  /** The structures in frame `k`, with the runs of their pixels, counted from its first pixel. */
  read(k: number): Promise<DrawnStructure[]>;
  notes: string[];
}

/** How {@link writeSegmentation} tells label values that do not count up from 1, which is all that DICOM numbers segments by. */
export const labelValuePattern: RegExp = /^label value (\d{1,5})$/;

/**
 * Reads what a DICOM SEG says: `BINARY`, `LABELMAP` (supplement 243), and `FRACTIONAL`, of which pixels of at least half of the
 * largest value count.
 *
 * @throws LabError naming the file for one without segments or frames with places, another type, or a frame whose segment it
 *   does not name.
 */
export function openSegmentation(bytes: Uint8Array, file: string): Segmentation {
  const data = parseDicom(bytes, file);
  const bad = (input: string, found: unknown, expected: string): LabError =>
    new LabError(`${file} ${input}`, found, expected, "", { kind: "bad-file" });
  const type = textOf(data, "x00620001") ?? "";
  if (!["BINARY", "FRACTIONAL", "LABELMAP"].includes(type))
    throw bad("segmentation type (0062,0001)", type, "BINARY, FRACTIONAL or LABELMAP");
  const segments = readSegments(data, file);
  const headers = readFrameHeaders(data, file);
  if (!Array.isArray(headers)) throw bad("frames", headers.reason, "frames with places in the patient");
  const perFrame = itemsOf(data, "x52009230");
  const shared = itemsOf(data, "x52009229")[0];
  const numberOf = (k: number): number => {
    for (const group of [perFrame[k], shared])
      for (const item of itemsOf(group, "x0062000a")) {
        const found = item.uint16("x0062000b");
        if (found !== undefined) return found;
      }
    throw bad(`frame ${k + 1}`, "no segment (0062,000B)", "the segment that it shows");
  };
  const most = data.uint16("x0062000e") ?? 255;
  const bits = type === "BINARY" ? 1 : undefined;
  if (bits !== undefined && headers[0].bitsAllocated !== 1)
    throw bad("pixels", `${headers[0].bitsAllocated} bits`, "1 bit a pixel in a BINARY segmentation");
  if (bits === undefined && headers[0].bitsAllocated === 1)
    throw bad("pixels", "1 bit", `8 or 16 bits a pixel in a ${type} segmentation`);
  const find = (number: number, k: number): { value: number; name: string } => {
    const found = segments.get(number);
    if (found) return found;
    throw bad(`frame ${k + 1}`, `segment ${number}`, `one of ${[...segments.keys()].join(", ")}`);
  };
  return {
    seriesUids: itemsOf(data, "x00081115").flatMap((item) => textOf(item, "x0020000e") ?? []),
    frames: headers,
    structures: [...segments.values()],
    async read(k) {
      if (type === "BINARY")
        return [
          { ...find(numberOf(k), k), runs: findRuns(readBits(data, headers[k]), (value) => value !== 0) },
        ];
      const pixels = await readFramePixels(data, headers[k]);
      if (type === "FRACTIONAL")
        return [{ ...find(numberOf(k), k), runs: findRuns(pixels, (value) => 2 * value >= most) }];
      const values = new Set<number>(pixels);
      values.delete(0);
      if (!segments.has(headers[k].padding ?? 0)) values.delete(headers[k].padding ?? 0);
      return [...values].map((number) => ({
        ...find(number, k),
        runs: findRuns(pixels, (value) => value === number),
      }));
    },
    notes:
      type === "FRACTIONAL"
        ? ["the segmentation is fractional: voxels of at least half of the largest value are taken"]
        : [],
  };
}

/** Label value and name by segment number. */
function readSegments(data: DicomDataSet, file: string): Map<number, { value: number; name: string }> {
  const segments = new Map<number, { value: number; name: string }>();
  const input = `${file} segments (0062,0002)`;
  for (const item of itemsOf(data, "x00620002")) {
    const number = item.uint16("x00620004");
    requireThat(number !== undefined, input, "a segment without a number", "a number", "", "bad-file");
    requireThat(!segments.has(number), input, `segment ${number} twice`, "each once", "", "bad-file");
    const [coded] = itemsOf(item, "x0062000f");
    const name = wordsOf(item, "x00620005") ?? (coded && wordsOf(coded, "x00080104")) ?? `segment ${number}`;
    const told = labelValuePattern.exec(textOf(item, "x00620006") ?? "");
    segments.set(number, { value: told ? Number(told[1]) : number, name });
  }
  requireThat(
    segments.size > 0,
    input,
    "no segment",
    "a segmentation with a segment or more",
    "",
    "bad-file",
  );
  const values = [...segments.values()].map(({ value }) => value);
  const areSound = values.every((value) => value >= 1 && value <= 65535);
  // Values that clash were not written by us: the numbers of the segments are the labels then.
  if (areSound && new Set(values).size === values.length) return segments;
  for (const [number, { name }] of segments) segments.set(number, { value: number, name });
  requireThat(!segments.has(0), input, "segment 0", "numbers from 1, for 0 is background", "", "bad-file");
  return segments;
}

function findRuns(pixels: ArrayLike<number>, isIn: (value: number) => boolean): number[] {
  const runs: number[] = [];
  let from = -1;
  for (let i = 0; i < pixels.length; i++) {
    if (isIn(pixels[i])) {
      if (from < 0) from = i;
    } else if (from >= 0) {
      runs.push(from, i);
      from = -1;
    }
  }
  if (from >= 0) runs.push(from, pixels.length);
  return runs;
}
