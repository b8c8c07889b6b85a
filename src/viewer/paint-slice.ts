import type { PayloadLabel } from "../contracts/volume-payload.js";
import type { Vec3 } from "../core/types.js";
import type { PlaneGeometry } from "../volume/planes.js";
import { parseColor, structureStyle } from "./structure-style.js";

/** A slice of a payload in RAS order to be painted, both picture axes walked backwards. */
export interface SliceJob {
  shape: Vec3;
  /** Places in `levelsHu`. */
  ct: Uint8Array;
  labels: Uint8Array | undefined;
  table: readonly PayloadLabel[];
  levelsHu: readonly number[];
  rangeHu: readonly [number, number];
  overlayOpacity: number;
  plane: PlaneGeometry;
  /** Of the slice, on the axis through the plane. */
  index: number;
  /** Size in pixels. */
  width: number;
  height: number;
}

/** A painted slice. */
export interface PaintedSlice {
  /** Four bytes a pixel. */
  rgba: Uint8ClampedArray;
  width: number;
  height: number;
  /** `seen[value]` is 1 for every label in the picture; length 256. */
  seen: Uint8Array;
}

/** So many shades of grey keep noise from filling the file; the eye tells hardly more apart. */
const shades = 48;

/**
 * Paints a slice: CT interpolated between voxels, organs as a tint with a rim, lesions as an outline alone so that
 * what is inside stays in sight.
 */
export function paintSlice(job: SliceJob): PaintedSlice {
  const { width, height, labels } = job;
  const levels = interpolateLevels(job);
  const values = labels && nearestLabels(job, labels);
  const seen = new Uint8Array(256);
  const tint = new Map(
    job.table.map(({ value, color, lesion }) => [
      value,
      { rgb: parseColor(color), rimPx: lesion ? 2 : 1, ...structureStyle(lesion, job.overlayOpacity) },
    ]),
  );
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const grey = (255 * Math.round(levels[i] * (shades - 1))) / (shades - 1);
      const value = values ? values[i] : 0;
      const entry = value > 0 ? tint.get(value) : undefined;
      let opacity = 0;
      if (values && entry) {
        seen[value] = 1;
        opacity = isRim(values, x, y, width, height, entry.rimPx) ? entry.rim : entry.fill;
      }
      for (let channel = 0; channel < 3; channel++)
        rgba[4 * i + channel] = grey + opacity * ((entry?.rgb[channel] ?? 0) - grey);
      rgba[4 * i + 3] = 255;
    }
  return { rgba, width, height, seen };
}

/** Brightness 0..1 of every pixel, interpolated linearly after windowing. */
function interpolateLevels(job: SliceJob): Float32Array {
  const { width, height, shape, plane, index, ct } = job;
  const { along, down, through } = plane;
  const [low, high] = job.rangeHu;
  const bright = Float32Array.from(job.levelsHu, (hu) => Math.max(0, Math.min(1, (hu - low) / (high - low))));
  const stride = [1, shape[0], shape[0] * shape[1]];
  const columns = sampleAxis(shape[along], width);
  const rows = sampleAxis(shape[down], height);
  const out = new Float32Array(width * height);
  const base = index * stride[through];
  for (let y = 0, i = 0; y < height; y++) {
    const row0 = base + rows.from[y] * stride[down];
    const row1 = base + rows.to[y] * stride[down];
    const v = rows.share[y];
    for (let x = 0; x < width; x++, i++) {
      const c0 = columns.from[x] * stride[along];
      const c1 = columns.to[x] * stride[along];
      const u = columns.share[x];
      const upper = bright[ct[row0 + c0]] * (1 - u) + bright[ct[row0 + c1]] * u;
      const lower = bright[ct[row1 + c0]] * (1 - u) + bright[ct[row1 + c1]] * u;
      out[i] = upper * (1 - v) + lower * v;
    }
  }
  return out;
}

function nearestLabels(job: SliceJob, labels: Uint8Array): Uint8Array {
  const { width, height, shape, plane, index } = job;
  const { along, down, through } = plane;
  const stride = [1, shape[0], shape[0] * shape[1]];
  const out = new Uint8Array(width * height);
  const nearest = (pixel: number, pixels: number, voxels: number) =>
    voxels - 1 - Math.min(voxels - 1, Math.floor(((pixel + 0.5) * voxels) / pixels));
  for (let y = 0, i = 0; y < height; y++) {
    const row = index * stride[through] + nearest(y, height, shape[down]) * stride[down];
    for (let x = 0; x < width; x++, i++)
      out[i] = labels[row + nearest(x, width, shape[along]) * stride[along]];
  }
  return out;
}

/** The two voxels each pixel lies between, walked backwards, and how far it is toward the second. */
function sampleAxis(
  voxels: number,
  pixels: number,
): { from: Int32Array; to: Int32Array; share: Float32Array } {
  const from = new Int32Array(pixels);
  const to = new Int32Array(pixels);
  const share = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const place = Math.max(0, Math.min(voxels - 1, ((pixels - i - 0.5) * voxels) / pixels - 0.5));
    from[i] = Math.floor(place);
    to[i] = Math.min(voxels - 1, from[i] + 1);
    share[i] = place - from[i];
  }
  return { from, to, share };
}

/** Whether a pixel lies within `reach` of a pixel of another value or of the picture's end. */
function isRim(
  values: Uint8Array,
  x: number,
  y: number,
  width: number,
  height: number,
  reach: number,
): boolean {
  const value = values[x + width * y];
  for (let step = 1; step <= reach; step++) {
    if (x < step || y < step || x + step >= width || y + step >= height) return true;
    const at = x + width * y;
    if (values[at - step] !== value || values[at + step] !== value) return true;
    if (values[at - step * width] !== value || values[at + step * width] !== value) return true;
  }
  return false;
}
