import { multiplyAffines } from "../core/affine.js";
import { labelsInUse } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";

/** A smaller grid over the same part of the patient. */
interface ShrunkGrid {
  shape: Vec3;
  spacingMm: Vec3;
  affine: number[];
}

/**
 * The shape that brings every axis to a spacing of at least `spacingMm`, the finest axes first; each
 * axis keeps at least one voxel and never gains any.
 */
export function shapeAtSpacing(volume: Volume, spacingMm: number): Vec3 {
  const shrink = (axis: number) => {
    const factor = Math.max(1, spacingMm / volume.spacingMm[axis]);
    return Math.max(1, Math.round(volume.shape[axis] / factor));
  };
  return [shrink(0), shrink(1), shrink(2)];
}

/**
 * A volume on a grid of `shape` over the same box, each new voxel the mean of what it covers, weighted
 * by overlap. Any ratio of at least 1 along each axis.
 *
 * @returns real values (rescaled; HU for CT) as Float32Array.
 */
export function shrinkVolume(volume: Volume, shape: Vec3): Volume<Float32Array> {
  const [nx, ny] = volume.shape;
  const [mx, my, mz] = shape;
  const { data: source } = volume;
  const [alongX, alongY, alongZ] = [0, 1, 2].map((axis) => overlaps(volume.shape[axis], shape[axis]));
  const slope = volume.rescale?.slope ?? 1;
  const intercept = volume.rescale?.intercept ?? 0;
  const out = new Float32Array(mx * my * mz);
  const row = new Float64Array(nx);
  for (let z = 0, to = 0; z < mz; z++)
    for (let y = 0; y < my; y++) {
      row.fill(0);
      for (const { index: k, weight: weightZ } of alongZ[z])
        for (const { index: j, weight: weightY } of alongY[y]) {
          const at = nx * (j + ny * k);
          const weight = weightZ * weightY;
          for (let i = 0; i < nx; i++) row[i] += weight * source[at + i];
        }
      for (let x = 0; x < mx; x++) {
        let sum = 0;
        for (const { index, weight } of alongX[x]) sum += weight * row[index];
        out[to++] = sum * slope + intercept;
      }
    }
  return { data: out, ...shrunkGrid(volume, shape) };
}

/**
 * A label map on a grid of `shape` over the same box, each new voxel the most frequent label of the old
 * voxels nearest to it. Labels of `weighty` (lesions) count double, and one that would vanish keeps the
 * voxel where it was strongest: a small lesion must not get lost in a preview.
 */
export function shrinkLabels(labels: LabelMap, shape: Vec3, weighty: ReadonlySet<number>): LabelMap {
  const [nx, ny] = labels.shape;
  const [mx, my, mz] = shape;
  const { data: source } = labels;
  const [edgesX, edgesY, edgesZ] = [0, 1, 2].map((axis) => blockEdges(labels.shape[axis], shape[axis]));
  const out = new Uint16Array(mx * my * mz);
  const widest = (edges: readonly number[]) => Math.max(...edges.slice(1).map((edge, i) => edge - edges[i]));
  const block = new Uint16Array(widest(edgesX) * widest(edgesY) * widest(edgesZ));
  const weight = new Uint8Array(65536).fill(1);
  for (const label of weighty) weight[label] = 2;
  const votes = new Uint32Array(65536);
  const strongest = new Map<number, { at: number; votes: number }>();
  for (let z = 0, to = 0; z < mz; z++)
    for (let y = 0; y < my; y++)
      for (let x = 0; x < mx; x++, to++) {
        const first = source[edgesX[x] + nx * (edgesY[y] + ny * edgesZ[z])];
        let size = 0;
        let mixed = 0;
        for (let k = edgesZ[z]; k < edgesZ[z + 1]; k++)
          for (let j = edgesY[y]; j < edgesY[y + 1]; j++)
            for (let i = edgesX[x]; i < edgesX[x + 1]; i++) {
              const label = source[i + nx * (j + ny * k)];
              mixed |= label ^ first;
              block[size++] = label;
            }
        out[to] = first;
        if (mixed === 0 && weight[first] === 1) continue;
        for (let i = 0; i < size; i++) votes[block[i]] += weight[block[i]];
        for (let i = 0; i < size; i++) {
          const label = block[i];
          const best = out[to];
          if (votes[label] > votes[best] || (votes[label] === votes[best] && label < best)) out[to] = label;
          if (weight[label] > 1 && votes[label] > (strongest.get(label)?.votes ?? 0))
            strongest.set(label, { at: to, votes: votes[label] });
        }
        for (let i = 0; i < size; i++) votes[block[i]] = 0;
      }
  const left = labelsInUse(out);
  for (const [label, { at }] of strongest) if (!left[label]) out[at] = label;
  return { data: out, ...shrunkGrid(labels, shape), names: labels.names };
}

/** Which old voxels each new one covers, and by what share of itself. */
function overlaps(count: number, shrunk: number): { index: number; weight: number }[][] {
  const factor = count / shrunk;
  return Array.from({ length: shrunk }, (_, k) => {
    const from = k * factor;
    const to = Math.min(count, (k + 1) * factor);
    const covered: { index: number; weight: number }[] = [];
    for (let index = Math.floor(from); index < to; index++) {
      const share = (Math.min(to, index + 1) - Math.max(from, index)) / (to - from);
      if (share > 1e-9) covered.push({ index, weight: share });
    }
    return covered;
  });
}

/** First old voxel whose centre lies in each new one, and the end. */
function blockEdges(count: number, shrunk: number): number[] {
  return Array.from({ length: shrunk + 1 }, (_, k) =>
    Math.max(0, Math.min(count, Math.ceil((k * count) / shrunk - 0.5))),
  );
}

function shrunkGrid(volume: Volume, shape: Vec3): ShrunkGrid {
  const [fx, fy, fz] = [0, 1, 2].map((axis) => volume.shape[axis] / shape[axis]);
  const [sx, sy, sz] = volume.spacingMm;
  const centre = (factor: number) => (factor - 1) / 2;
  const toFine = [fx, 0, 0, centre(fx), 0, fy, 0, centre(fy), 0, 0, fz, centre(fz), 0, 0, 0, 1];
  return {
    shape,
    spacingMm: [sx * fx, sy * fy, sz * fz],
    affine: [...multiplyAffines(volume.affine, toFine)],
  };
}
