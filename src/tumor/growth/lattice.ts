import type { Vec3 } from "../../core/types.js";

/**
 * Cubes of equal size over a box of voxels, the seed in the middle of one of them, with a layer of closed cubes all
 * round. What grows on it has its size in mm and not in voxels: two scans of one patient with other spacings get the
 * same lattice round the seed.
 */
export interface Lattice {
  shape: Vec3;
  cellMm: number;
  /** Cell the seed lies in. */
  seedCell: Vec3;
  /** Voxel coordinates, within the box, of the middle of cell 0 along each axis, and voxels a cell. */
  originVoxel: Vec3;
  voxelsPerCell: Vec3;
}

/**
 * @param seedVoxel where the tumor starts, in voxel coordinates of the box.
 * @param shape voxels of the box along x, y, z.
 */
export function createLattice(shape: Vec3, spacingMm: Vec3, seedVoxel: Vec3, cellMm: number): Lattice {
  const along = [0, 1, 2].map((axis) => {
    const voxelsPerCell = cellMm / spacingMm[axis];
    // From the middle of the seed to the faces of the box, in cells, and one closed layer on each side.
    const below = Math.ceil((seedVoxel[axis] + 0.5) / voxelsPerCell) + 1;
    const above = Math.ceil((shape[axis] - 0.5 - seedVoxel[axis]) / voxelsPerCell) + 1;
    return {
      cells: below + above + 1,
      seed: below,
      origin: seedVoxel[axis] - below * voxelsPerCell,
      voxelsPerCell,
    };
  });
  const [x, y, z] = along;
  return {
    shape: [x.cells, y.cells, z.cells],
    cellMm,
    seedCell: [x.seed, y.seed, z.seed],
    originVoxel: [x.origin, y.origin, z.origin],
    voxelsPerCell: [x.voxelsPerCell, y.voxelsPerCell, z.voxelsPerCell],
  };
}

/** The voxel of the box the middle of a cell lies in; -1 outside of the box. */
export function voxelOfCell(
  { shape: [nx, ny], originVoxel, voxelsPerCell }: Lattice,
  cell: number,
  box: Vec3,
): number {
  const i = cell % nx;
  const row = (cell - i) / nx;
  const j = row % ny;
  const k = (row - j) / ny;
  const x = Math.round(originVoxel[0] + i * voxelsPerCell[0]);
  const y = Math.round(originVoxel[1] + j * voxelsPerCell[1]);
  const z = Math.round(originVoxel[2] + k * voxelsPerCell[2]);
  if (x < 0 || y < 0 || z < 0 || x >= box[0] || y >= box[1] || z >= box[2]) return -1;
  return x + box[0] * (y + box[1] * z);
}

/** Number of the cell at whole coordinates. */
export function cellAt({ shape: [nx, ny] }: Lattice, [x, y, z]: Vec3): number {
  return x + nx * (y + ny * z);
}
