import { countVoxels } from "../core/grid.js";
import type { Vec3 } from "../core/types.js";
import { makeKernelRoom } from "../volume/kernels.js";

/** What a probability of 1 is stored as. */
export const mostStored = 65535;

/** Takes planes of probabilities and gives labels on another grid. */
export interface PlaneWriter {
  /** The next plane `[class][x + nx * y]`; the array is used no more after it returns. */
  add: (z: number, probabilities: Float32Array) => void;
  /** The most probable class of each voxel, the lowest of equals, and the probabilities that were to be kept. */
  finish: () => { labels: Uint8Array; kept: Uint16Array[] };
}

/**
 * Takes the planes of one grid in rising order and writes the classes of another about the same middle, as soon as both
 * planes that a new one lies between are there; holds two planes.
 *
 * @param factor spacing of the new grid as a share of the old one's, along each axis.
 * @param keep classes whose probabilities are kept, as shares of {@link mostStored}.
 */
export function createPlaneWriter(
  from: Vec3,
  to: Vec3,
  factor: Vec3,
  classes: number,
  keep: readonly number[],
): PlaneWriter {
  const labels = new Uint8Array(countVoxels(to));
  const kept = keep.map(() => new Uint16Array(labels.length));
  const size = from[0] * from[1];
  const [alongX, alongY, alongZ] = to.map((n, axis) => linearPlaces(from[axis], n, factor[axis]));
  const held = [new Float32Array(size * classes), new Float32Array(size * classes)];
  const plane = to[0] * to[1];
  // Rows are written four voxels at a time, so a class ends up to three beyond its own.
  const pitch = plane + 4;
  let next = 0;

  const writePlane = (low: Float32Array, high: Float32Array, share: number, start: number): void => {
    // A room is ours until somebody else asks for one: it is filled and emptied without a pause.
    const { kernels, buffer, at } = makeKernelRoom([
      4 * size * classes,
      4 * to[1],
      8 * to[1],
      4 * to[0],
      8 * to[0],
      16 * classes * (to[0] + 3),
      plane,
      keep.length > 0 ? 4 * classes * pitch : 0,
    ]);
    const [mixedAt, belowYAt, beyondYAt, belowXAt, beyondXAt, rowsAt, labelsAt, fineAt] = at;
    mixPlanes(low, high, share, new Float32Array(buffer, mixedAt, size * classes));
    new Int32Array(buffer, belowYAt, to[1]).set(alongY.below);
    new Float64Array(buffer, beyondYAt, to[1]).set(alongY.beyond);
    new Int32Array(buffer, belowXAt, to[0]).set(alongX.below);
    new Float64Array(buffer, beyondXAt, to[0]).set(alongX.beyond);
    kernels.labelPlane(
      mixedAt,
      from[0],
      from[1],
      classes,
      belowYAt,
      beyondYAt,
      to[1],
      belowXAt,
      beyondXAt,
      to[0],
      rowsAt,
      labelsAt,
      keep.length > 0 ? fineAt : 0,
      pitch,
    );
    labels.set(new Uint8Array(buffer, labelsAt, plane), start);
    keep.forEach((each, k) => {
      const fine = new Float32Array(buffer, fineAt + 4 * each * pitch, plane);
      for (let i = 0; i < plane; i++)
        kept[k][start + i] = Math.min(mostStored, Math.round(fine[i] * mostStored));
    });
  };
  return {
    add(z, probabilities) {
      held[z & 1].set(probabilities);
      for (; next < to[2]; next++) {
        const { below, beyond } = alongZ;
        const above = Math.min(from[2] - 1, below[next] + 1);
        if (above > z) return;
        const [low, high] = [held[below[next] & 1], held[above & 1]];
        writePlane(low, high, above === below[next] ? 0 : beyond[next], plane * next);
      }
    },
    finish: () => ({ labels, kept }),
  };
}

interface LinearPlaces {
  below: Int32Array;
  beyond: Float64Array;
}

/** Where the centres of `m` voxels lie among those of `n` voxels of the same middle. */
function linearPlaces(n: number, m: number, factor: number): LinearPlaces {
  const below = new Int32Array(m);
  const beyond = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const place = Math.min(n - 1, Math.max(0, (n - 1) / 2 + (i - (m - 1) / 2) * factor));
    below[i] = Math.min(n - 1, Math.floor(place));
    beyond[i] = place - below[i];
  }
  return { below, beyond };
}

function mixPlanes(low: Float32Array, high: Float32Array, share: number, to: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = low[i] + (high[i] - low[i]) * share;
}
