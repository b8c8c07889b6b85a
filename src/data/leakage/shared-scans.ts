import type { ScanFingerprint } from "../fingerprint.js";
import type { LabelFingerprint } from "../label-fingerprint.js";

/** A set of scans with what is known of each. */
export interface FingerprintedSet {
  /** That of its manifest where it has one, such as `"msd-liver"`. */
  name: string;
  scans: readonly FingerprintedScan[];
}

/** A scan by the fingerprint of its image, of its labels, or both. */
export interface FingerprintedScan {
  scan: string;
  fingerprint?: ScanFingerprint;
  labels?: LabelFingerprint;
}

/**
 * How two scans are alike:
 * - *same voxels* - the same number of voxels at every HU number of tissue: one scan, saved twice
 * - *same slices* - at least 3 slices, and a tenth of the shorter scan, are the same: one is cut out of the other
 * - *nearly the same* - at most 1 % of the tissue voxels fall into another 5 HU: re-encoded, or a few voxels changed
 * - *same labels* - where one of them has no image: a structure of 512 voxels or more, or all structures, are the same
 */
export type Likeness = "same voxels" | "same slices" | "nearly the same" | "same labels";

/** Two scans that are one. */
export interface SharedScan {
  first: { set: string; scan: string };
  second: { set: string; scan: string };
  likeness: Likeness;
  /** What it was told by, in words and numbers. */
  evidence: string;
}

/** Largest share of tissue voxels that may fall into another bin of the histogram. */
const nearlySame = 0.01;

/**
 * Finds scans of one set that are also in the other, by fingerprint. It finds a scan again after another orientation,
 * datatype or compression, a lost or wrong header, padding with air, clipping outside -150 to 249 HU, and after
 * cropping that leaves whole slices or cuts air alone. It does not find it after resampling, smoothing, cropping through
 * the body within the slices, or a shift of its numbers; and two phases of one patient are two scans. Where one of two
 * scans has no image their labels are compared, which finds it again as long as one structure is drawn the same.
 *
 * @returns pairs by first scan, then second, in the order of the sets; scans without soft tissue match nothing.
 */
export function findSharedScans(first: FingerprintedSet, second: FingerprintedSet): SharedScan[] {
  const bySlice = new Map<string, Set<number>>();
  second.scans.forEach(({ fingerprint }, k) => {
    for (const slice of fingerprint?.slices ?? []) {
      const scans = bySlice.get(slice) ?? new Set();
      bySlice.set(slice, scans.add(k));
    }
  });
  return first.scans.flatMap((mine) => {
    const sharedSlices = new Map<number, number>();
    for (const slice of new Set(mine.fingerprint?.slices))
      for (const k of bySlice.get(slice) ?? []) sharedSlices.set(k, (sharedSlices.get(k) ?? 0) + 1);
    return second.scans.flatMap((other, k) => {
      const found =
        mine.fingerprint && other.fingerprint
          ? compareFingerprints(mine.fingerprint, other.fingerprint, sharedSlices.get(k) ?? 0)
          : mine.labels && other.labels && compareLabels(mine.labels, other.labels);
      if (!found) return [];
      const names = {
        first: { set: first.name, scan: mine.scan },
        second: { set: second.name, scan: other.scan },
      };
      return [{ ...names, ...found }];
    });
  });
}

function compareFingerprints(
  a: ScanFingerprint,
  b: ScanFingerprint,
  sharedSlices: number,
): Pick<SharedScan, "likeness" | "evidence"> | undefined {
  if (a.tissueVoxels === 0 || b.tissueVoxels === 0) return undefined;
  if (a.sha256 === b.sha256)
    return { likeness: "same voxels", evidence: `all ${a.tissueVoxels} voxels of tissue` };
  const fewest = Math.min(a.slices.length, b.slices.length);
  if (sharedSlices >= Math.max(3, 0.1 * fewest))
    return {
      likeness: "same slices",
      evidence: `${sharedSlices} of ${a.slices.length} and ${b.slices.length} slices`,
    };
  // The counts alone bound the difference from below: most pairs need no look at the bins.
  const [few, many] = [a.tissueVoxels, b.tissueVoxels].sort((x, y) => x - y);
  if (many - few > nearlySame * (many + few)) return undefined;
  const share = histogramDifference(a, b);
  if (share > nearlySame) return undefined;
  return {
    likeness: "nearly the same",
    evidence: `${(100 * share).toPrecision(2)} % of tissue voxels differ`,
  };
}

function compareLabels(
  a: LabelFingerprint,
  b: LabelFingerprint,
): Pick<SharedScan, "likeness" | "evidence"> | undefined {
  if (a.voxels === 0 || b.voxels === 0) return undefined;
  if (a.sha256 === b.sha256) return { likeness: "same labels", evidence: `all ${a.voxels} labelled voxels` };
  const theirs = new Set(b.structures);
  const count = a.structures.filter((each) => theirs.has(each)).length;
  if (count === 0) return undefined;
  const evidence = `${count} of ${a.structures.length} and ${b.structures.length} structures`;
  return { likeness: "same labels", evidence };
}

/**
 * Share of the tissue voxels of two scans that would have to change their 5 HU bin, appear or vanish to make the
 * histograms equal: 0 for one scan, 1 where nothing is in common.
 */
export function histogramDifference(a: ScanFingerprint, b: ScanFingerprint): number {
  const difference = a.histogram.reduce((sum, count, bin) => sum + Math.abs(count - b.histogram[bin]), 0);
  const total = a.tissueVoxels + b.tissueVoxels;
  return total === 0 ? 0 : difference / total;
}
