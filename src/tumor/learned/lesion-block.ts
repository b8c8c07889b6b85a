import type { Vec3 } from "../../core/types.js";
import { median } from "../../stats/describe.js";
import type { NoiseShares } from "./noise-levels.js";

/** A block of CT round a lesion, x fastest, as {@link buildBlock} looks at it. */
export interface LesionSurroundings {
  shape: Vec3;
  /** HU; `NaN` where nothing is known, as beyond the scan. */
  hu: Float32Array;
  /** 1 where the lesion is. */
  lesion: Uint8Array;
  /** 1 for the healthy rest of the organ: its HU are what the lesion's are told relative to. */
  organ: Uint8Array;
  /** 1 where HU beside the lesion may change; default `organ`. */
  open?: Uint8Array;
}

/** HU of tumors less those of the organ round each. */
export interface HuMoments {
  meanHu: number;
  /** Standard deviation. */
  scaleHu: number;
}

/** How HU become the numbers that a denoiser works with: measured on the tumors it learns from. */
export interface HuScale {
  /** HU beyond these are clipped. */
  windowHu: readonly [number, number];
  /** Of the tumors, and of the rim beside them. */
  lesion: HuMoments;
  rim: HuMoments;
  /** How noise is made of parts, as the tumors' own variance is. */
  shares: NoiseShares;
}

/** A block as a denoiser sees it, all but the noise. */
export interface LesionBlock {
  shape: Vec3;
  /** Median HU of the organ round the lesion. */
  referenceHu: number;
  /** 1 where HU are made: the lesion, and a rim of one voxel where they may change. */
  region: Uint8Array;
  /** HU of the region as numbers of mean 0 and standard deviation 1 over all tumors, and over all rims; 0 elsewhere. */
  clean: Float32Array;
  /** HU round the region, clipped; 0 in the region, far from it and where nothing is known. */
  context: Float32Array;
  /** 1 in the lesion, a half in the rim. */
  mask: Float32Array;
}

/** Voxels round the region whose HU are told: a case cut to its organ knows no more. */
export const contextVoxels = 4;
/** Context is clipped at so many standard deviations, and halved. */
const mostContext = 4;

/** HU of a block as a denoiser's numbers. */
export function buildBlock(around: LesionSurroundings, scale: HuScale): LesionBlock {
  const { shape, hu, lesion, organ, open = organ } = around;
  const region = findRegion(lesion, open, shape);
  const referenceHu = findReference(around, region, scale);
  const near = region.slice();
  for (let i = 0; i < contextVoxels; i++) growCube(near, shape);
  const clean = new Float32Array(hu.length);
  const context = new Float32Array(hu.length);
  const mask = new Float32Array(hu.length);
  const { scaleHu } = scale.lesion;
  const most = mostContext * scaleHu;
  for (let i = 0; i < hu.length; i++) {
    if (near[i] === 0 || Number.isNaN(hu[i])) continue;
    const above = clip(hu[i], scale.windowHu) - referenceHu;
    if (region[i] === 1) {
      const of = lesion[i] === 1 ? scale.lesion : scale.rim;
      clean[i] = (above - of.meanHu) / of.scaleHu;
      mask[i] = lesion[i] === 1 ? 1 : 0.5;
    } else context[i] = Math.max(-most, Math.min(most, above)) / (2 * scaleHu);
  }
  return { shape, referenceHu, region, clean, context, mask };
}

/** HU of a voxel of the region whose number is `value`, clipped to the window. */
export function toHu(block: LesionBlock, scale: HuScale, i: number, value: number): number {
  const { meanHu, scaleHu } = block.mask[i] === 1 ? scale.lesion : scale.rim;
  return clip(block.referenceHu + meanHu + scaleHu * value, scale.windowHu);
}

/** The lesion and its rim: voxels that share a face with it and may change. */
export function findRegion(lesion: Uint8Array, open: Uint8Array, [nx, ny, nz]: Vec3): Uint8Array {
  const region = lesion.slice();
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (lesion[i] === 1 || open[i] === 0) continue;
        const touches =
          (x > 0 && lesion[i - 1] === 1) ||
          (x + 1 < nx && lesion[i + 1] === 1) ||
          (y > 0 && lesion[i - nx] === 1) ||
          (y + 1 < ny && lesion[i + nx] === 1) ||
          (z > 0 && lesion[i - nx * ny] === 1) ||
          (z + 1 < nz && lesion[i + nx * ny] === 1);
        if (touches) region[i] = 1;
      }
  return region;
}

/** Median HU of the organ out of the region; of all that is known there where no organ is left. */
export function findReference(
  { hu, organ }: Pick<LesionSurroundings, "hu" | "organ">,
  region: Uint8Array,
  { windowHu }: Pick<HuScale, "windowHu">,
): number {
  const known = (i: number): boolean => region[i] === 0 && !Number.isNaN(hu[i]);
  let found = Array.from(hu).filter((_, i) => organ[i] === 1 && known(i));
  if (found.length === 0) found = Array.from(hu).filter((_, i) => known(i));
  return found.length === 0 ? 0 : median(found.map((value) => clip(value, windowHu)));
}

function clip(hu: number, [low, high]: readonly [number, number]): number {
  return Math.max(low, Math.min(high, hu));
}

/** Widens a mask by a voxel along each axis, corners with it. */
function growCube(mask: Uint8Array, [nx, ny, nz]: Vec3): void {
  for (const [step, length] of [
    [1, nx],
    [nx, ny],
    [nx * ny, nz],
  ]) {
    const before = mask.slice();
    for (let i = 0; i < mask.length; i++) {
      const at = Math.floor(i / step) % length;
      if ((at > 0 && before[i - step] === 1) || (at + 1 < length && before[i + step] === 1)) mask[i] = 1;
    }
  }
}
