import { createVolume } from "../../core/grid.js";
import type { Vec3 } from "../../core/types.js";
import { findReference, findRegion, type HuMoments, type HuScale } from "../../tumor/learned/lesion-block.js";
import { matchShares } from "../../tumor/learned/noise-levels.js";
import { findComponents, paintComponents } from "../../volume/components.js";
import type { PreparedCase } from "../prepared-case.js";

/** A tumor of a case with what is round it: what a generator learns from. */
export interface LesionCrop {
  /** Name of its case. */
  case: string;
  shape: Vec3;
  /** HU, x fastest; `NaN` beyond the case. */
  hu: Float32Array;
  /** 1 where this tumor is. */
  lesion: Uint8Array;
  /** 1 for the healthy organ. */
  organ: Uint8Array;
}

/** Class of tumors and of the organ in the cases a generator learns from. */
const [organClass, tumorClass] = [1, 2];
/** Smaller pieces are the edge of something. */
const fewestVoxels = 4;

/**
 * Cuts the tumors out of cases, each connected piece by itself, in cubes that hold a patch wherever within `jitter` voxels
 * of the tumor's middle it lies.
 *
 * @param cases classes as in an experiment: 1 the organ, 2 its tumors.
 */
export function cutLesions(
  cases: Iterable<PreparedCase>,
  { patch, jitter, windowHu: [low, high] }: { patch: Vec3; jitter: number } & Pick<HuScale, "windowHu">,
): LesionCrop[] {
  const crops: LesionCrop[] = [];
  for (const { name, shape, spacingMm, image, labels } of cases) {
    const grid = { spacingMm };
    const tumors = createVolume(
      labels.map((label) => (label === tumorClass ? 1 : 0)),
      shape,
      grid,
    );
    const table = findComponents(tumors);
    const painted = paintComponents(table, tumors).data;
    for (const { id, voxels, boxMin, boxMax } of table.components) {
      if (voxels < fewestVoxels) continue;
      const size = patch.map((n) => n + 2 * jitter) as unknown as Vec3;
      const start = size.map((n, axis) => Math.round((boxMin[axis] + boxMax[axis] + 1 - n) / 2));
      const count = size[0] * size[1] * size[2];
      const hu = new Float32Array(count).fill(NaN);
      const [lesion, organ] = [new Uint8Array(count), new Uint8Array(count)];
      for (let z = 0, at = 0; z < size[2]; z++)
        for (let y = 0; y < size[1]; y++)
          for (let x = 0; x < size[0]; x++, at++) {
            const from = [x + start[0], y + start[1], z + start[2]];
            if (from.some((each, axis) => each < 0 || each >= shape[axis])) continue;
            const i = from[0] + shape[0] * (from[1] + shape[1] * from[2]);
            hu[at] = low + image[i] * (high - low);
            if (painted[i] === id) lesion[at] = 1;
            else if (labels[i] === organClass) organ[at] = 1;
          }
      crops.push({ case: name, shape: size, hu, lesion, organ });
    }
  }
  return crops;
}

/**
 * Mean and standard deviation of the tumors' HU less those of the organ round each, and of the rims', each tumor counting
 * alike; and how the tumors' variance is made of parts: between them, between neighbours in them, and the rest.
 */
export function measureScale(crops: readonly LesionCrop[], windowHu: HuScale["windowHu"]): HuScale {
  const tumors = crops.map((crop) => measureCrop(crop, windowHu));
  const lesions = tumors.map(({ lesion }) => lesion);
  const lesion = momentsOf(lesions);
  // A tumor may fill its organ: then it has no rim.
  const rims = tumors.map(({ rim }) => rim).filter(({ count }) => count > 0);
  const rim = rims.length > 0 ? momentsOf(rims) : lesion;
  const variance = lesion.scaleHu ** 2;
  const between = average(lesions, ({ sum, count }) => (sum / count) ** 2) - lesion.meanHu ** 2;
  const step = average(tumors, (tumor) => tumor.step);
  return { windowHu, lesion, rim, shares: matchShares(between / variance, step / variance) };
}

interface Sums {
  count: number;
  sum: number;
  squares: number;
}

function average<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0) / items.length;
}

function momentsOf(parts: readonly Sums[]): HuMoments {
  const meanHu = average(parts, ({ sum, count }) => sum / count);
  const square = average(parts, ({ squares, count }) => squares / count);
  return { meanHu, scaleHu: Math.sqrt(Math.max(1, square - meanHu * meanHu)) };
}

/** Of a tumor's HU above the organ's, of its rim's, and half the mean squared difference of neighbours in it. */
function measureCrop(
  crop: LesionCrop,
  windowHu: HuScale["windowHu"],
): { lesion: Sums; rim: Sums; step: number } {
  const { hu, lesion, organ, shape } = crop;
  const region = findRegion(lesion, organ, shape);
  const referenceHu = findReference(crop, region, { windowHu });
  const above = hu.map((value) => Math.max(windowHu[0], Math.min(windowHu[1], value)) - referenceHu);
  const sums = { lesion: { count: 0, sum: 0, squares: 0 }, rim: { count: 0, sum: 0, squares: 0 } };
  let [step, pairs] = [0, 0];
  for (let i = 0; i < region.length; i++) {
    if (region[i] === 0) continue;
    const own = lesion[i] === 1 ? sums.lesion : sums.rim;
    own.count++;
    own.sum += above[i];
    own.squares += above[i] ** 2;
    if (lesion[i] === 0) continue;
    for (const next of [i + 1, i + shape[0], i + shape[0] * shape[1]]) {
      // Rows end outside of every tumor: a crop is wider than what it holds.
      if (lesion[next] !== 1) continue;
      step += (above[next] - above[i]) ** 2 / 2;
      pairs++;
    }
  }
  return { ...sums, step: pairs > 0 ? step / pairs : 0 };
}
