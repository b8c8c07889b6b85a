import { createVolume } from "../core/grid.js";
import type { Key } from "../core/random.js";
import type { Vec3 } from "../core/types.js";
import { gaussianFilter } from "../volume/gaussian.js";
import type { LesionSite } from "./site.js";

/** Structures finer than this many mm count as the scan's grain. */
const grainMm = 1.5;
/** Tissue within this many radii of the middle is pushed. */
const reachOfPush = 1.3;

/**
 * HU of the site's organ blurred over the organ's voxels alone, 0 outside it.
 *
 * @param sigmaMm default what takes the scan's grain away.
 */
export function smoothOrgan(
  { shape, spacingMm, hu, organ }: Pick<LesionSite, "shape" | "spacingMm" | "hu" | "organ">,
  sigmaMm: number = grainMm,
): Float32Array {
  const grid = { spacingMm };
  const weights = gaussianFilter(createVolume(organ, shape, grid), sigmaMm).data;
  const inOrgan = new Float32Array(hu.length);
  for (let i = 0; i < hu.length; i++) if (organ[i] === 1) inOrgan[i] = hu[i];
  const smooth = gaussianFilter(createVolume(inOrgan, shape, grid), sigmaMm).data;
  for (let i = 0; i < smooth.length; i++) smooth[i] = organ[i] === 1 ? smooth[i] / weights[i] : 0;
  return smooth;
}

/**
 * Smoothed tissue round the lesion pushed outward: what is at a distance r shows what was at
 * `r (1 - percent/100 (1 - r^2 / R^2))`, R 1.3 radii, within the organ only. The scan's grain is not in it, so it stays.
 */
export function pushTissue(site: LesionSite, smooth: Float32Array, percent: number): Float32Array {
  const { shape, spacingMm, organ, center, radiusMm } = site;
  const reachMm = reachOfPush * radiusMm;
  const [nx, ny, nz] = shape;
  const result = smooth.slice();
  const strength = percent / 100;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (organ[i] === 0) continue;
        const dx = (x - center[0]) * spacingMm[0];
        const dy = (y - center[1]) * spacingMm[1];
        const dz = (z - center[2]) * spacingMm[2];
        const square = (dx * dx + dy * dy + dz * dz) / (reachMm * reachMm);
        if (square >= 1) continue;
        const factor = 1 - strength * (1 - square);
        const moved = sampleOrgan(
          smooth,
          organ,
          shape,
          center[0] + (x - center[0]) * factor,
          center[1] + (y - center[1]) * factor,
          center[2] + (z - center[2]) * factor,
        );
        if (moved !== undefined) result[i] = moved;
      }
  return result;
}

/** Smoothed HU between voxels, over the organ's alone; `undefined` where the nearest of them is not organ. */
function sampleOrgan(
  smooth: Float32Array,
  organ: Uint8Array,
  [nx, ny, nz]: Vec3,
  x: number,
  y: number,
  z: number,
): number | undefined {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const k = Math.floor(z);
  const nearest = Math.round(x) + nx * (Math.round(y) + ny * Math.round(z));
  if (organ[nearest] === 0) return undefined;
  const fx = x - i;
  const fy = y - j;
  const fz = z - k;
  let sum = 0;
  let weight = 0;
  for (let c = 0; c < 8; c++) {
    const bx = c & 1;
    const by = (c >> 1) & 1;
    const bz = c >> 2;
    if (i + bx >= nx || j + by >= ny || k + bz >= nz) continue;
    const at = i + bx + nx * (j + by + ny * (k + bz));
    if (organ[at] === 0) continue;
    const part = (bx ? fx : 1 - fx) * (by ? fy : 1 - fy) * (bz ? fz : 1 - fz);
    sum += part * smooth[at];
    weight += part;
  }
  return weight > 0 ? sum / weight : undefined;
}

/** Standard deviation of the scan's grain in the site's organ. */
export function measureGrain({ hu, organ }: LesionSite, smooth: Float32Array): number {
  return spreadOfDifferences(hu, smooth, (i) => organ[i] === 1);
}

/** Soft tissue whose grain is measured in hollow organs, in HU. */
const softHu = [-20, 160] as const;

/**
 * Noise like the scan's own for where a lesion takes the place of gas or stool: independent draws blurred over about a
 * voxel, with the standard deviation of the soft tissue round it.
 */
export function sampleGrain(
  { shape, spacingMm, hu }: LesionSite,
  key: Key,
): { grain: Float32Array; sdHu: number } {
  const grid = { spacingMm };
  const smooth = gaussianFilter(createVolume(hu, shape, grid), grainMm).data;
  const sdHu = spreadOfDifferences(hu, smooth, (i) => smooth[i] >= softHu[0] && smooth[i] <= softHu[1]);
  const draw = key.stream();
  const noise = new Float32Array(hu.length);
  for (let i = 0; i < noise.length; i++) noise[i] = draw.normal();
  const grain = gaussianFilter(createVolume(noise, shape, grid), 0.5 * Math.min(...spacingMm)).data;
  let power = 0;
  for (let i = 0; i < grain.length; i++) power += grain[i] * grain[i];
  const scale = sdHu / Math.sqrt(power / grain.length || 1);
  for (let i = 0; i < grain.length; i++) grain[i] *= scale;
  return { grain, sdHu };
}

/** Differences are counted in steps of this many HU, up to the number of steps. */
const stepHu = 0.25;
const steps = 400;

/**
 * The standard deviation of normal differences with this lower quartile of their absolute values, which edges hardly move.
 * 0 without any.
 */
function spreadOfDifferences(
  values: Float32Array,
  smooth: Float32Array,
  counts: (index: number) => boolean,
): number {
  const histogram = new Float64Array(steps);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (!counts(i)) continue;
    histogram[Math.min(steps - 1, Math.floor(Math.abs(values[i] - smooth[i]) / stepHu))]++;
    total++;
  }
  let left = total / 4;
  const quartile = histogram.findIndex((count) => (left -= count) <= 0);
  return total > 0 ? ((quartile + 0.5) * stepHu) / 0.3186 : 0;
}
