import { requireThat } from "../core/errors.js";
import type { Key } from "../core/random.js";
import { createFourier, powerOfTwoFrom } from "./fourier.js";

/** Rows or columns transformed together. */
const linesAtOnce = 16;

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
  /** Slices that are left out before the first; default 0. They cost next to nothing. */
  leaveOut?: number;
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
 * Slices of correlated noise, from the first that is not left out on, each written over the one before it. Its standard deviation is 1 over
 * all frequencies; a grid too coarse for some of them loses their share, as averaging would.
 *
 * Method: random spectra of the wanted power, transformed; one complex transform gives two slices. By the central limit
 * theorem the result is normal whatever the spectrum's values are drawn from.
 */
export function createNoise(key: Key, options: NoiseOptions): () => Float32Array {
  const { width, height, pixelMm, sliceSpacingMm, sliceThicknessMm, peakPerMm, leaveOut = 0 } = options;
  requireThat(peakPerMm > 0, "peakPerMm", peakPerMm, "a frequency above 0");
  const next = createSlices(key, width, height, pixelMm, peakPerMm, leaveOut);
  const weights = sliceWeights(sliceThicknessMm / 2.355 / sliceSpacingMm);
  // As many slices as lie within the profile are kept, the oldest written over by the next.
  const held = weights.map(() => new Float32Array(width * height));
  for (const slice of held.slice(1)) next(slice);
  const mixed = new Float32Array(width * height);
  return () => {
    const latest = held.shift()!;
    next(latest);
    held.push(latest);
    mixed.fill(0);
    held.forEach((slice, k) => addWeighted(mixed, slice, weights[k]));
    return mixed;
  };
}

function addWeighted(sum: Float32Array, slice: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += weight * slice[i];
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
  let [a, b, c, d] = Int32Array.from([0, 0, 0, 1], (least) => seeds.nextUint32() | 0 || least);
  return () => {
    const t = a ^ (a << 11);
    [a, b, c] = [b, c, d];
    d = d ^ (d >>> 19) ^ t ^ (t >>> 8);
    return d;
  };
}

function createSlices(
  key: Key,
  width: number,
  height: number,
  [dx, dy]: readonly [number, number],
  peakPerMm: number,
  leaveOut: number,
): (into: Float32Array) => void {
  const [nx, ny] = [powerOfTwoFrom(width), powerOfTwoFrom(height)];
  // With y fastest, as the rows that are transformed together lie side by side.
  const amplitude = new Float64Array(nx * ny);
  const bin = 1 / (nx * dx * ny * dy);
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < ny; j++) {
      const fx = Math.min(i, nx - i) / (nx * dx);
      const fy = Math.min(j, ny - j) / (ny * dy);
      // Real and imaginary part of a bin each carry the power of one slice; a uniform draw has variance 1/3.
      amplitude[j + ny * i] = Math.sqrt(3 * bin * noisePower(Math.hypot(fx, fy), peakPerMm));
    }
  const [alongX, alongY] = [createFourier(nx), createFourier(ny)];
  // A few lines at a time, so that what is transformed stays in the processor's cache.
  const [re, im] = [new Float64Array(linesAtOnce * nx), new Float64Array(linesAtOnce * nx)];
  const [re2, im2] = [new Float64Array(linesAtOnce * ny), new Float64Array(linesAtOnce * ny)];
  const [rowsRe, rowsIm] = [new Float32Array(width * ny), new Float32Array(width * ny)];
  const [one, other] = [new Float32Array(width * height), new Float32Array(width * height)];
  const draw = createBits(key);

  const transformRows = (first: number, lines: number): void => {
    for (let i = 0, at = 0; i < nx; i++)
      for (let line = 0, bin = first + ny * i; line < lines; line++, bin++, at++) {
        const bits = draw();
        re[at] = amplitude[bin] * ((bits & 0xffff) / 32767.5 - 1);
        im[at] = amplitude[bin] * ((bits >>> 16) / 32767.5 - 1);
      }
    alongX.transform(re, im, lines);
    // Columns beyond the slice are of no use.
    for (let line = 0; line < lines; line++)
      for (let i = 0, at = line, to = width * (first + line); i < width; i++, at += lines, to++) {
        rowsRe[to] = re[at];
        rowsIm[to] = im[at];
      }
  };
  const transformColumns = (first: number, lines: number): void => {
    for (let j = 0; j < ny; j++)
      for (let i = 0, at = lines * j, from = width * j + first; i < lines; i++, at++, from++) {
        re2[at] = rowsRe[from];
        im2[at] = rowsIm[from];
      }
    alongY.transform(re2, im2, lines);
    for (let j = 0; j < height; j++)
      for (let i = 0, at = lines * j, to = width * j + first; i < lines; i++, at++, to++) {
        one[to] = re2[at];
        other[to] = im2[at];
      }
  };
  // One draw for each frequency of two slices.
  for (let i = nx * ny * Math.floor(leaveOut / 2); i > 0; i--) draw();
  let spare = false;
  const next = (): Float32Array => {
    if (!spare) {
      for (let row = 0; row < ny; row += linesAtOnce) transformRows(row, Math.min(linesAtOnce, ny - row));
      for (let column = 0; column < width; column += linesAtOnce)
        transformColumns(column, Math.min(linesAtOnce, width - column));
    }
    spare = !spare;
    return spare ? one : other;
  };
  if (leaveOut % 2 === 1) next();
  return (into) => into.set(next());
}
