import type { TumorOrgan } from "../anatomy/organs.js";
import { fillWith } from "../core/fill-with.js";
import { createVolume, rescaleValue } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { median } from "../stats/describe.js";
import { findComponents, paintComponents } from "../volume/components.js";
import type { OrganMap } from "./organ-map.js";
import { smoothOrgan } from "./tissue.js";

/**
 * Labels of organs hold more than their tissue: the kidney's its sinus of fat and urine, the liver's its fissures, the
 * bowel's gas. This file alone says which voxels of a label are tissue, and where a lesion may lie.
 */
export interface TissueRule {
  /** HU of what else the label holds, next to the tissue: fat, or urine. */
  otherHu: number;
  /** Tissue begins at this share of the way from there to the HU of the organ itself. */
  share: number;
  /** HU of the organ itself; absent: the median of its samples above 0 HU. */
  ownHu?: number;
  /** Above this there is no tissue: contrast agent in a hollow. */
  maxHu?: number;
  /**
   * Where a lesion may lie that has started in tissue: in tissue alone, or anywhere in the label where a mass takes the
   * place of what was there: gas in the bowel, fat between the lobules of the pancreas.
   */
  lesionIn: "tissue" | "label";
}

const fatHu = -100;
/** Soft tissue of any phase. A hollow organ's samples are mostly of what it holds and cannot tell. */
const softHu = 30;
const solid: TissueRule = { otherHu: fatHu, share: 0.5, lesionIn: "tissue" };
const hollow: TissueRule = { otherHu: fatHu, share: 0.5, ownHu: softHu, maxHu: 250, lesionIn: "label" };

/** The rule of each organ; the numbers are this project's own choices between textbook attenuations. */
export const tissueRules: Readonly<Record<TumorOrgan, TissueRule>> = {
  liver: solid,
  pancreas: { otherHu: fatHu, share: 0.75, lesionIn: "label" },
  // The renal pelvis holds urine at about 0 HU, the sinus round it fat.
  kidney: { otherHu: 0, share: 0.4, lesionIn: "tissue" },
  colon: hollow,
  esophagus: hollow,
  uterus: solid,
};

/** HU between which an organ's voxels are tissue. */
export interface TissueRange {
  leastHu: number;
  maxHu: number;
}

/** Largest share of a lesion's voxels that may have shown no tissue before, where its organ's rule keeps it to tissue. */
export const maxOtherShare = 0.05;

/** Share of a mask's voxels with less HU than an organ's tissue ever has by its rule; 0 for an empty mask. */
export function shareOfOther(organ: TumorOrgan, hu: Float32Array, mask: Uint8Array): number {
  const { otherHu } = tissueRules[organ];
  let other = 0;
  let voxels = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    voxels++;
    if (hu[i] < otherHu) other++;
  }
  return voxels > 0 ? other / voxels : 0;
}

/** Blur before HU are judged, so that noise is not taken for fat; of the samples' mean and of the voxels alike. */
const blurMm = 1.5;
/** Pieces of other tissue below this are noise. */
const speckMl = 0.05;

/**
 * Judges an organ's samples, each by the mean of the label's voxels round it, nearer ones counting more.
 *
 * @returns 1 for each sample that is tissue, and the range of HU that is.
 */
export function findSampleTissue(
  map: OrganMap,
  ct: Volume,
  labels: LabelMap,
  organ: TumorOrgan,
): { tissue: Uint8Array; range: TissueRange } {
  const { mask, origin, stride } = map;
  const [nx, ny, nz] = labels.shape;
  const isOrgan = new Uint8Array(65536);
  for (const value of map.labels.organ) isOrgan[value] = 1;
  const { reach, weights } = nearVoxels(labels.spacingMm);
  const hu = new Float32Array(mask.data.length).fill(NaN);
  const [mx, my] = mask.shape;
  const [image, values] = [ct.data, labels.data];
  for (let i = 0; i < hu.length; i++) {
    if (mask.data[i] === 0) continue;
    const x = origin[0] + (i % mx) * stride[0];
    const y = origin[1] + (Math.floor(i / mx) % my) * stride[1];
    const z = origin[2] + Math.floor(i / (mx * my)) * stride[2];
    let sum = 0;
    let all = 0;
    for (let w = z - reach[2], k = 0; w <= z + reach[2]; w++)
      for (let v = y - reach[1]; v <= y + reach[1]; v++)
        for (let u = x - reach[0]; u <= x + reach[0]; u++, k++) {
          if (u < 0 || v < 0 || w < 0 || u >= nx || v >= ny || w >= nz) continue;
          const at = u + nx * (v + ny * w);
          if (isOrgan[values[at]] === 0) continue;
          sum += weights[k] * image[at];
          all += weights[k];
        }
    hu[i] = rescaleValue(sum / all, ct.rescale);
  }
  const range = rangeOf(organ, hu);
  return {
    tissue: fillWith(new Uint8Array(hu.length), hu, (each) => (isTissue(each, range) ? 1 : 0)),
    range,
  };
}

