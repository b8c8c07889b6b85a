import { fillWith } from "../core/fill-with.js";
import { requireSameGrid, rescaleValue, voxelVolumeMl, withData } from "../core/grid.js";
import type { Mask, Volume } from "../core/types.js";
import { mean, standardDeviation } from "../stats/describe.js";
import { normalCdf } from "../stats/normal.js";
import { boundingBox, crop } from "../volume/crop.js";
import { distanceToBackground, distanceToMask } from "../volume/distance.js";
import { gaussianFilter } from "../volume/gaussian.js";
import { extractSurface, type TriangleMesh } from "../volume/surface-net.js";

/** What a lesion looks like, in numbers. `NaN` where it is too small or too faint for one. */
export interface LesionAppearance {
  voxels: number;
  volumeMl: number;
  /** Radius of a ball of its volume, in mm. */
  radiusMm: number;
  /** Surface of that ball over its own surface, 0 to 1; a ball on voxels reaches about 0.95. */
  sphericity: number;
  /** Mean HU less that of the organ 3 to 12 mm round it. */
  contrastHu: number;
  /** Way across the edge, in mm, over which attenuation goes from 10 to 90 % of that contrast. */
  edgeWidthMm: number;
  /** Spread of HU inside over that of the organ round it; 1 is as even as its surroundings. */
  spreadRatio: number;
  /** Correlation of neighbouring voxels inside, mean over the axes, -1 to 1: high for coarse texture. */
  coherence: number;
}

const ringMm = [3, 12] as const;
/** What of a scan round a lesion has a say in how it looks, in mm. */
export const surroundingsMm: number = ringMm[1] + 4;
const fewestForShape = 20;
const fewestForTexture = 30;
/** Fainter lesions than this share of the spread round them have no edge to be measured. */
const faintest = 0.5;

/**
 * Measures a lesion in its scan: size, roundness, contrast, sharpness of the edge, texture. Compare lesions on equal
 * grids only: all but the size depend on spacing, blur and noise of the scan.
 *
 * @param ct in HU; without it only size and shape are measured, the rest is `NaN`.
 * @param lesion at least one voxel; pieces count together.
 * @param organ the healthy rest of the organ round it; it may contain the lesion.
 * @throws LabError when the grids differ.
 */
export function measureLesion(ct: Volume | undefined, lesion: Mask, organ: Mask): LesionAppearance {
  if (ct) requireSameGrid(ct, lesion, ["ct", "lesion"]);
  requireSameGrid(lesion, organ, ["lesion", "organ"]);
  const box = boundingBox(lesion, surroundingsMm);
  if (!box) return { ...nothing };
  const mask = crop(lesion, box);
  if (!ct) return { ...nothing, ...measureShape(mask) };
  const home = crop(organ, box).data;
  const image = crop(ct, box);
  const hu = fillWith(new Float32Array(image.data.length), image.data, (stored) =>
    rescaleValue(stored, image.rescale),
  );
  const out = distanceToMask(mask).data;
  const into = distanceToBackground(mask).data;
  const inside: number[] = [];
  const round: number[] = [];
  for (let i = 0; i < hu.length; i++) {
    if (mask.data[i] > 0) inside.push(hu[i]);
    else if (home[i] > 0 && out[i] >= ringMm[0] && out[i] <= ringMm[1]) round.push(hu[i]);
  }
  const voxels = inside.length;
  const contrastHu = round.length > 0 ? mean(inside) - mean(round) : NaN;
  const spread = standardDeviation(round);
  const clear = Math.abs(contrastHu) > faintest * spread;
  return {
    ...measureShape(mask),
    contrastHu,
    edgeWidthMm:
      voxels < fewestForShape || !clear
        ? NaN
        : edgeWidth(hu, mask.data, home, out, into, Math.min(...ct.spacingMm)),
    spreadRatio: voxels < fewestForTexture || !(spread > 0) ? NaN : standardDeviation(inside) / spread,
    coherence: voxels < fewestForTexture ? NaN : coherenceOf(hu, mask),
  };
}

/** Size and roundness of a mask that does not touch the border of its block. */
function measureShape(mask: Mask): Pick<LesionAppearance, "voxels" | "volumeMl" | "radiusMm" | "sphericity"> {
  const voxels = mask.data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
  const volumeMl = voxels * voxelVolumeMl(mask);
  return {
    voxels,
    volumeMl,
    radiusMm: Math.cbrt((3000 * volumeMl) / (4 * Math.PI)),
    sphericity: voxels < fewestForShape ? NaN : sphericityOf(mask),
  };
}

const nothing: LesionAppearance = {
  voxels: 0,
  volumeMl: 0,
  radiusMm: 0,
  sphericity: NaN,
  contrastHu: NaN,
  edgeWidthMm: NaN,
  spreadRatio: NaN,
  coherence: NaN,
};

