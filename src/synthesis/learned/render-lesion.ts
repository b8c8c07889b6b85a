import { createVolume, withData } from "../../core/grid.js";
import type { Mask, Vec3, Volume } from "../../core/types.js";
import { buildBlock, type HuScale, toHu } from "../../tumor/learned/lesion-block.js";
import type { LesionSite } from "../../tumor/site.js";
import { boundingBox } from "../../volume/crop.js";
import { resample, resampleOnto } from "../../volume/resample.js";
import { blockLength, type Denoiser, sampleLesion } from "./sample-lesion.js";

/** HU of a site's block with a lesion in it, and the HU of the organ that the denoiser was told. */
export interface RenderedHu {
  hu: Float32Array;
  referenceHu: number;
}

/**
 * Renders a lesion in a site at the spacing of the denoiser. Where the scan has another, the block is resampled, and what
 * the lesion changes there is resampled back and added, so that the grain of a finer scan stays.
 */
export function renderLearned(
  site: LesionSite,
  mask: Uint8Array,
  denoiser: Denoiser,
  { spacingMm, ...scale }: HuScale & { spacingMm: Vec3 },
): RenderedHu {
  const isSame = site.spacingMm.every((mm, axis) => Math.abs(mm - spacingMm[axis]) < 1e-3 * mm);
  const grid = { spacingMm: site.spacingMm };
  const open = site.organ.map((inside, i) => (inside === 1 || site.outer?.open[i] === 1 ? 1 : 0));
  const own = [mask, site.organ, open].map((data) => createVolume(data, site.shape, grid));
  const ct = createVolume(site.hu, site.shape, grid);
  if (isSame) return renderOn(ct, own, site, denoiser, scale);
  const there = resample(ct, spacingMm, { labels: false });
  const masks = own.map((each) => resampleOnto(each, there, { labels: true }));
  // A lesion between the voxels of a coarser grid is the voxel nearest to its middle.
  if (!masks[0].data.includes(1)) masks[0].data[nearestTo(site, there)] = 1;
  const { hu, referenceHu } = renderOn(there, masks, site, denoiser, scale);
  const change = withData(
    there,
    hu.map((value, i) => value - there.data[i]),
  );
  const back = resampleOnto(change, ct, { labels: false, outside: 0 }).data;
  return { hu: site.hu.map((value, i) => value + back[i]), referenceHu };
}

/** Renders a lesion on the grid of a denoiser. */
function renderOn(
  ct: Volume<Float32Array>,
  [lesion, organ, open]: readonly Mask[],
  site: LesionSite,
  denoiser: Denoiser,
  scale: HuScale,
): RenderedHu {
  const { boxMin, boxMax } = boundingBox(lesion)!;
  const size = boxMin.map((from, axis) => boxMax[axis] - from + 1);
  const along = (axis: 0 | 1 | 2): number => blockLength(size[axis], denoiser.network, axis);
  const shape: Vec3 = [along(0), along(1), along(2)];
  const start = shape.map((n, axis) => Math.round((boxMin[axis] + boxMax[axis] + 1 - n) / 2));
  const count = shape[0] * shape[1] * shape[2];
  const hu = new Float32Array(count).fill(NaN);
  const masks = [lesion, organ, open].map(() => new Uint8Array(count));
  const places = new Int32Array(count).fill(-1);
  for (let z = 0, at = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[0]; x++, at++) {
        const from = [x + start[0], y + start[1], z + start[2]];
        if (from.some((each, axis) => each < 0 || each >= ct.shape[axis])) continue;
        const i = from[0] + ct.shape[0] * (from[1] + ct.shape[1] * from[2]);
        places[at] = i;
        hu[at] = ct.data[i];
        [lesion, organ, open].forEach((mask, k) => (masks[k][at] = mask.data[i]));
      }
  const block = buildBlock(
    { shape, hu, lesion: masks[0], organ: withoutLesion(masks), open: masks[2] },
    scale,
  );
  const numbers = sampleLesion(denoiser, block, site.key.split("appearance"));
  const made = ct.data.slice();
  for (let at = 0; at < count; at++) {
    if (block.region[at] === 1 && places[at] >= 0) made[places[at]] = toHu(block, scale, at, numbers[at]);
  }
  return { hu: made, referenceHu: block.referenceHu };
}

function withoutLesion([lesion, organ]: readonly Uint8Array[]): Uint8Array {
  return organ.map((inside, i) => (lesion[i] === 1 ? 0 : inside));
}

/** Index in a coarser grid of the voxel nearest to the middle of a site. */
function nearestTo({ center, spacingMm, shape }: LesionSite, there: Volume): number {
  const [x, y, z] = center.map((at, axis) => {
    const middleMm = (at - (shape[axis] - 1) / 2) * spacingMm[axis];
    const place = Math.round(middleMm / there.spacingMm[axis] + (there.shape[axis] - 1) / 2);
    return Math.max(0, Math.min(there.shape[axis] - 1, place));
  });
  return x + there.shape[0] * (y + there.shape[1] * z);
}
