import type { Vec3 } from "../core/types.js";
import { sortIntoBlocks } from "./nearest-blocks.js";
import type { Blocks } from "./nearest-blocks.js";
import type { Surfels } from "./surfels.js";

/**
 * Nearest surfel at any distance, for those that have no neighbour within reach of the row search.
 *
 * Surfels are put into small blocks of the grid by one counting sort, and a binary tree of boxes is built over the
 * blocks alone: a tenth of the work of a tree over the surfels. Coordinates stay whole voxel steps and only
 * differences are scaled by the spacing, so that distances are exact.
 */
export interface BoxTree {
  /** Squared distance in mm2 from a point, in voxel steps, to the nearest surfel of the tree. */
  findNearest(x: number, y: number, z: number): number;
}

/** Builds the tree over at least one surfel; `rowLength` is the number of rows in a slice, `shape[1] + 1`. */
export function createBoxTree(surfels: Surfels, rowLength: number, spacingMm: Vec3): BoxTree {
  const blocks = sortIntoBlocks(surfels, rowLength, spacingMm);
  const { x, y, z, start } = blocks;
  const { order, boxes, leafStart, firstLeaf } = arrangeBlocks(blocks, spacingMm);
  const [sx, sy, sz] = spacingMm;

  const distanceTo = (all: Int32Array, b: number, px: number, py: number, pz: number): number => {
    const dx = (px < all[b] ? all[b] - px : px > all[b + 1] ? px - all[b + 1] : 0) * sx;
    const dy = (py < all[b + 2] ? all[b + 2] - py : py > all[b + 3] ? py - all[b + 3] : 0) * sy;
    const dz = (pz < all[b + 4] ? all[b + 4] - pz : pz > all[b + 5] ? pz - all[b + 5] : 0) * sz;
    return dx * dx + dy * dy + dz * dz;
  };

  const waiting = new Int32Array(64);
  const waitingDistance = new Float64Array(64);
  let last = 0; // the neighbour of the previous query is a good first guess for the next
  const findNearest = (px: number, py: number, pz: number): number => {
    let dx = (x[last] - px) * sx;
    let dy = (y[last] - py) * sy;
    let dz = (z[last] - pz) * sz;
    let best = dx * dx + dy * dy + dz * dz;
    waiting[0] = 1;
    waitingDistance[0] = 0;
    let top = 1;
    while (top > 0) {
      top--;
      if (waitingDistance[top] >= best) continue;
      let node = waiting[top];
      while (node !== 0 && node < firstLeaf) {
        const left = 2 * node;
        const toLeft = distanceTo(boxes, left * 6, px, py, pz);
        const toRight = distanceTo(boxes, left * 6 + 6, px, py, pz);
        const nearer = toLeft <= toRight ? left : left + 1;
        const toFarther = toLeft <= toRight ? toRight : toLeft;
        if (toFarther < best) {
          waiting[top] = nearer ^ 1;
          waitingDistance[top++] = toFarther;
        }
        node = Math.min(toLeft, toRight) < best ? nearer : 0;
      }
      if (node === 0) continue; // both halves are too far
      const leaf = node - firstLeaf;
      for (let k = leafStart[leaf]; k < leafStart[leaf + 1]; k++) {
        const block = order[k];
        if (distanceTo(blocks.boxes, block * 6, px, py, pz) >= best) continue;
        for (let i = start[block], end = start[block + 1]; i < end; i++) {
          dx = (x[i] - px) * sx;
          dy = (y[i] - py) * sy;
          dz = (z[i] - pz) * sz;
          const distance = dx * dx + dy * dy + dz * dz;
          if (distance < best) {
            best = distance;
            last = i;
          }
        }
      }
    }
    return best;
  };
  return { findNearest };
}

/** The tree: blocks in an order in which each node holds a stretch of them, and the box of each node. */
interface Tree {
  order: Int32Array;
  /** Boxes of the nodes in heap order: the root is 1, the halves of node `n` are `2 n` and `2 n + 1`. */
  boxes: Int32Array;
  /** First block, in `order`, of each leaf; one more entry than leaves. */
  leafStart: Int32Array;
  /** Number of the first leaf; leaves are the last level. */
  firstLeaf: number;
}

/** Halves the blocks by their middle along the longest side of their box, down to one or two. */
function arrangeBlocks({ boxes: blockBoxes }: Blocks, spacingMm: Vec3): Tree {
  const count = blockBoxes.length / 6;
  const firstLeaf = 1 << (31 - Math.clz32(count));
  const order = Int32Array.from({ length: count }, (_, block) => block);
  const boxes = new Int32Array(2 * firstLeaf * 6);
  const leafStart = new Int32Array(firstLeaf + 1);
  const middle = new Int32Array(count); // of each block along the axis that is being split, times two
  leafStart[firstLeaf] = count;
  const build = (node: number, from: number, to: number): void => {
    const at = node * 6;
    for (let side = 0; side < 6; side++) {
      let bound = blockBoxes[6 * order[from] + side];
      for (let k = from + 1; k < to; k++) {
        const value = blockBoxes[6 * order[k] + side];
        if (side & 1 ? value > bound : value < bound) bound = value;
      }
      boxes[at + side] = bound;
    }
    if (node >= firstLeaf) {
      leafStart[node - firstLeaf] = from;
      return;
    }
    const sides = spacingMm.map((mm, axis) => (boxes[at + 2 * axis + 1] - boxes[at + 2 * axis]) * mm);
    const axis = sides.indexOf(Math.max(...sides));
    const half = (from + to) >> 1;
    for (let k = from; k < to; k++) {
      const b = 6 * order[k] + 2 * axis;
      middle[order[k]] = blockBoxes[b] + blockBoxes[b + 1];
    }
    selectHalf(order, middle, from, to, half);
    build(2 * node, from, half);
    build(2 * node + 1, half, to);
  };
  build(1, 0, count);
  return { order, boxes, leafStart, firstLeaf };
}

/** Quickselect (Hoare): moves the blocks with the smaller middles before `half`. */
function selectHalf(order: Int32Array, middle: Int32Array, from: number, to: number, half: number): void {
  let low = from;
  let high = to - 1;
  while (low < high) {
    const pivot = middle[order[(low + high) >> 1]];
    let i = low;
    let j = high;
    while (i <= j) {
      while (middle[order[i]] < pivot) i++;
      while (middle[order[j]] > pivot) j--;
      if (i > j) break;
      const block = order[i];
      order[i++] = order[j];
      order[j--] = block;
    }
    if (half <= j) high = j;
    else if (half >= i) low = i;
    else return;
  }
}
