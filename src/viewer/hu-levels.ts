import type { Volume } from "../core/types.js";
import { samplePercentiles } from "../volume/sample-percentiles.js";

/**
 * CT in 8 bits. 256 levels of HU lie close together where soft tissue is and far apart in air, lung and
 * bone, so that every usual window keeps its contrast: 4 HU from -200 to 248, 23 HU below, 15 HU up to
 * 1000 and 36 HU up to 3071.
 */
export const levelsHu: readonly number[] = [
  ...spread(-1024, -200, 36),
  ...spread(-200, 252, 113),
  ...spread(252, 1002, 50),
  ...spread(1002, 3071 + 36, 57),
].map((hu) => Math.round(Math.min(3071, hu)));

const lowestHu = levelsHu[0];
const highestHu = levelsHu[255];

/** Level nearest to each whole HU from the lowest to the highest. */
const nearestLevel: Uint8Array = buildNearest();

/**
 * 256 levels for numbers that are no HU: their least and greatest at the ends, and between them even steps over all but the
 * outermost thousandths; whole numbers one by one where there are no more.
 */
export function measureLevels(volume: Volume): number[] {
  const { at } = samplePercentiles(volume);
  const [least, greatest] = [at(0), at(1)];
  const round = (value: number): number => Number(value.toPrecision(7));
  if (Number.isInteger(least) && Number.isInteger(greatest) && greatest - least <= 255 && isWhole(volume))
    return Array.from({ length: 256 }, (_, i) => least + i);
  const [low, high] = [at(0.001), at(0.999)];
  const inner = Array.from({ length: 254 }, (_, i) => round(low + (i * (high - low)) / 253));
  return [Math.min(round(least), inner[0]), ...inner, Math.max(round(greatest), inner[253])];
}

function isWhole({ data, rescale }: Volume): boolean {
  const isInteger = !(data instanceof Float32Array || data instanceof Float64Array);
  return isInteger && Number.isInteger(rescale?.slope ?? 1) && Number.isInteger(rescale?.intercept ?? 0);
}

/**
 * The nearest levels of real values. Values beyond the first and the last take the end levels; not-a-number takes the lowest.
 *
 * @param rescale slope and intercept from stored value to real value; default none.
 * @param levels 256 in rising order; default {@link levelsHu}.
 */
export function encodeLevels(
  values: ArrayLike<number>,
  rescale: { slope: number; intercept: number } = { slope: 1, intercept: 0 },
  levels: readonly number[] = levelsHu,
): Uint8Array {
  return levels === levelsHu ? encodeHu(values, rescale) : encodeNearest(values, rescale, levels);
}

function encodeNearest(
  values: ArrayLike<number>,
  { slope, intercept }: { slope: number; intercept: number },
  levels: readonly number[],
): Uint8Array {
  const found = new Uint8Array(values.length);
  const middles = Float64Array.from({ length: 255 }, (_, i) => (levels[i] + levels[i + 1]) / 2);
  // Where steps are even this is the level, or one beside it.
  const [from, perStep] = [levels[1], 253 / Math.max(levels[254] - levels[1], Number.MIN_VALUE)];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] * slope + intercept;
    if (value !== value) continue;
    let level = Math.max(0, Math.min(255, 1 + Math.round((value - from) * perStep)));
    while (level > 0 && value <= middles[level - 1]) level--;
    while (level < 255 && value > middles[level]) level++;
    found[i] = level;
  }
  return found;
}

function encodeHu(
  values: ArrayLike<number>,
  { slope, intercept }: { slope: number; intercept: number },
): Uint8Array {
  const levels = new Uint8Array(values.length);
  const last = nearestLevel.length - 1;
  for (let i = 0; i < values.length; i++) {
    const place = values[i] * slope + intercept - lowestHu + 0.5;
    levels[i] = place > 0 ? nearestLevel[place < last ? Math.floor(place) : last] : 0;
  }
  return levels;
}

function spread(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + (i * (to - from)) / count);
}

function buildNearest(): Uint8Array {
  const nearest = new Uint8Array(highestHu - lowestHu + 1);
  for (let i = 0, level = 0; i < nearest.length; i++) {
    const hu = lowestHu + i;
    while (level < 255 && levelsHu[level + 1] - hu <= hu - levelsHu[level]) level++;
    nearest[i] = level;
  }
  return nearest;
}