/** From the surface of the blurred mask: that of bare voxels is a staircase, half as large again whatever the shape. */
function sphericityOf(mask: Mask): number {
  const soft = gaussianFilter(mask, 0.7 * Math.max(...mask.spacingMm));
  const mesh = extractSurface(withData(mask, soft.data), 0.5);
  const { area, volume } = measureMesh(mesh);
  return area > 0 ? Math.min(1, (Math.cbrt(Math.PI) * Math.cbrt(6 * volume) ** 2) / area) : NaN;
}

/** Area in mm2 and enclosed volume in mm3 of a closed surface. */
function measureMesh({ x, y, z, i, j, k }: TriangleMesh): { area: number; volume: number } {
  let area = 0;
  let volume = 0;
  for (let t = 0; t < i.length; t++) {
    const [a, b, c] = [i[t], j[t], k[t]];
    const [ux, uy, uz] = [x[b] - x[a], y[b] - y[a], z[b] - z[a]];
    const [vx, vy, vz] = [x[c] - x[a], y[c] - y[a], z[c] - z[a]];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    area += 0.5 * Math.hypot(nx, ny, nz);
    volume += (x[a] * nx + y[a] * ny + z[a] * nz) / 6;
  }
  return { area, volume: Math.abs(volume) };
}

/** An edge blurred by a Gaussian of this standard deviation goes from 10 to 90 % over 2.563 of them. */
const tenToNinety = 2.5631;

/**
 * Fits a blurred step to HU over the distance from the outline, in bins of half a voxel: the standard deviation of the blur
 * by trial, both levels by least squares. `NaN` where inside and outside are not both seen.
 */
function edgeWidth(
  hu: Float32Array,
  mask: Uint8Array,
  home: Uint8Array,
  out: Float32Array,
  into: Float32Array,
  spacingMm: number,
): number {
  const binMm = spacingMm / 2;
  const bins = new Map<number, { sum: number; count: number }>();
  for (let i = 0; i < hu.length; i++) {
    if (mask[i] === 0 && (home[i] === 0 || out[i] > ringMm[1])) continue;
    // The outline lies half a voxel from the centres on either side of it.
    const at = mask[i] > 0 ? spacingMm / 2 - into[i] : out[i] - spacingMm / 2;
    const bin = Math.round(at / binMm);
    const found = bins.get(bin) ?? { sum: 0, count: 0 };
    found.sum += hu[i];
    found.count++;
    bins.set(bin, found);
  }
  const points = [...bins].map(([bin, { sum, count }]) => ({
    at: bin * binMm,
    hu: sum / count,
    weight: count,
  }));
  if (points.filter(({ at }) => at < 0).length < 2 || points.filter(({ at }) => at > 0).length < 2)
    return NaN;
  let best = { error: Infinity, sigma: NaN };
  for (let sigma = 0.15 * spacingMm; sigma <= 5 * spacingMm; sigma *= 1.06)
    for (let shift = -1; shift <= 1; shift += 0.125) {
      const error = stepError(points, sigma, shift * spacingMm);
      if (error < best.error) best = { error, sigma };
    }
  // A fit at the end of what was tried has found no edge.
  return best.sigma < 4.5 * spacingMm ? tenToNinety * best.sigma : NaN;
}

function stepError(
  points: readonly { at: number; hu: number; weight: number }[],
  sigma: number,
  shift: number,
): number {
  let [n, s, ss, h, hs, hh] = [0, 0, 0, 0, 0, 0];
  for (const { at, hu, weight } of points) {
    const step = normalCdf((at - shift) / sigma);
    n += weight;
    s += weight * step;
    ss += weight * step * step;
    h += weight * hu;
    hs += weight * hu * step;
    hh += weight * hu * hu;
  }
  const spread = ss - (s * s) / n;
  const slope = spread > 1e-12 ? (hs - (h * s) / n) / spread : 0;
  return hh - (h * h) / n - slope * (hs - (h * s) / n);
}

/** Correlation of each voxel with its next one along x, y and z, both inside. */
function coherenceOf(hu: Float32Array, { data, shape: [nx, ny] }: Mask): number {
  const inside: number[] = [];
  data.forEach((value, i) => {
    if (value > 0) inside.push(hu[i]);
  });
  const middle = mean(inside);
  const variance = standardDeviation(inside) ** 2;
  if (!(variance > 0)) return NaN;
  const found = [1, nx, nx * ny].flatMap((shift) => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i + shift < data.length; i++) {
      if (data[i] === 0 || data[i + shift] === 0) continue;
      sum += (hu[i] - middle) * (hu[i + shift] - middle);
      count++;
    }
    return count > 0 ? [sum / count / variance] : [];
  });
  return found.length > 0 ? mean(found) : NaN;
}
