import { requireThat } from "../core/errors.js";
import type { RunOptions } from "../core/progress.js";
import type { Vec3 } from "../core/types.js";
import type { NetworkConfig } from "../model/network-config.js";
import { type ParameterTensors, runNetwork } from "../model/network.js";
import { loadTensorFlow } from "../model/tensorflow.js";
import { letOthersRun } from "../platform/wait.js";

/** How a whole scan is covered by windows of the network's size. */
export interface WindowOptions extends RunOptions {
  /** Share of a window that it shares with the next one along an axis, 0 to below 1; default 0.5. */
  overlap?: number;
  /** Axes along which each window is also shown mirrored, all combinations averaged; default none. */
  mirrorAxes?: readonly (0 | 1 | 2)[];
}

/** An image from 0 to 1 on the network's grid, x fastest. */
export interface WindowImage {
  data: Float32Array;
  shape: Vec3;
}

/** A network as windows are shown to it: logits `[x, y, z, class]`, the asker's to change, of a window `[x, y, z]`. */
export type WindowNetwork = (window: Float32Array) => Promise<Float32Array>;

/** A network on the engine in use. */
export function windowNetwork(config: NetworkConfig, parameters: ParameterTensors): WindowNetwork {
  return async (window) => {
    const tf = loadTensorFlow();
    const logits = tf.tidy(
      () => runNetwork(config, tf.tensor5d(window, [1, ...config.patch, 1]), parameters)[0],
    );
    try {
      return (await logits.data()) as Float32Array;
    } finally {
      logits.dispose();
    }
  };
}

/**
 * Predicts a whole image by overlapping windows. Their probabilities are averaged with Gaussian weights (deviation an
 * eighth of the window, so that the middle of a window counts most), plane by plane from low to high z: only the planes
 * under the current row of windows are held. A window without anything above 0 is background without being computed.
 *
 * @param onPlane called for each z in rising order with the probabilities `[class][x + nx * y]` of that plane; the array
 *   is used again after it returns.
 * @throws the signal's reason when aborted.
 */
export async function predictPlanes(
  config: Pick<NetworkConfig, "patch" | "classes">,
  network: WindowNetwork,
  image: WindowImage,
  onPlane: (z: number, probabilities: Float32Array) => void,
  options: WindowOptions = {},
): Promise<void> {
  const { overlap = 0.5, mirrorAxes = [], progress, signal } = options;
  requireThat(overlap >= 0 && overlap < 1, "overlap", overlap, "a number from 0 to below 1");
  const { patch, classes } = config;
  const { shape } = image;
  const [nx, ny, nz] = shape;
  const starts = shape.map((n, axis) => windowStarts(n, patch[axis], overlap));
  const weights = patch.map(gaussianWeights);
  const plane = nx * ny;
  // Planes are kept in a ring as deep as a window.
  const sums = Array.from({ length: patch[2] }, () => new Float32Array(plane * (classes + 1)));
  const mirrors = subsets(mirrorAxes);
  const total = starts[0].length * starts[1].length * starts[2].length;
  let done = 0;
  let finished = 0;
  for (const [row, z0] of starts[2].entries()) {
    for (const y0 of starts[1])
      for (const x0 of starts[0]) {
        signal?.throwIfAborted();
        const window = cutWindow(image, patch, [x0, y0, z0]);
        const probabilities = window && (await predictWindow(config, network, window, mirrors));
        addWindow(sums, probabilities, { shape, patch, start: [x0, y0, z0], classes, weights });
        progress?.({ done: ++done, total, label: "windows" });
        // The engine may compute without a pause: let others be heard.
        await letOthersRun();
      }
    const next = row + 1 < starts[2].length ? Math.min(nz, starts[2][row + 1]) : nz;
    for (; finished < next; finished++) {
      const sum = sums[finished % patch[2]];
      const weight = sum.subarray(plane * classes);
      for (let c = 0; c < classes; c++) for (let i = 0; i < plane; i++) sum[c * plane + i] /= weight[i];
      onPlane(finished, sum.subarray(0, plane * classes));
      sum.fill(0);
    }
  }
}

/** Where windows of `size` start along an axis of `n` voxels: evenly spread, first and last at the edges. */
export function windowStarts(n: number, size: number, overlap: number): number[] {
  // Where the axis is shorter than the window, the scan lies in the window's middle.
  if (n <= size) return [Math.ceil((n - size) / 2)];
  const step = Math.max(1, Math.floor(size * (1 - overlap)));
  const count = Math.ceil((n - size) / step) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((i * (n - size)) / (count - 1)));
}

function gaussianWeights(size: number): Float64Array {
  const middle = (size - 1) / 2;
  return Float64Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - middle) / (size / 8)) ** 2));
}

function subsets(axes: readonly number[]): number[][] {
  return axes.reduce<number[][]>((sets, axis) => [...sets, ...sets.map((set) => [...set, axis])], [[]]);
}

