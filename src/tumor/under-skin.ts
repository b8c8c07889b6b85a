import { rescaleValue } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { withinOfMask } from "../volume/distance.js";
import type { OrganMap } from "./organ-map.js";
import { airHu, maxFatHu } from "./outer.js";

/** Skin, cloth and the sheet of a table are no thicker. */
const skinMm = 8;
/** Along a ray HU are means over so many mm on each side, so that noise does not end it. */
const meanMm = 1.5;
/** Fat this near to fat under the skin belongs to it: rays along the axes miss some. */
const besideMm = 6;

/**
 * Fat under the skin, among samples: a ray from outside the body reaches it through air, skin and fat alone, along x or y. The
 * wall of the belly lies between it and the organs' fat, in places so thin that voxels do not show it.
 *
 * @returns 1 where a sample is such fat, or next to it.
 */
export function findFatUnderSkin(
  { mask, origin, stride }: OrganMap,
  ct: Volume,
  labels: LabelMap,
): Uint8Array {
  const [mx, my, mz] = mask.shape;
  const [nx, ny, nz] = labels.shape;
  const found = new Uint8Array(mask.data.length);
  const cast = (axis: 0 | 1, start: number, mark: (voxel: number) => void): void => {
    const step = axis === 0 ? 1 : nx;
    for (const backward of [false, true])
      followRay(ct, labels, { start, step, length: axis === 0 ? nx : ny, axis, backward }, mark);
  };
  for (let k = 0; k < mz; k++) {
    const z = origin[2] + k * stride[2];
    if (z < 0 || z >= nz) continue;
    for (let j = 0; j < my; j++) {
      const y = origin[1] + j * stride[1];
      if (y < 0 || y >= ny) continue;
      cast(0, nx * (y + ny * z), (x) => {
        const i = sampleOf(x, origin[0], stride[0], mx);
        if (i >= 0) found[i + mx * (j + my * k)] = 1;
      });
    }
    for (let i = 0; i < mx; i++) {
      const x = origin[0] + i * stride[0];
      if (x < 0 || x >= nx) continue;
      cast(1, x + nx * ny * z, (y) => {
        const j = sampleOf(y, origin[1], stride[1], my);
        if (j >= 0) found[i + mx * (j + my * k)] = 1;
      });
    }
  }
  return withinOfMask({ ...mask, data: found }, besideMm).data;
}

interface Ray {
  /** Index of the row's first voxel, distance of indices, and number of voxels. */
  start: number;
  step: number;
  length: number;
  axis: 0 | 1;
  backward: boolean;
}

/** Marks the fat a ray passes before it meets anything else. A scan cut off within the body shows no skin, and no ray. */
function followRay(ct: Volume, labels: LabelMap, ray: Ray, mark: (voxel: number) => void): void {
  const { start, step, length, axis, backward } = ray;
  const mm = labels.spacingMm[axis];
  const reach = Math.floor(meanMm / mm);
  let state: "outside" | "air" | "skin" | "fat" = "outside";
  let skin = 0;
  for (let n = 0; n < length; n++) {
    const at = backward ? length - 1 - n : n;
    const hu = meanAlong(ct, start, step, length, at, reach);
    if (hu < airHu) {
      if (state === "fat") return;
      state = "air";
      continue;
    }
    if (state === "outside") return;
    if (labels.data[start + at * step] !== 0) return;
    if (hu <= maxFatHu) {
      state = "fat";
      mark(at);
      continue;
    }
    if (state === "fat") return;
    skin = state === "skin" ? skin + mm : mm;
    state = "skin";
    if (skin > skinMm) return;
  }
}

function meanAlong(
  ct: Volume,
  start: number,
  step: number,
  length: number,
  at: number,
  reach: number,
): number {
  let sum = 0;
  let count = 0;
  for (let n = Math.max(0, at - reach); n <= Math.min(length - 1, at + reach); n++, count++)
    sum += ct.data[start + n * step];
  return rescaleValue(sum / count, ct.rescale);
}

function sampleOf(voxel: number, origin: number, stride: number, samples: number): number {
  const at = (voxel - origin) / stride;
  return Number.isInteger(at) && at >= 0 && at < samples ? at : -1;
}

/** What a mask of samples says of the voxels of a block of the scan: that of the nearest sample, 0 beyond them. */
export function spreadSamples(
  { mask, origin, stride }: OrganMap,
  samples: Uint8Array,
  boxMin: Vec3,
  [nx, ny, nz]: Vec3,
): Uint8Array {
  const [mx, my, mz] = mask.shape;
  const near = (axis: number, at: number): number =>
    Math.round((boxMin[axis] + at - origin[axis]) / stride[axis]);
  const spread = new Uint8Array(nx * ny * nz);
  for (let z = 0, to = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, to++) {
        const [i, j, k] = [near(0, x), near(1, y), near(2, z)];
        if (i >= 0 && j >= 0 && k >= 0 && i < mx && j < my && k < mz)
          spread[to] = samples[i + mx * (j + my * k)];
      }
  return spread;
}
