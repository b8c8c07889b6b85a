import type { Vec3 } from "../../core/types.js";
import type { LesionBlock } from "./lesion-block.js";
import { preconditionAt } from "./noise-levels.js";

/** What a denoiser is told of a voxel: the noisy block, the CT round the region, the lesion's mask, the level of noise. */
export const denoiserChannels = 4;

/** The part of a block that is written, and how it is turned. */
export interface BlockPart {
  /** Voxels along x, y, z of what is written. */
  patch: Vec3;
  /** Its first voxel in the block; what lies out of the block is 0. */
  start: Vec3;
  /** Axes along which it is mirrored. */
  flips: readonly [boolean, boolean, boolean];
}

/** All of a block as it is. */
export function wholeBlock({ shape }: Pick<LesionBlock, "shape">): BlockPart {
  return { patch: shape, start: [0, 0, 0], flips: [false, false, false] };
}

/**
 * Calls `visit` with each voxel of a part that lies in the block: its place in the network's order, z fastest, and its
 * index in the block, x fastest.
 */
export function visitPart(
  shape: Vec3,
  { patch, start, flips }: BlockPart,
  visit: (place: number, index: number) => void,
): void {
  const [px, py, pz] = patch;
  const [nx, ny, nz] = shape;
  const along = (axis: 0 | 1 | 2, at: number): number =>
    start[axis] + (flips[axis] ? patch[axis] - 1 - at : at);
  for (let i = 0, place = 0; i < px; i++) {
    const x = along(0, i);
    for (let j = 0; j < py; j++) {
      const y = along(1, j);
      for (let k = 0; k < pz; k++, place++) {
        const z = along(2, k);
        if (x >= 0 && y >= 0 && z >= 0 && x < nx && y < ny && z < nz) visit(place, x + nx * (y + ny * z));
      }
    }
  }
}

/**
 * Writes a denoiser's input.
 *
 * @param noisy numbers of the block with noise of that level, of which those of the region count.
 * @param into `[x, y, z, channel]` of the part, all 0 before.
 */
export function writeInput(
  { shape, region, context, mask }: LesionBlock,
  noisy: Float32Array,
  level: number,
  part: BlockPart,
  into: Float32Array,
): void {
  const scale = preconditionAt(level);
  visitPart(shape, part, (place, i) => {
    const at = denoiserChannels * place;
    const inside = region[i] === 1;
    into[at] = inside ? scale.in * noisy[i] : context[i];
    into[at + 1] = context[i];
    into[at + 2] = mask[i];
    into[at + 3] = inside ? scale.level : 0;
  });
}
