import { requireThat } from "../errors.js";
import type { Key } from "../random.js";
import { createFourier, powerOfTwoFrom } from "./fourier.js";

/** The noise of one scan. */
export interface NoiseOptions {
  /** Pixels and their distance in the plane. */
  width: number;
  height: number;
  pixelMm: readonly [number, number];
  sliceSpacingMm: number;
  /** Full width at half maximum of the slice profile, which ties neighbouring slices together. */
  sliceThicknessMm: number;
  /** Frequency at which the power is highest, in cycles per mm. */
  peakPerMm: number;
}

/**
 * Power of filtered back projection's noise at a spatial frequency (cycles per mm): it rises with the ramp filter and
 * falls again with the kernel's apodisation, highest at `peakPerMm`. Scaled so that its integral over the plane is 1.
 */
export function noisePower(perMm: number, peakPerMm: number): number {
  const integral = Math.sqrt(2) * Math.PI ** 1.5 * peakPerMm ** 3;
  return (perMm * Math.exp(-((perMm / peakPerMm) ** 2) / 2)) / integral;
}

/**
 * Slices of correlated noise, from the first on. Its standard deviation is 1 over all frequencies; a grid too coarse for
 * some of them loses their share, as averaging would.
 *
 * Method: random spectra of the wanted power, transformed; one complex transform gives two slices. By the central limit
 * theorem the result is normal whatever the spectrum's values are drawn from.
 */
export function createNoise(key: Key, options: NoiseOptions): () => Float32Array {
  const { width, height, pixelMm, sliceSpacingMm, sliceThicknessMm, peakPerMm } = options;
  requireThat(peakPerMm > 0, "peakPerMm", peakPerMm, "a frequency above 0");
  const next = createSlices(key, width, height, pixelMm, peakPerMm);
  const weights = sliceWeights(sliceThicknessMm / 2.355 / sliceSpacingMm);
  if (weights.length === 1) return next;
  const held = Array.from({ length: weights.length - 1 }, next);
  return () => {
    held.push(next());
    const mixed = new Float32Array(width * height);
    held.forEach((slice, k) => {
      const weight = weights[k];
      for (let i = 0; i < mixed.length; i++) mixed[i] += weight * slice[i];
    });
    held.shift();
    return mixed;
  };
}

/** Weights of neighbouring slices; their squares sum to 1, so that the standard deviation stays. */
function sliceWeights(sigmaSlices: number): number[] {
  const reach = Math.floor(2.5 * sigmaSlices);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    reach === 0 ? 1 : Math.exp(-0.5 * ((k - reach) / sigmaSlices) ** 2),
  );
  const norm = Math.hypot(...raw);
  return raw.map((weight) => weight / norm);
}

/** Random 32-bit integers (xorshift128, Marsaglia 2003): spectra need tens of millions of them a scan. */
function createBits(key: Key): () => number {
  const seeds = key.stream();
  const words = Int32Array.from([0, 0, 0, 1], (least) => seeds.nextUint32() | 0 || least);
  return () => {
    const t = words[0] ^ (words[0] << 11);
    words[0] = words[1];
    words[1] = words[2];
    words[2] = words[3];
    words[3] = words[3] ^ (words[3] >>> 19) ^ t ^ (t >>> 8);
    return words[3];
  };
}

function createSlices(
  key: Key,
  width: number,
  height: number,
  [dx, dy]: readonly [number, number],
  peakPerMm: number,
): () => Float32Array {
  const [nx, ny] = [powerOfTwoFrom(width), powerOfTwoFrom(height)];
  const amplitude = new Float64Array(nx * ny);
  const bin = 1 / (nx * dx * ny * dy);
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++) {
      const fx = Math.min(i, nx - i) / (nx * dx);
      const fy = Math.min(j, ny - j) / (ny * dy);
      // Real and imaginary part of a bin each carry the power of one slice; a uniform draw has variance 1/3.
      amplitude[i + nx * j] = Math.sqrt(3 * bin * noisePower(Math.hypot(fx, fy), peakPerMm));
    }
  const [rows, columns] = [createFourier(nx), createFourier(ny)];
  const [re, im] = [new Float64Array(nx * ny), new Float64Array(nx * ny)];
  const draw = createBits(key);
  let spare: Float32Array | undefined;
  const cut = (from: Float64Array): Float32Array => {
    const slice = new Float32Array(width * height);
    for (let y = 0; y < height; y++) slice.set(from.subarray(nx * y, nx * y + width), width * y);
    return slice;
  };
  return () => {
    if (spare) {
      const slice = spare;
      spare = undefined;
      return slice;
    }
    for (let i = 0; i < re.length; i++) {
      const bits = draw();
      re[i] = amplitude[i] * ((bits & 0xffff) / 32767.5 - 1);
      im[i] = amplitude[i] * ((bits >>> 16) / 32767.5 - 1);
    }
    for (let j = 0; j < ny; j++) rows.transform(re, im, nx * j, 1);
    for (let i = 0; i < nx; i++) columns.transform(re, im, i, nx);
    spare = cut(im);
    return cut(re);
  };
}
