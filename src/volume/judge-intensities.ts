import { rescaleValue } from "../core/grid.js";
import type { Volume } from "../core/types.js";
import { asBits, isWhole } from "./arrays.js";
import { modalityOf } from "./modality.js";

/** What is odd about the numbers of an image that should be a CT in HU. */
export interface IntensityDoubt {
  /** A warning says that the tissue is not in HU; a note that it is, and the numbers around it want a word. */
  severity: "warning" | "note";
  found: string;
  expected: string;
  advice: string;
  /** The numbers can be HU all the same, cut off at an end as a window does. */
  isCutOff?: true;
}

/** What {@link judgeIntensities} measured and made of it. */
export interface IntensityReport {
  /** Least and greatest finite number, rescaled; NaN where there is none. */
  low: number;
  high: number;
  /** Voxels that are NaN or infinite, and the place in memory of the first, -1 where there is none. */
  notFinite: number;
  firstNotFinite: number;
  /** At most one doubt; absent where the numbers can be HU. */
  doubt?: IntensityDoubt;
}

/** Narrower than the noise of one tissue. */
const narrowHu = 100;
/** Bone ends below it, and so does all but metal. */
const metalHu = 5000;
/** Two axes longer than this reach past any body, or through lungs and bowel: there is air. */
const wholeBodyMm = 250;

/**
 * Judges whether the numbers of an image can be HU. A DICOM header that names another modality says that they are not; else: how far they reach, and how many are as dark as air or as bright as
 * bone. It knows images that were normalised (z-scores, 0 to 1, -1 to 1), windowed, stored without or with twice their
 * intercept, turned round in sign, or overflown, and MRI and PET. Padding below -1100 HU around tissue that is right
 * gets a note. It cannot know an offset of some tens of HU, and it does not doubt a narrow crop of tissue.
 *
 * An image of one number, or without a finite one, gets no doubt here: it is told by `low`, `high` and `notFinite`.
 */
export function judgeIntensities(image: Volume): IntensityReport {
  const tally = tallyNumbers(image.data);
  const range = rangeOf(image, tally);
  const modality = modalityOf(image);
  if (modality !== undefined && modality !== "CT") return { ...range, doubt: otherModality(modality) };
  const doubt = range.low < range.high ? doubtOf(range, image, tally) : undefined;
  return doubt ? { ...range, doubt } : range;
}

function otherModality(modality: string): IntensityDoubt {
  return {
    severity: "warning",
    found: `modality ${modality} in the DICOM header`,
    expected: "a CT, in HU",
    advice: "Its numbers are no HU",
  };
}

type Range = Omit<IntensityReport, "doubt">;