/** The window in the network's order, or `undefined` where nothing in it is above 0. */
function cutWindow({ data, shape }: WindowImage, patch: Vec3, start: Vec3): Float32Array | undefined {
  const [nx, ny, nz] = shape;
  const window = new Float32Array(patch[0] * patch[1] * patch[2]);
  let any = false;
  const [x0, y0, z0] = start;
  for (let i = Math.max(0, -x0); i < patch[0] && x0 + i < nx; i++)
    for (let j = Math.max(0, -y0); j < patch[1] && y0 + j < ny; j++) {
      const to = (i * patch[1] + j) * patch[2];
      for (let k = Math.max(0, -z0); k < patch[2] && z0 + k < nz; k++) {
        const value = data[x0 + i + nx * (y0 + j + ny * (z0 + k))];
        window[to + k] = value;
        if (value > 0) any = true;
      }
    }
  return any ? window : undefined;
}

/** Probabilities `[x, y, z, class]` of a window, averaged over its mirror images. */
async function predictWindow(
  { patch, classes }: Pick<NetworkConfig, "patch" | "classes">,
  network: WindowNetwork,
  window: Float32Array,
  mirrors: readonly (readonly number[])[],
): Promise<Float32Array> {
  if (mirrors.length === 1) return softmaxRows(await network(window), classes);
  const mean = new Float32Array(window.length * classes);
  for (const axes of mirrors) {
    const shown = axes.length === 0 ? window : mirror(window, patch, axes, 1);
    const probabilities = softmaxRows(await network(shown), classes);
    const back = axes.length === 0 ? probabilities : mirror(probabilities, patch, axes, classes);
    for (let i = 0; i < mean.length; i++) mean[i] += back[i] / mirrors.length;
  }
  return mean;
}

function mirror(
  values: Float32Array,
  [nx, ny, nz]: Vec3,
  axes: readonly number[],
  channels: number,
): Float32Array {
  const mirrored = new Float32Array(values.length);
  const [fx, fy, fz] = [0, 1, 2].map((axis) => axes.includes(axis));
  for (let x = 0, at = 0; x < nx; x++)
    for (let y = 0; y < ny; y++)
      for (let z = 0; z < nz; z++, at += channels) {
        const from = ((fx ? nx - 1 - x : x) * ny + (fy ? ny - 1 - y : y)) * nz + (fz ? nz - 1 - z : z);
        for (let c = 0; c < channels; c++) mirrored[at + c] = values[from * channels + c];
      }
  return mirrored;
}

/** Makes probabilities of logits `[voxel, class]`, in the same array. */
function softmaxRows(values: Float32Array, classes: number): Float32Array {
  for (let at = 0; at < values.length; at += classes) {
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) if (values[at + c] > largest) largest = values[at + c];
    let total = 0;
    for (let c = 0; c < classes; c++) {
      const beyond = values[at + c] - largest;
      // The exponential is what takes the time, and of the largest it is known.
      const power = beyond === 0 ? 1 : Math.exp(beyond);
      total += power;
      values[at + c] = power;
    }
    for (let c = 0; c < classes; c++) values[at + c] /= total;
  }
  return values;
}

interface WindowPlace {
  shape: Vec3;
  patch: Vec3;
  start: Vec3;
  classes: number;
  weights: readonly Float64Array[];
}

/** Columns of a window that are added together: their lines of memory stay at hand while all planes are gone through. */
const columns = 16;

/** Adds a window's weighted probabilities to the ring of planes; without any, it is background. */
function addWindow(
  sums: readonly Float32Array[],
  probabilities: Float32Array | undefined,
  { shape: [nx, ny, nz], patch, start, classes, weights }: WindowPlace,
): void {
  const plane = nx * ny;
  const [firstX, lastX] = insideOf(nx, patch[0], start[0]);
  const [firstY, lastY] = insideOf(ny, patch[1], start[1]);
  const [firstZ, lastZ] = insideOf(nz, patch[2], start[2]);
  const across = patch[1] * patch[2] * classes;
  for (let j = firstY; j < lastY; j++)
    for (let i0 = firstX; i0 < lastX; i0 += columns) {
      const i1 = Math.min(lastX, i0 + columns);
      for (let k = firstZ; k < lastZ; k++) {
        const sum = sums[(start[2] + k) % patch[2]];
        let to = start[0] + i0 + nx * (start[1] + j);
        let from = ((i0 * patch[1] + j) * patch[2] + k) * classes;
        for (let i = i0; i < i1; i++, to++, from += across) {
          const weight = weights[0][i] * weights[1][j] * weights[2][k];
          if (!probabilities) sum[to] += weight;
          else for (let c = 0; c < classes; c++) sum[c * plane + to] += weight * probabilities[from + c];
          sum[classes * plane + to] += weight;
        }
      }
    }
}

/** The part of a window that lies within an axis of `n` voxels, first and one behind the last. */
function insideOf(n: number, size: number, start: number): [number, number] {
  return [Math.max(0, -start), Math.min(size, n - start)];
}
