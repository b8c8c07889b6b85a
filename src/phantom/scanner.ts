import { withData } from "../core/grid.js";
import { throwIfAborted } from "../core/progress.js";
import type { Key } from "../core/random.js";
import type { Volume } from "../core/types.js";
import { gaussianFilter } from "../volume/gaussian.js";
import type { Protocol } from "./hospitals.js";
import { createNoise } from "./noise.js";
import type { Drawing } from "./render.js";

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

/**
 * Scans a drawn body: blurs it by the kernel and the slice profile, adds noise of the kernel's power spectrum that is
 * strongest in the middle of the body and weak in air, and rounds to whole HU from -1024 to 3071.
 *
 * @param bodyWidthMm width of the body, which sets the noise beside dose and slice thickness.
 */
export function scanBody(
  drawing: Drawing,
  protocol: Protocol,
  bodyWidthMm: number,
  key: Key,
  signal?: AbortSignal,
): Scan {
  const { ct } = drawing;
  const [nx, ny, nz] = ct.shape;
  const [dx, dy, dz] = ct.spacingMm;
  // Voxels are averages already: their own width is part of the blur.
  const rest = (fwhmMm: number, voxelMm: number): number =>
    Math.sqrt(Math.max(0, (fwhmMm / fwhmOverSigma) ** 2 - voxelMm ** 2 / 12));
  const inPlane = rest(protocol.kernelFwhmMm, dx);
  // Across slices the drawing is sampled at a point, so the whole profile is blur.
  const across = Math.max(protocol.sliceThicknessMm, dz) / fwhmOverSigma;
  const blurred = gaussianFilter(ct, [inPlane, inPlane, across], { truncate: 3 }).data;
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
  });
  const profile = radialProfile(ct, bodyWidthMm, noiseHu);
  const stored = new Int16Array(ct.data.length);
  const slice = nx * ny;
  for (let z = 0; z < nz; z++) {
    throwIfAborted(signal);
    addNoise(blurred, protocol.offsetHu, profile, next(), stored, z * slice);
  }
  return { ct: withData(ct, stored), noiseHu };
}

function addNoise(
  blurred: Float32Array,
  offsetHu: number,
  profile: Float32Array,
  noise: Float32Array,
  stored: Int16Array,
  start: number,
): void {
  for (let i = 0, at = start; i < profile.length; i++, at++) {
    const hu = Math.floor(blurred[at] + offsetHu + profile[i] * noise[i] + 0.5);
    stored[at] = hu < -1024 ? -1024 : hu > 3071 ? 3071 : hu;
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
