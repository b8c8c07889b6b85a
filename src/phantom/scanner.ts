import { withData } from "../core/grid.js";
import { throwIfAborted } from "../core/progress.js";
import type { Key } from "../core/random.js";
import type { Vec3, Volume } from "../core/types.js";
import { crop } from "../volume/crop.js";
import { gaussianFilter, gaussianWeights } from "../volume/gaussian.js";
import type { Protocol } from "./hospitals.js";
import { createNoise } from "./noise.js";
import type { Drawing, GridPart } from "./render.js";

const fwhmOverSigma = 2.355;
/** How fast noise grows with the width of the body where the tube current follows it halfway, per mm. */
const growthPerMm = 0.005;

/** What a scan of a body did to it. */
export interface Scan {
  /** 16-bit HU. */
  ct: Volume<Int16Array>;
  /** Standard deviation of the noise in the middle of the body over all frequencies, in HU. */
  noiseHu: number;
}

/** Blur by a scanner's kernel and slice profile. */
export interface Blur {
  /** Standard deviation along x, y, z. */
  sigmaMm: Vec3;
  /** Voxels along each axis that it draws on at most. */
  reach: Vec3;
}

/** Where the blur is cut off, in standard deviations. */
const truncate = 3;

/** The blur of a protocol on voxels of a size. */
export function blurOf({ kernelFwhmMm, sliceThicknessMm }: Protocol, [dx, dy, dz]: Vec3): Blur {
  // Voxels are averages already: their own width is part of the blur.
  const inPlane = Math.sqrt(Math.max(0, (kernelFwhmMm / fwhmOverSigma) ** 2 - dx ** 2 / 12));
  // Across slices the drawing is sampled at a point, so the whole profile is blur.
  const across = Math.max(sliceThicknessMm, dz) / fwhmOverSigma;
  const reach = (sigma: number, mm: number): number => gaussianWeights(sigma / mm, truncate).length - 1;
  return {
    sigmaMm: [inPlane, inPlane, across],
    reach: [reach(inPlane, dx), reach(inPlane, dy), reach(across, dz)],
  };
}

/** What must be drawn of a grid for a part of it to be blurred as in the whole. */
export function partForBlur({ rows, slices }: GridPart, { reach }: Blur, [, ny, nz]: Vec3): GridPart {
  const widen = ([first, last]: readonly [number, number], by: number, count: number) =>
    [Math.max(0, first - by), Math.min(count - 1, last + by)] as const;
  return { rows: widen(rows, reach[1], ny), slices: widen(slices, reach[2], nz) };
}

/**
 * Scans a drawn body: blurs it by the kernel and the slice profile, adds noise of the kernel's power spectrum that is
 * strongest in the middle of the body and weak in air, and rounds to whole HU from -1024 to 3071.
 *
 * @param bodyWidthMm width of the body, which sets the noise beside dose and slice thickness.
 * @param options `only` the part of the grid to scan, which must be drawn as far as {@link partForBlur} says; by default all of it.
 *   There the same values as in the whole, beyond it air without noise.
 */
export function scanBody(
  drawing: Drawing,
  protocol: Protocol,
  bodyWidthMm: number,
  key: Key,
  { only, signal }: { only?: GridPart; signal?: AbortSignal } = {},
): Scan {
  const { ct } = drawing;
  const [nx, ny, nz] = ct.shape;
  const [dx, dy, dz] = ct.spacingMm;
  const blur = blurOf(protocol, ct.spacingMm);
  const part = only ?? { rows: [0, ny - 1], slices: [0, nz - 1] };
  const drawn = partForBlur(part, blur, ct.shape);
  const cut = crop(ct, {
    boxMin: [0, drawn.rows[0], drawn.slices[0]],
    boxMax: [nx - 1, drawn.rows[1], drawn.slices[1]],
  });
  const blurred = gaussianFilter(cut, blur.sigmaMm, { truncate }).data;
  throwIfAborted(signal);
  const noiseHu =
    (protocol.noiseHu / Math.sqrt(protocol.dose * protocol.sliceThicknessMm)) *
    Math.exp(growthPerMm * (bodyWidthMm - 300));
  const next = createNoise(key, {
    width: nx,
    height: ny,
    pixelMm: [dx, dy],
    sliceSpacingMm: dz,
    sliceThicknessMm: protocol.sliceThicknessMm,
    peakPerMm: protocol.noisePeakPerMm,
    leaveOut: part.slices[0],
  });
  const profile = radialProfile(ct, bodyWidthMm, noiseHu);
  const stored = new Int16Array(ct.data.length);
  if (only) stored.fill(-1000);
  const slice = nx * ny;
  const [start, end] = [nx * part.rows[0], nx * (part.rows[1] + 1)];
  for (let z = part.slices[0]; z <= part.slices[1]; z++) {
    throwIfAborted(signal);
    const places = stored.subarray(z * slice + start, z * slice + end);
    const from = nx * ((z - drawn.slices[0]) * cut.shape[1] + part.rows[0] - drawn.rows[0]);
    addNoise(blurred, from, protocol.offsetHu, profile.subarray(start), next().subarray(start), places);
  }
  return { ct: withData(ct, stored), noiseHu };
}

/** Writes `stored` from the blurred values from place `from` on, and noise as strong as the profile says. */
function addNoise(
  blurred: Float32Array,
  from: number,
  offsetHu: number,
  profile: Float32Array,
  noise: Float32Array,
  stored: Int16Array,
): void {
  for (let i = 0, at = from; i < stored.length; i++, at++) {
    const hu = Math.floor(blurred[at] + offsetHu + profile[i] * noise[i] + 0.5);
    stored[i] = hu < -1024 ? -1024 : hu > 3071 ? 3071 : hu;
  }
}

/** Noise at each place of a slice: rays through the middle of a body are weakened the most. */
function radialProfile(
  { shape, spacingMm, affine }: Volume,
  bodyWidthMm: number,
  noiseHu: number,
): Float32Array {
  const [nx, ny] = shape;
  const profile = new Float32Array(nx * ny);
  for (let y = 0; y < ny; y++)
    for (let x = 0; x < nx; x++) {
      const u = (affine[3] + x * spacingMm[0]) / (bodyWidthMm / 2);
      const v = (affine[7] + y * spacingMm[1] - 30) / (0.36 * bodyWidthMm);
      profile[x + nx * y] = noiseHu * (0.45 + 0.6 * Math.exp(-0.7 * (u * u + v * v)));
    }
  return profile;
}
