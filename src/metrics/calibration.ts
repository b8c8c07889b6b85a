import { LabError, requireThat } from "../core/errors.js";
import { requireSameGrid, rescaleValue } from "../core/grid.js";
import type { Volume } from "../core/types.js";
import { bootstrapInterval, type BootstrapOptions, type Interval } from "../stats/bootstrap.js";
import { groupClusters } from "../stats/clusters.js";

/** The voxels of a scan by the probability of a class: equal bins from 0 to 1, the last with its upper end. */
export interface ProbabilityHistogram {
  /** Voxels of each bin. */
  voxels: readonly number[];
  /** Those of them that are of the class. */
  positives: readonly number[];
  /** Sum of their probabilities. */
  sums: readonly number[];
}

/** The histogram of a scan, and whose it is. */
export interface CalibrationCase {
  patient: string;
  histogram: ProbabilityHistogram;
}

/** A bin of a reliability diagram. */
export interface ReliabilityBin {
  from: number;
  to: number;
  voxels: number;
  /** Mean probability; `NaN`, as the next ones, without a voxel. */
  probability: number;
  /** Share of the voxels that are of the class; its interval draws patients. */
  observed: number;
  interval: Interval;
}

/** How far probabilities are what they say. */
export interface Calibration {
  patients: number;
  scans: number;
  voxels: number;
  bins: ReliabilityBin[];
  /**
   * Expected calibration error (Naeini et al. 2015): the mean over voxels of the distance between a bin's mean probability and
   * its observed share. Most voxels are background of probability 0, so that it is small whatever the tumor's voxels do.
   */
  ece: number;
  interval: Interval;
  /** The same without the lowest bin: over voxels that the model holds possible. */
  eceAboveLowest: number;
  intervalAboveLowest: Interval;
  /** Largest distance of any bin. */
  maxError: number;
}

/**
 * Counts the voxels of a scan by their probability.
 *
 * @param probability of the class, 0 to 1, on the reference's grid.
 * @param options `labels`: values of the class in the reference, default 1; `bins`: default 20; `ignore`: voxels of this
 *   value of the reference are left out, default none.
 * @throws LabError for two grids and numbers that are no probability.
 */
export function countProbabilities(
  probability: Volume,
  reference: Volume<Uint8Array | Uint16Array>,
  { labels = [1], bins = 20, ignore }: { labels?: readonly number[]; bins?: number; ignore?: number } = {},
): ProbabilityHistogram {
  requireSameGrid(reference, probability, ["reference", "probability"]);
  requireThat(Number.isInteger(bins) && bins >= 1, "bins", bins, "a whole number from 1");
  const [voxels, positives, sums] = [0, 1, 2].map(() => new Float64Array(bins));
  const isClass = new Uint8Array(65536);
  for (const label of labels) isClass[label] = 1;
  const { data, rescale } = probability;
  for (let i = 0; i < data.length; i++) {
    const label = reference.data[i];
    if (label === ignore) continue;
    const p = rescaleValue(data[i], rescale);
    // Sums of 32-bit shares may pass 1 by their last bits.
    if (!(p >= 0 && p <= 1.0001)) throw new LabError("probability", p, "numbers from 0 to 1");
    const bin = Math.min(bins - 1, Math.floor(p * bins));
    voxels[bin]++;
    sums[bin] += p;
    positives[bin] += isClass[label];
  }
  return { voxels: [...voxels], positives: [...positives], sums: [...sums] };
}

/**
 * Reliability diagram and expected calibration error of the voxels of all scans together, with intervals that draw patients. How
 * often these hold the true value was not measured; over few patients they are likely too narrow, and chance alone lifts the
 * error of every resample. No cases give no bins and `NaN`.
 *
 * @throws LabError for histograms that differ in their number of bins or have more of a class than voxels.
 */
