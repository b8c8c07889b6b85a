import type { Key, RandomStream } from "../core/random.js";
import type { Vec3 } from "../core/types.js";
import { type Augmentation, changeIntensities, samplePlacement } from "./augmentation.js";
import type { PreparedCase } from "./prepared-case.js";

/** How patches are drawn. */
export interface PatchOptions {
  /** Voxels along x, y, z. */
  patch: Vec3;
  /** Class, 1 being the first, that the middle of the patch lies on; any place without it or where the case has none. */
  aim?: number;
  augmentation: Augmentation;
}

/** Where a patch is written: the network's order, z fastest. */
export interface PatchPlace {
  image: Float32Array;
  labels: Int32Array;
}

/**
 * Cuts one patch out of a case: the same key, the same patch. Beyond the scan the image is 0 and the label background.
 * A patch aimed at a class draws one of its voxels, and lies about it as far as the scan's edges allow.
 *
 * @param into arrays of `patch[0] * patch[1] * patch[2]`, all of which is overwritten.
 */
export function extractPatch(source: PreparedCase, options: PatchOptions, key: Key, into: PatchPlace): void {
  const { patch, augmentation } = options;
  const stream = key.split("place").stream();
  const start = sampleStart(source, options, stream);
  const placement = samplePlacement(augmentation, source.spacingMm, key.split("shape").stream());
  if (placement) cutPlaced(source, patch, start, placement, into);
  else cutStraight(source, patch, start, into);
  changeIntensities(into.image, patch, augmentation, key.split("intensity").stream());
}

function sampleStart(
  { shape, voxelsOfClass }: PreparedCase,
  { patch, aim }: PatchOptions,
  stream: RandomStream,
): Vec3 {
  const voxels = aim === undefined ? [] : voxelsOfClass[aim - 1];
  let centre: number[] | undefined;
  if (voxels.length > 0) {
    const voxel = voxels[stream.integer(0, voxels.length - 1)];
    centre = [
      voxel % shape[0],
      Math.floor(voxel / shape[0]) % shape[1],
      Math.floor(voxel / (shape[0] * shape[1])),
    ];
  }
  const along = (axis: number): number => {
    const last = shape[axis] - patch[axis];
    // A scan smaller than the patch lies in its middle.
    if (last <= 0) return Math.ceil(last / 2);
    if (!centre) return stream.integer(0, last);
    return Math.min(last, Math.max(0, centre[axis] - (patch[axis] >> 1)));
  };
  return [along(0), along(1), along(2)];
}

function cutStraight(source: PreparedCase, patch: Vec3, start: Vec3, { image, labels }: PatchPlace): void {
  const [nx, ny, nz] = source.shape;
  const [px, py, pz] = patch;
  for (let i = 0, at = 0; i < px; i++) {
    const x = start[0] + i;
    for (let j = 0; j < py; j++) {
      const y = start[1] + j;
      const inside = x >= 0 && x < nx && y >= 0 && y < ny;
      for (let k = 0; k < pz; k++, at++) {
        const z = start[2] + k;
        if (inside && z >= 0 && z < nz) {
          const from = x + nx * (y + ny * z);
          image[at] = source.image[from];
          labels[at] = source.labels[from];
        } else {
          image[at] = 0;
          labels[at] = 0;
        }
      }
    }
  }
}

/** The patch turned about its middle: image linear between voxels, label of the nearest. */
function cutPlaced(
  source: PreparedCase,
  patch: Vec3,
  start: Vec3,
  matrix: readonly number[],
  { image, labels }: PatchPlace,
): void {
  const [nx, ny, nz] = source.shape;
  const [px, py, pz] = patch;
  const half = patch.map((n) => (n - 1) / 2);
  const middle = start.map((from, axis) => from + half[axis]);
  for (let i = 0, at = 0; i < px; i++)
    for (let j = 0; j < py; j++)
      for (let k = 0; k < pz; k++, at++) {
        const [a, b, c] = [i - half[0], j - half[1], k - half[2]];
        const x = middle[0] + matrix[0] * a + matrix[1] * b + matrix[2] * c;
        const y = middle[1] + matrix[3] * a + matrix[4] * b + matrix[5] * c;
        const z = middle[2] + matrix[6] * a + matrix[7] * b + matrix[8] * c;
        if (!(x > -0.5 && x < nx - 0.5 && y > -0.5 && y < ny - 0.5 && z > -0.5 && z < nz - 0.5)) {
          image[at] = 0;
          labels[at] = 0;
          continue;
        }
        labels[at] =
          source.labels[Math.floor(x + 0.5) + nx * (Math.floor(y + 0.5) + ny * Math.floor(z + 0.5))];
        image[at] = linearAt(source.image, nx, ny, nz, x, y, z);
      }
}

function linearAt(
  values: Float32Array,
  nx: number,
  ny: number,
  nz: number,
  x: number,
  y: number,
  z: number,
): number {
  const i = Math.max(0, Math.min(nx - 2, Math.floor(x)));
  const j = Math.max(0, Math.min(ny - 2, Math.floor(y)));
  const k = Math.max(0, Math.min(nz - 2, Math.floor(z)));
  const a = Math.min(1, Math.max(0, x - i));
  const b = Math.min(1, Math.max(0, y - j));
  const c = Math.min(1, Math.max(0, z - k));
  const right = nx > 1 ? 1 : 0;
  const back = ny > 1 ? nx : 0;
  const up = nz > 1 ? nx * ny : 0;
  const at = i + nx * (j + ny * k);
  const near =
    (values[at] * (1 - a) + values[at + right] * a) * (1 - b) +
    (values[at + back] * (1 - a) + values[at + back + right] * a) * b;
  const far =
    (values[at + up] * (1 - a) + values[at + up + right] * a) * (1 - b) +
    (values[at + up + back] * (1 - a) + values[at + up + back + right] * a) * b;
  return near * (1 - c) + far * c;
}