function doubtOf(range: Range, image: Volume, tally: Tally | undefined): IntensityDoubt | undefined {
  const low = Number(range.low.toPrecision(6));
  const high = Number(range.high.toPrecision(6));
  const reach = `${low} to ${high}`;
  const warn = (found: string, expected: string, advice: string): IntensityDoubt => ({
    severity: "warning",
    found,
    expected,
    advice: `${advice}: is that a CT?`,
  });
  if (range.high - range.low < narrowHu)
    return warn(
      reach,
      "HU, which reach over hundreds",
      "The numbers are those of an image that was normalised, such as z-scores or 0 to 1, or of a PET",
    );
  if (range.low >= 0)
    return warn(
      `no value below 0 HU, ${reach}`,
      "HU, of which air and fat lie below 0",
      "They may be stored without their intercept of -1024, be windowed, or be of an MRI or PET",
    );
  const { all, atLow, air, aboveFat, belowSkin, bright, metal } = countShares(image, range, tally);
  const isPadded = range.low < -1100 && atLow >= 1e-3 && atLow < 1;
  // The padding is no part of the picture.
  const inside = isPadded ? 1 - atLow : 1;
  if (all === 0) return undefined;
  if (metal / inside > 0.01)
    return warn(
      `${percent(metal)} of the voxels above ${metalHu}, ${reach}`,
      "HU, in which metal alone is so bright",
      "The numbers may have overflown, or be of an MRI",
    );
  if (bright / inside > 0.2 && air / inside < 0.01)
    return warn(
      `${percent(bright)} of the voxels brighter than 500 and ${percent(air)} darker than -500, ${reach}`,
      "HU, in which air is dark and little but bone is so bright",
      "They may be stored without their intercept of -1024, with their sign turned round, or be of an MRI",
    );
  if (aboveFat / inside < 0.002)
    return warn(
      `${percent(aboveFat)} of the voxels above -200, ${reach}`,
      "HU, in which tissue lies from -150 to 300",
      "Their intercept may have been taken away twice",
    );
  if (range.low > -400 && atLow > 0.05)
    return {
      ...warn(
        `${percent(atLow)} of the voxels at ${low}, ${reach}`,
        "HU, in which air lies at -1000",
        "They may be windowed",
      ),
      isCutOff: true,
    };
  if (belowSkin === 0 && isWholeBody(image))
    return warn(
      `no value below -200, ${reach}`,
      "HU, of which air and lungs lie far below",
      "A picture so wide holds air in a CT; it may be windowed or an MRI",
    );
  if (!isPadded) return undefined;
  return {
    severity: "note",
    found: `${percent(atLow)} of the voxels at ${low}`,
    expected: "air at -1000 HU",
    advice: "They are padding around the scan; it is no tissue",
  };
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

function isWholeBody({ shape, spacingMm }: Volume): boolean {
  return shape.filter((n, axis) => n * spacingMm[axis] > wholeBodyMm).length >= 2;
}

function countShares(
  { data, rescale }: Volume,
  { low }: Range,
  tally: Tally | undefined,
): Record<string, number> {
  const slope = rescale?.slope ?? 1;
  const intercept = rescale?.intercept ?? 0;
  let [all, atLow, air, aboveFat, belowSkin, bright, metal] = [0, 0, 0, 0, 0, 0, 0];
  const countNumbers = (numbers: Float64Array, length: number, counts?: Float64Array): void => {
    for (let i = 0; i < length; i++) {
      const value = numbers[i] * slope + intercept;
      if (!(value - value === 0)) continue;
      const count = counts ? counts[i] : 1;
      all += count;
      if (value === low) atLow += count;
      if (value < -500 && value !== low) air += count;
      if (value >= -200) aboveFat += count;
      else belowSkin += count;
      if (value > 500) bright += count;
      if (value > metalHu) metal += count;
    }
  };
  if (tally) countNumbers(tally.numbers, tally.numbers.length, tally.counts);
  else eachChunk(data, (chunk, count) => countNumbers(chunk, count));
  // Air itself may be all at one number; what lies below it is padding.
  if (low >= -1100 && low < -500) air += atLow;
  const share = (count: number): number => (all === 0 ? 0 : count / all);
  return {
    all,
    belowSkin,
    atLow: share(atLow),
    air: share(air),
    aboveFat: share(aboveFat),
    bright: share(bright),
    metal: share(metal),
  };
}

/** The numbers that there are, in rising order, and how often. */
interface Tally {
  numbers: Float64Array;
  counts: Float64Array;
}

/** Of whole numbers of 8 or 16 bits: a scan has a thousand times more voxels than numbers. */
function tallyNumbers(data: Volume["data"]): Tally | undefined {
  if (!isWhole(data) || data.BYTES_PER_ELEMENT > 2) return undefined;
  const kinds = 2 ** (8 * data.BYTES_PER_ELEMENT);
  const counts = new Uint32Array(kinds);
  const bits = asBits(data);
  for (let i = 0; i < bits.length; i++) counts[bits[i]]++;
  const isSigned = data instanceof Int8Array || data instanceof Int16Array;
  const found: [number, number][] = [];
  counts.forEach((count, at) => {
    if (count > 0) found.push([isSigned && at >= kinds / 2 ? at - kinds : at, count]);
  });
  found.sort(([a], [b]) => a - b);
  return {
    numbers: Float64Array.from(found, ([number]) => number),
    counts: Float64Array.from(found, ([, count]) => count),
  };
}

/** In pieces of one kind of array: a loop that meets every kind of image runs ten times slower. */
function eachChunk(
  data: Volume["data"],
  visit: (chunk: Float64Array, count: number, from: number) => void,
): void {
  const chunk = new Float64Array(65536);
  for (let from = 0; from < data.length; from += chunk.length) {
    const part = data.subarray(from, from + chunk.length);
    chunk.set(part);
    visit(chunk, part.length, from);
  }
}

function rangeOf({ data, rescale }: Volume, tally: Tally | undefined): Range {
  let [low, high] = [Infinity, -Infinity];
  let notFinite = 0;
  let firstNotFinite = -1;
  if (tally && tally.numbers.length > 0)
    [low, high] = [tally.numbers[0], tally.numbers[tally.numbers.length - 1]];
  else
    eachChunk(data, (chunk, count, from) => {
      for (let i = 0; i < count; i++) {
        const value = chunk[i];
        if (!Number.isFinite(value)) {
          if (notFinite++ === 0) firstNotFinite = from + i;
          continue;
        }
        if (value < low) low = value;
        if (value > high) high = value;
      }
    });
  if (low > high) return { low: NaN, high: NaN, notFinite, firstNotFinite };
  const ends = [rescaleValue(low, rescale), rescaleValue(high, rescale)];
  return { low: Math.min(...ends), high: Math.max(...ends), notFinite, firstNotFinite };
}
