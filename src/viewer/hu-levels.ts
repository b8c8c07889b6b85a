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
 * Levels of real values in HU. Values beyond -1024 and 3071 take the end levels; not-a-number takes the lowest.
 *
 * @param rescale slope and intercept from stored value to HU; default none.
 */
export function encodeLevels(
  values: ArrayLike<number>,
  rescale: { slope: number; intercept: number } = { slope: 1, intercept: 0 },
): Uint8Array {
  const { slope, intercept } = rescale;
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
