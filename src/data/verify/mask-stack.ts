import type { TumorOrgan } from "../../anatomy/organs.js";
import { fillWith } from "../../core/fill-with.js";
import type { LabelMap, Vec3 } from "../../core/types.js";

/** A binary mask of a case, by what its name says it is. */
export interface NamedMask {
  file: string;
  /** The structure's canonical name. */
  name: string;
  /** Its label value; absent where the label map does not have it. */
  value?: number;
  organ?: TumorOrgan;
  lesionOf?: TumorOrgan;
}

/** Masks on one grid, laid over each other: every voxel knows the set of masks it is in. */
export interface MaskStack {
  masks: NamedMask[];
  /** Number of the set of masks a voxel is in; set 0 is the empty one. */
  setOf: Uint16Array;
  /** Members of each set, as places in `masks`. */
  sets: number[][];
}

/** A stack without masks, for that many voxels. */
export function createMaskStack(voxels: number): MaskStack {
  return { masks: [], setOf: new Uint16Array(voxels), sets: [[]] };
}

/**
 * Lays a mask on top; any voxel above 0 belongs to it. Past 65536 different sets, far more than organs make, further ones
 * are not told apart.
 */
export function stackMask(stack: MaskStack, mask: NamedMask, data: ArrayLike<number>): void {
  const { masks, setOf, sets } = stack;
  const place = masks.push(mask) - 1;
  const next = new Int32Array(65536).fill(-1);
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const old = setOf[i];
    if (next[old] < 0) next[old] = sets.length < 65536 ? sets.push([...sets[old], place]) - 1 : old;
    setOf[i] = next[old];
  }
}

/** Voxels of each set. */
export function countSets({ setOf, sets }: MaskStack): Float64Array {
  const counts = new Float64Array(sets.length);
  for (let i = 0; i < setOf.length; i++) counts[setOf[i]]++;
  return counts;
}

/**
 * The stack as one label map: where masks overlap lesions win, then the greater value. Masks without a value are left out.
 */
export function paintStack(
  { masks, setOf, sets }: MaskStack,
  grid: Pick<LabelMap, "shape" | "spacingMm" | "affine">,
  names: Readonly<Record<number, string>>,
): LabelMap {
  const order = ({ lesionOf, value }: NamedMask): number => (lesionOf ? 65536 : 0) + value!;
  const values = sets.map((members) => {
    const known = members.map((place) => masks[place]).filter(({ value }) => value !== undefined);
    return known.sort((a, b) => order(b) - order(a)).at(0)?.value ?? 0;
  });
  const { shape, spacingMm, affine } = grid;
  return {
    data: fillWith(new Uint16Array(setOf.length), setOf, (set) => values[set]),
    shape,
    spacingMm,
    affine,
    names,
  };
}

/** Where the voxels of each number lie: how many they are, and their mean index. */
export function measureValues(
  data: Uint8Array | Uint16Array,
  [nx, ny, nz]: Vec3,
): Map<number, { voxels: number; centroid: Vec3 }> {
  const sums = new Float64Array(4 * 65536);
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (data[i] === 0) continue;
        const at = 4 * data[i];
        sums[at]++;
        sums[at + 1] += x;
        sums[at + 2] += y;
        sums[at + 3] += z;
      }
  const found = new Map<number, { voxels: number; centroid: Vec3 }>();
  for (let value = 1, at = 4; value < 65536; value++, at += 4) {
    const voxels = sums[at];
    if (voxels === 0) continue;
    const centroid: Vec3 = [sums[at + 1] / voxels, sums[at + 2] / voxels, sums[at + 3] / voxels];
    found.set(value, { voxels, centroid });
  }
  return found;
}

/** The same for each mask of a stack, in their order; an empty one has no centroid. */
export function placeSets(
  { masks, setOf, sets }: MaskStack,
  shape: Vec3,
): { voxels: number; centroid: Vec3 }[] {
  const placed = masks.map(() => ({ voxels: 0, centroid: [0, 0, 0] as [number, number, number] }));
  for (const [set, { voxels, centroid }] of measureValues(setOf, shape))
    for (const place of sets[set]) {
      const piece = placed[place];
      piece.voxels += voxels;
      centroid.forEach(
        (n, axis) => (piece.centroid[axis] += ((n - piece.centroid[axis]) * voxels) / piece.voxels),
      );
    }
  return placed;
}