/** A range in words, for errors. */
export function describeRange({ leastHu, maxHu }: TissueRange): string {
  const least = leastHu.toFixed(0);
  return maxHu === Infinity ? `above ${least} HU` : `from ${least} to ${maxHu} HU`;
}

function rangeOf(organ: TumorOrgan, hu: Float32Array): TissueRange {
  const { otherHu, share, ownHu, maxHu = Infinity } = tissueRules[organ];
  const soft = ownHu === undefined ? hu.filter((each) => each > 0) : [];
  const hostHu = ownHu ?? (soft.length > 0 ? median(soft) : softHu);
  return { leastHu: otherHu + share * (hostHu - otherHu), maxHu };
}

function isTissue(hu: number, { leastHu, maxHu }: TissueRange): boolean {
  return hu >= leastHu && hu <= maxHu;
}

/** Voxels within two blurs along each axis, the next ones at least, with the weights of a Gaussian, x fastest. */
function nearVoxels(spacingMm: Vec3): { reach: number[]; weights: Float64Array } {
  const reach = spacingMm.map((mm) => Math.max(1, Math.floor((2 * blurMm) / mm)));
  const weights: number[] = [];
  for (let dz = -reach[2]; dz <= reach[2]; dz++)
    for (let dy = -reach[1]; dy <= reach[1]; dy++)
      for (let dx = -reach[0]; dx <= reach[0]; dx++) {
        const square = (dx * spacingMm[0]) ** 2 + (dy * spacingMm[1]) ** 2 + (dz * spacingMm[2]) ** 2;
        weights.push(Math.exp(-square / (2 * blurMm * blurMm)));
      }
  return { reach, weights: Float64Array.from(weights) };
}

/** A block of a scan: HU, and 1 where the organ's label is. */
export interface OrganBlock {
  shape: Vec3;
  spacingMm: Vec3;
  hu: Float32Array;
  organ: Uint8Array;
}

/**
 * Tissue of an organ within a block: voxels whose blurred HU are in the range, less those below it that border on other
 * tissue, where both share a voxel. Specks of other tissue are noise and count as tissue.
 *
 * @returns 1 for tissue, a part of the block's organ.
 */
export function findBlockTissue(block: OrganBlock, range: TissueRange): Uint8Array {
  const { shape, spacingMm, hu, organ } = block;
  const smooth = smoothOrgan(block, blurMm);
  const other = new Uint8Array(organ.length);
  for (let i = 0; i < organ.length; i++) if (organ[i] === 1 && !isTissue(smooth[i], range)) other[i] = 1;
  const grid = createVolume(other, shape, { spacingMm });
  const table = findComponents(grid, { connectivity: 6 });
  const painted = paintComponents(table, grid).data;
  const isSpeck = new Uint8Array(table.components.length + 1);
  for (const { id, volumeMl } of table.components) if (volumeMl < speckMl) isSpeck[id] = 1;
  for (let i = 0; i < other.length; i++) if (isSpeck[painted[i]] === 1) other[i] = 0;
  const [nx, ny, nz] = shape;
  const isOther = (inside: boolean, at: number): boolean => inside && other[at] === 1;
  return organ.map((inside, i) => {
    if (inside === 0 || other[i] === 1) return 0;
    if (isTissue(hu[i], range)) return 1;
    const x = i % nx;
    const y = Math.floor(i / nx) % ny;
    const z = Math.floor(i / (nx * ny));
    const borders =
      isOther(x > 0, i - 1) ||
      isOther(x < nx - 1, i + 1) ||
      isOther(y > 0, i - nx) ||
      isOther(y < ny - 1, i + nx) ||
      isOther(z > 0, i - nx * ny) ||
      isOther(z < nz - 1, i + nx * ny);
    return borders ? 0 : 1;
  });
}