export function calibrate(cases: readonly CalibrationCase[], bootstrap?: BootstrapOptions): Calibration {
  const count = cases[0]?.histogram.voxels.length ?? 0;
  for (const { patient, histogram } of cases) {
    const { voxels, positives, sums } = histogram;
    const sizes = [voxels, positives, sums].map(({ length }) => length);
    requireThat(
      sizes.every((size) => size === count),
      `histogram of ${patient}`,
      sizes,
      `${count} bins each, as the first has`,
    );
    const wrong = positives.findIndex((n, bin) => !(n >= 0 && n <= voxels[bin]));
    requireThat(
      wrong < 0,
      `histogram of ${patient}`,
      positives[wrong],
      `from 0 to ${voxels[wrong]} positives`,
    );
  }
  const { names, indexOfRow } = groupClusters(cases.map(({ patient }) => patient));
  const byPatient = names.map(() => emptyTotals(count));
  cases.forEach(({ histogram }, row) => addTotals(byPatient[indexOfRow[row]], histogram, 1));
  const total = (weights: ArrayLike<number>): Totals => {
    const all = emptyTotals(count);
    byPatient.forEach((each, i) => weights[i] > 0 && addTotals(all, each, weights[i]));
    return all;
  };
  const ones = new Uint32Array(names.length).fill(1);
  const all = total(ones);
  const interval = (statistic: (totals: Totals) => number): Interval =>
    bootstrapInterval(names.length, (weights) => statistic(total(weights)), bootstrap);
  const gaps = gapsOf(all).filter((gap) => !Number.isNaN(gap));
  return {
    patients: names.length,
    scans: cases.length,
    voxels: all.voxels.reduce((sum, n) => sum + n, 0),
    bins: Array.from({ length: count }, (_, bin) => ({
      from: bin / count,
      to: (bin + 1) / count,
      voxels: all.voxels[bin],
      probability: all.sums[bin] / all.voxels[bin],
      observed: all.positives[bin] / all.voxels[bin],
      interval: bootstrapInterval(names.length, (weights) => shareOf(byPatient, bin, weights), bootstrap),
    })),
    ece: meanGap(all, 0),
    interval: interval((totals) => meanGap(totals, 0)),
    eceAboveLowest: meanGap(all, 1),
    intervalAboveLowest: interval((totals) => meanGap(totals, 1)),
    maxError: gaps.length === 0 ? NaN : Math.max(...gaps),
  };
}

type Totals = Record<keyof ProbabilityHistogram, Float64Array>;

function emptyTotals(bins: number): Totals {
  const [voxels, positives, sums] = [0, 1, 2].map(() => new Float64Array(bins));
  return { voxels, positives, sums };
}

function addTotals(to: Totals, each: Record<keyof Totals, ArrayLike<number>>, weight: number): void {
  for (const name of ["voxels", "positives", "sums"] as const)
    for (let bin = 0; bin < to[name].length; bin++) to[name][bin] += weight * each[name][bin];
}

/** Share of the voxels of a bin that are of the class, over patients who count `weights` times. */
function shareOf(byPatient: readonly Totals[], bin: number, weights: ArrayLike<number>): number {
  let [positives, voxels] = [0, 0];
  byPatient.forEach((each, i) => {
    positives += weights[i] * each.positives[bin];
    voxels += weights[i] * each.voxels[bin];
  });
  return positives / voxels;
}

/** Distance of mean probability and observed share, bin by bin; `NaN` without voxels. */
function gapsOf({ voxels, positives, sums }: Totals): number[] {
  return Array.from(voxels, (n, bin) => Math.abs(positives[bin] - sums[bin]) / n);
}

/** Their mean over the voxels of the bins from `first` on. */
function meanGap({ voxels, positives, sums }: Totals, first: number): number {
  let [gap, count] = [0, 0];
  for (let bin = first; bin < voxels.length; bin++) {
    gap += Math.abs(positives[bin] - sums[bin]);
    count += voxels[bin];
  }
  return gap / count;
}
