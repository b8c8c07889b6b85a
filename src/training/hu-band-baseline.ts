import type { TumorOrgan } from "../anatomy/organs.js";
import { describeLabels } from "../anatomy/structures.js";
import { LabError, requireThat } from "../core/errors.js";
import { rescaleValue, requireSameGrid, withData } from "../core/grid.js";
import { type RunOptions, throwIfAborted } from "../core/progress.js";
import type { Mask, Volume } from "../core/types.js";
import { gaussianFilter } from "../volume/gaussian.js";
import type { LabelledScan } from "./prepared-case.js";

/** What {@link applyHuBand} takes for tumor. */
export interface HuBand {
  organ: TumorOrgan;
  /** Standard deviation of the smoothing before, in mm. */
  sigmaMm: number;
  /** HU from `lowHu` to below `highHu`. */
  lowHu: number;
  highHu: number;
  /** Dice over all voxels of the training scans together, from 0 to 1. */
  dice: number;
}

/** What {@link fitHuBand} chooses from. */
export interface FitHuBandOptions extends RunOptions {
  /** The organ whose tumors are sought. */
  organ: TumorOrgan;
  /** Blurs to try, in mm; default 0, 3 and 6. */
  sigmasMm?: readonly number[];
}

/** Ends of bands tried, in HU: what soft tissue with and without contrast medium lies between. */
const [leastHu, maxHu, stepHu] = [-200, 400, 5];
const binCount = (maxHu - leastHu) / stepHu;

/**
 * Fits the baseline that sees what a network sees, the scan and nothing else: voxels with HU in a band are tumor. The
 * smoothing and both ends of the band are those with the largest Dice over all voxels of the training scans, healthy ones
 * with them. `fitThreshold` is its stronger sister, which is told where the organ is.
 *
 * @param cases training scans with their reference; one at a time is kept.
 * @throws LabError when no scan has a tumor of the organ with HU from -200 to 400.
 */
export async function fitHuBand(
  cases: Iterable<LabelledScan> | AsyncIterable<LabelledScan>,
  { organ, sigmasMm = [0, 3, 6], signal, progress }: FitHuBandOptions,
): Promise<HuBand> {
  requireThat(sigmasMm.length > 0, "sigmasMm", "none", "at least one");
  const ways = sigmasMm.map((sigmaMm) => ({
    sigmaMm,
    tumor: new Float64Array(binCount),
    rest: new Float64Array(binCount),
  }));
  let tumorVoxels = 0;
  let done = 0;
  for await (const { name, ct, labels } of cases) {
    throwIfAborted(signal);
    requireSameGrid(ct, labels, [`${name}, scan`, `${name}, labels`]);
    const isLesion = lesionLabels(labels.names, organ);
    labels.data.forEach((label) => (tumorVoxels += isLesion.has(label) ? 1 : 0));
    for (const { sigmaMm, tumor, rest } of ways) {
      const { data, rescale } = smooth(ct, sigmaMm);
      data.forEach((stored, i) => {
        const bin = Math.floor((rescaleValue(stored, rescale) - leastHu) / stepHu);
        if (bin >= 0 && bin < binCount) (isLesion.has(labels.data[i]) ? tumor : rest)[bin]++;
      });
    }
    done++;
    progress?.({ done, label: name });
  }
  let best: HuBand | undefined;
  for (const { sigmaMm, tumor, rest } of ways)
    for (let from = 0; from < binCount; from++) {
      let [hits, wrong] = [0, 0];
      for (let to = from; to < binCount; to++) {
        hits += tumor[to];
        wrong += rest[to];
        const dice = (2 * hits) / (hits + wrong + tumorVoxels);
        if (dice > (best?.dice ?? 0))
          best = {
            organ,
            sigmaMm,
            lowHu: leastHu + from * stepHu,
            highHu: leastHu + (to + 1) * stepHu,
            dice,
          };
      }
    }
  if (best) return best;
  throw new LabError(
    `cases, ${organ}`,
    `no tumor with HU from ${leastHu} to ${maxHu} in ${done} scans`,
    "at least one in the training scans",
    "Give other scans",
  );
}

/** Marks the voxels of a scan whose HU, after the band's smoothing, lie in the band. */
export function applyHuBand({ sigmaMm, lowHu, highHu }: HuBand, ct: Volume): Mask {
  const { data, rescale } = smooth(ct, sigmaMm);
  const found = new Uint8Array(data.length);
  data.forEach((stored, i) => {
    const hu = rescaleValue(stored, rescale);
    if (hu >= lowHu && hu < highHu) found[i] = 1;
  });
  return withData(ct, found);
}

function lesionLabels(names: LabelledScan["labels"]["names"], organ: TumorOrgan): Set<number> {
  const lesions = describeLabels(names).filter(({ lesionOf }) => lesionOf === organ);
  return new Set(lesions.map(({ value }) => value));
}

function smooth(ct: Volume, sigmaMm: number): Volume {
  return sigmaMm > 0 ? gaussianFilter(ct, sigmaMm) : ct;
}
