import { requireThat } from "../core/errors.js";
import { requireSameGrid } from "../core/grid.js";
import { createFourier, transformSquare } from "./fourier.js";
import { createHuReader, labelNumbers, type MeasurableScan } from "./measurable.js";

/** Power of a scan's noise at each spatial frequency within slices. */
export interface NoiseSpectrum {
  /** Middle of each ring of frequencies, in cycles per mm, from the lowest on; the constant is left out. */
  perMm: number[];
  /** Mean power of each ring, in HU² mm². */
  power: number[];
  /** Square regions it is the mean of; 0 where the organs are too small, and then there are no rings. */
  regions: number;
  /** Side of a region in mm along x; 1 / sideMm is the width of a ring. */
  sideMm: number;
  /** Standard deviation of the noise: the square root of the power's integral, in HU. `NaN` without regions. */
  noiseHu: number;
  /**
   * The ring with the highest power among those above 0.07 per mm, below which the pattern of the tissue hides the noise;
   * and the mean frequency weighed by power. `NaN` without regions.
   */
  peakPerMm: number;
  meanPerMm: number;
}

/** How noise is measured. */
export interface NoiseSpectrumOptions {
  /** Organs of even tissue to measure in, by name or alias; default liver and spleen. */
  structures?: readonly string[];
  /** Wanted side of a region; the nearest power of two of voxels, at least 4, is taken. Default 24 mm. */
  sideMm?: number;
}

const tissuePerMm = 0.07;

/**
 * Measures the noise power spectrum in squares of even tissue: regions inside one organ that stay a voxel away from its
 * edge, half overlapping, each freed of its second-order trend; the square of their Fourier transform times the area of a
 * voxel over the count of voxels, averaged over regions and then over rings of equal frequency. Structure of the tissue
 * itself counts as noise, at the lowest frequencies most of all. Frequencies above half the inverse of the voxel are out
 * of reach, so scans are compared on equal grids.
 *
 * @throws LabError when `ct` and `labels` differ in grid, or `sideMm` is not above 0.
 */
export function measureNoiseSpectrum(
  scan: MeasurableScan,
  options: NoiseSpectrumOptions = {},
): NoiseSpectrum {
  const { structures = ["liver", "spleen"], sideMm: wantedMm = 24 } = options;
  const { ct, labels } = scan;
  requireSameGrid(ct, labels);
  requireThat(wantedMm > 0, "sideMm", wantedMm, "millimetres above 0");
  const [nx, ny, nz] = ct.shape;
  const [dx, dy] = ct.spacingMm;
  const side = 2 ** Math.max(2, Math.round(Math.log2(wantedMm / dx)));
  const values = new Set(labelNumbers(labels, structures));
  const huAt = createHuReader(ct);
  const transform = createSquareTransform(side);
  const detrend = createDetrending(side);
  const sum = new Float64Array(side * side);
  let regions = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 1; y + side < ny; y += side / 2)
      for (let x = 1; x + side < nx; x += side / 2) {
        const corner = x + nx * (y + ny * z);
        if (!values.has(labels.data[corner]) || !isEven(labels.data, corner, side, nx)) continue;
        const region = new Float64Array(side * side);
        for (let v = 0; v < side; v++)
          for (let u = 0; u < side; u++) region[u + side * v] = huAt(corner + u + nx * v);
        detrend(region);
        const power = transform(region);
        for (let i = 0; i < sum.length; i++) sum[i] += power[i];
        regions++;
      }
  const scale = (dx * dy) / (side * side * Math.max(1, regions));
  return summarize(
    sum.map((each) => each * scale),
    side,
    [dx, dy],
    regions,
  );
}

/** Whether a square and the ring of voxels round it hold one label. */
function isEven(data: ArrayLike<number>, corner: number, side: number, nx: number): boolean {
  const label = data[corner];
  for (let v = -1; v <= side; v++)
    for (let u = -1; u <= side; u++) if (data[corner + u + nx * v] !== label) return false;
  return true;
}

/**
 * A function that takes away the second-order surface that fits a square best. On a centred grid its six terms are at right
 * angles to each other, so each is a sum of its own.
 */
function createDetrending(side: number): (region: Float64Array) => void {
  const middle = (side - 1) / 2;
  const spread = (side * side - 1) / 12; // mean square of the distance from the middle
  const terms: ((u: number, v: number) => number)[] = [
    () => 1,
    (u) => u,
    (_, v) => v,
    (u, v) => u * v,
    (u) => u * u - spread,
    (_, v) => v * v - spread,
  ];
  const bases = terms.map((term) => {
    const basis = Float64Array.from({ length: side * side }, (_, i) =>
      term((i % side) - middle, Math.floor(i / side) - middle),
    );
    const length = Math.hypot(...basis);
    return basis.map((each) => each / length);
  });
  return (region) => {
    for (const basis of bases) {
      let share = 0;
      for (let i = 0; i < region.length; i++) share += region[i] * basis[i];
      for (let i = 0; i < region.length; i++) region[i] -= share * basis[i];
    }
  };
}

/** Squared amount of a real square's Fourier transform, place by place. */
function createSquareTransform(side: number): (region: Float64Array) => Float64Array {
  const fourier = createFourier(side);
  return (region) => {
    const im = new Float64Array(region.length);
    transformSquare(fourier, side, region, im);
    return region.map((re, i) => re * re + im[i] * im[i]);
  };
}

function summarize(
  power: Float64Array,
  side: number,
  [dx, dy]: readonly [number, number],
  regions: number,
): NoiseSpectrum {
  const sideMm = side * dx;
  const empty = { perMm: [], power: [], regions, sideMm, noiseHu: NaN, peakPerMm: NaN, meanPerMm: NaN };
  if (regions === 0) return empty;
  const rings = Array.from({ length: side / 2 + 1 }, () => ({ sum: 0, count: 0 }));
  let [total, moment] = [0, 0];
  for (let j = 0; j < side; j++)
    for (let i = 0; i < side; i++) {
      const fx = Math.min(i, side - i) / (side * dx);
      const fy = Math.min(j, side - j) / (side * dy);
      const frequency = Math.hypot(fx, fy);
      const each = power[i + side * j];
      total += each;
      moment += each * frequency;
      const ring = rings[Math.round(frequency * sideMm)];
      if (!ring) continue; // the corners, beyond what both axes reach
      ring.sum += each;
      ring.count++;
    }
  const mean = rings.slice(1).map(({ sum, count }) => sum / count);
  const perMm = mean.map((_, k) => (k + 1) / sideMm);
  const first = Math.max(
    0,
    perMm.findIndex((each) => each > tissuePerMm),
  );
  return {
    perMm,
    power: mean,
    regions,
    sideMm,
    noiseHu: Math.sqrt(total / (side * dx * side * dy)),
    peakPerMm: perMm[mean.indexOf(Math.max(...mean.slice(first)), first)],
    meanPerMm: moment / total,
  };
}
