/**
 * The nouns of the package: plain data that every room shares.
 *
 * Voxel grids are written `[x, y, z]` with x fastest in memory, as NIfTI stores them:
 * voxel `(x, y, z)` is `data[x + shape[0] * (y + shape[1] * z)]`.
 */

/** Three numbers in the order x, y, z. */
export type Vec3 = readonly [number, number, number];

/** A 4x4 matrix row by row; maps voxel index `(x, y, z, 1)` to world coordinates in RAS+ millimetres. */
export type Affine = readonly number[];

/** The typed arrays a grid may hold. 64-bit integer files are read into `Float64Array` or `Int32Array`. */
export type VoxelArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** A linear map from the stored number to the real one: `real = stored * slope + intercept`. */
export interface Rescale {
  slope: number;
  intercept: number;
}

/** Intensities on a regular grid. Treat as immutable: functions return new volumes. */
export interface Volume<T extends VoxelArray = VoxelArray> {
  /** Stored numbers, x fastest, length `shape[0] * shape[1] * shape[2]`. */
  data: T;
  /** Number of voxels along x, y, z; each at least 1. */
  shape: Vec3;
  /** Distance between voxel centres along x, y, z, in millimetres; each above 0. */
  spacingMm: Vec3;
  /** Voxel index to world RAS+ mm. */
  affine: Affine;
  /** How stored numbers become real ones (HU for CT); absent means they already are. */
  rescale?: Rescale;
}

/** One structure as 0 and 1 on a grid. */
export type Mask = Volume<Uint8Array>;

/** Whole-number labels on a grid; 0 is background. Label maps are never rescaled. */
export interface LabelMap extends Volume<Uint8Array | Uint16Array> {
  /** Name of each label value in use; 0 is not listed. */
  names: Readonly<Record<number, string>>;
}

/** How much work a run does: `tiny` for tests, `small` for a laptop, `paper` for what the publication did. */
export type Scale = "tiny" | "small" | "paper";
