import { lesions, type TumorOrgan } from "../anatomy/organs.js";
import { describeLabels } from "../anatomy/structures.js";
import { LabError, requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import { rescaleValue, requireSameGrid, withData } from "../core/grid.js";
import { type RunOptions, throwIfAborted } from "../core/progress.js";
import type { LabelMap } from "../core/types.js";
import { letOthersRun } from "../platform/wait.js";
import { median } from "../stats/describe.js";
import { smoothOrgan } from "../tumor/tissue.js";
import { boundingBox, crop } from "../volume/crop.js";
import { erodeMask } from "../volume/morphology.js";
import type { LabelledScan } from "./prepared-case.js";

/** What {@link applyThreshold} takes for a tumor in one organ. */
export interface OrganThreshold {
  organ: TumorOrgan;
  /** Standard deviation of the smoothing before, in mm. */
  sigmaMm: number;
  /** What lies so near to the organ's surface is left out, in mm: there the scan shows a bit of what is outside. */
  marginMm: number;
  /** Which voxels: those darker than the organ, brighter, or both. */
  side: "darker" | "brighter" | "either";
  /** How far from the organ's median at least, in deviations. */
  deviations: number;
  /** Dice over all voxels of the training scans together, from 0 to 1. */
  dice: number;
}

/** A finder of tumors that knows nothing but brightness. */
export interface ThresholdModel {
  organs: readonly OrganThreshold[];
}

/** What {@link fitThreshold} chooses from. */
export interface FitThresholdOptions extends RunOptions {
  /** Organs whose tumors are sought. */
  organs: readonly TumorOrgan[];
  /** Blurs to try, in mm; default 0, 3 and 6. */
  sigmasMm?: readonly number[];
  /** Margins to try, in mm; default 0, 6 and 12. */
  marginsMm?: readonly number[];
}

const sides = ["darker", "brighter", "either"] as const;
/** Thresholds tried, in deviations: steps of a tenth up to 8. */
const stepDeviations = 0.1;
const maxSteps = 80;
/** A scan without noise still has some spread: no less than this many HU. */
const leastSpreadHu = 1;

/**
 * Fits the baseline any network has to beat: within an organ, voxels that differ from its median by more than so many
 * deviations (1.4826 times the median distance from it, after smoothing within the organ) are tumor. Smoothing, margin, side
 * and threshold of each organ are those with the largest Dice over all voxels of the training scans, healthy ones with them.
 *
 * The organ, tumor included, is told: an advantage over a network, which has to find it.
 *
 * @param cases training scans with their reference; one at a time is kept.
 * @throws LabError for an organ without a tumor in any of them.
 */
export async function fitThreshold(
  cases: Iterable<LabelledScan> | AsyncIterable<LabelledScan>,
  { organs, sigmasMm = [0, 3, 6], marginsMm = [0, 6, 12], signal, progress }: FitThresholdOptions,
): Promise<ThresholdModel> {
  requireThat(organs.length > 0, "organs", "none", "at least one");
  requireThat(sigmasMm.length > 0, "sigmasMm", "none", "at least one");
  requireThat(marginsMm.length > 0, "marginsMm", "none", "at least one");
  const tallies = organs.map((organ) => ({
    organ,
    ways: sigmasMm.flatMap((sigmaMm) =>
      marginsMm.map((marginMm) => ({
        sigmaMm,
        marginMm,
        tumor: makeCounts(),
        healthy: makeCounts(),
        tumorVoxels: 0,
      })),
    ),
  }));
  let done = 0;
  for await (const scan of cases) {
    // Cases at hand are never waited for: an interrupt gets its turn here.
    await letOthersRun();
    throwIfAborted(signal);
    for (const { organ, ways } of tallies)
      for (const way of ways) {
        const { steps, isLesion, lesionVoxels } = measureOrgan(scan, organ, way);
        steps.forEach((step, i) => (isLesion[i] ? way.tumor : way.healthy)[step + maxSteps]++);
        way.tumorVoxels += lesionVoxels;
      }
    done++;
    progress?.({ done, label: scan.name });
  }
  return {
    organs: tallies.map(({ organ, ways }) => {
      let best: OrganThreshold | undefined;
      for (const { sigmaMm, marginMm, tumor, healthy, tumorVoxels } of ways)
        for (const side of sides)
          for (let step = 1; step <= maxSteps; step++) {
            const [hits, wrong] = [tumor, healthy].map((counts) => countBeyond(counts, side, step));
            const dice = (2 * hits) / (hits + wrong + tumorVoxels);
            if (dice > (best?.dice ?? 0))
              best = { organ, sigmaMm, marginMm, side, deviations: step * stepDeviations, dice };
          }
      if (best) return best;
      throw new LabError(
        `cases, ${organ}`,
        `no tumor in ${done} scans that differs from the organ`,
        "at least one in the training scans",
        "Give other scans, or leave the organ out",
      );
    }),
  };
}

/**
 * Marks what a fitted threshold takes for tumors.
 *
 * @param scan its labels say where the organ is: its structures and its lesions, of the reference or of a prediction has them.
 *   An organ that is not there has no tumor.
 * @returns the lesions alone, on the scan's grid, with the label values and names of the project's organ table.
 */
export function applyThreshold(model: ThresholdModel, scan: LabelledScan): LabelMap {
  const data = new Uint8Array(scan.labels.data.length);
  const names: Record<number, string> = {};
  for (const threshold of model.organs) {
    const { organ, side, deviations } = threshold;
    const { labelId, name } = lesions.find(({ tumorOrgan }) => tumorOrgan === organ)!;
    names[labelId] = name;
    const least = Math.round(deviations / stepDeviations);
    const { steps, voxels } = measureOrgan(scan, organ, threshold);
    steps.forEach((step, i) => {
      if (isBeyond(step, side, least)) data[voxels[i]] = labelId;
    });
  }
  return { ...withData(scan.labels, data), names };
}

/** An organ's voxels: which they are, how many steps they lie above the organ's median, and whether they are tumor. */
interface OrganVoxels {
  voxels: Int32Array;
  steps: Int32Array;
  isLesion: Uint8Array;
  /** Tumor voxels in all, those in the margin with them. */
  lesionVoxels: number;
}

function measureOrgan(
  { name, ct, labels }: LabelledScan,
  organ: TumorOrgan,
  { sigmaMm, marginMm }: Pick<OrganThreshold, "sigmaMm" | "marginMm">,
): OrganVoxels {
  requireSameGrid(ct, labels, [`${name}, scan`, `${name}, labels`]);
  const [ofOrgan, ofLesion] = [new Set<number>(), new Set<number>()];
  for (const each of describeLabels(labels.names)) {
    if (each.organ === organ) ofOrgan.add(each.value);
    if (each.lesionOf === organ) ofLesion.add(each.value);
  }
  const mask = withData(labels, new Uint8Array(labels.data.length));
  let lesionVoxels = 0;
  labels.data.forEach((label, i) => {
    const isLesion = ofLesion.has(label);
    if (isLesion) lesionVoxels++;
    if (isLesion || ofOrgan.has(label)) mask.data[i] = 1;
  });
  const box = boundingBox(mask);
  const nothing = { voxels: new Int32Array(0), steps: new Int32Array(0), isLesion: new Uint8Array(0) };
  if (!box) return { ...nothing, lesionVoxels };
  const inner = erodeMask(mask, marginMm);
  const [part, innerPart] = [crop(mask, box), crop(inner, box)];
  const { data, rescale } = crop(ct, box);
  const hu = fillWith(new Float32Array(data.length), data, (stored) => rescaleValue(stored, rescale));
  const smooth =
    sigmaMm > 0
      ? smoothOrgan({ shape: part.shape, spacingMm: part.spacingMm, hu, organ: part.data }, sigmaMm)
      : hu;
  // Both run through the organ's voxels in the same order, x fastest.
  const values = smooth.filter((_, i) => innerPart.data[i] === 1);
  if (values.length === 0) return { ...nothing, lesionVoxels };
  const voxels = new Int32Array(values.length);
  for (let i = 0, at = 0; at < voxels.length; i++) if (inner.data[i] === 1) voxels[at++] = i;
  const middle = median(values);
  const spread = Math.max(leastSpreadHu, 1.4826 * median(values.map((value) => Math.abs(value - middle))));
  return {
    voxels,
    steps: fillWith(new Int32Array(values.length), values, (value) => {
      const steps = Math.trunc((value - middle) / spread / stepDeviations);
      return Math.max(-maxSteps, Math.min(maxSteps, steps));
    }),
    isLesion: fillWith(new Uint8Array(voxels.length), voxels, (voxel) =>
      ofLesion.has(labels.data[voxel]) ? 1 : 0,
    ),
    lesionVoxels,
  };
}

function isBeyond(step: number, side: OrganThreshold["side"], least: number): boolean {
  return (side === "darker" ? -step : side === "brighter" ? step : Math.abs(step)) >= least;
}

/** Voxels by their step, the lowest first. */
function makeCounts(): Float64Array {
  return new Float64Array(2 * maxSteps + 1);
}

function countBeyond(counts: Float64Array, side: OrganThreshold["side"], least: number): number {
  return counts.reduce((total, count, i) => (isBeyond(i - maxSteps, side, least) ? total + count : total), 0);
}
