import { LabError, requireThat } from "./errors.js";
import type { Affine, Vec3 } from "./types.js";

/**
 * Arithmetic on the 4x4 matrices that place a grid in the patient: row by row, voxel index to RAS+ mm.
 */

/** The affine of a grid whose axes run along R, A, S: scale by `spacingMm`, voxel (0, 0, 0) at `originMm`. */
export function createAffine(spacingMm: Vec3, originMm: Vec3 = [0, 0, 0]): Affine {
  const [sx, sy, sz] = spacingMm;
  const [ox, oy, oz] = originMm;
  return [sx, 0, 0, ox, 0, sy, 0, oy, 0, 0, sz, oz, 0, 0, 0, 1];
}

/** World position in RAS+ mm of a point in voxel coordinates (whole numbers are voxel centres). */
export function applyAffine(affine: Affine, [x, y, z]: Vec3): Vec3 {
  return [
    affine[0] * x + affine[1] * y + affine[2] * z + affine[3],
    affine[4] * x + affine[5] * y + affine[6] * z + affine[7],
    affine[8] * x + affine[9] * y + affine[10] * z + affine[11],
  ];
}

/** The matrix that applies `second` first and `first` after it: `first * second`. */
export function multiplyAffines(first: Affine, second: Affine): Affine {
  const product: number[] = [];
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += first[4 * row + k] * second[4 * k + column];
      product.push(sum);
    }
  return product;
}

/**
 * Largest distance in mm between the same corner of a grid of `shape` under two affines; infinite where one of them is
 * not finite.
 */
export function cornersApartMm(first: Affine, second: Affine, [nx, ny, nz]: Vec3): number {
  let worst = 0;
  for (let corner = 0; corner < 8; corner++) {
    const voxel: Vec3 = [corner & 1 ? nx - 1 : 0, corner & 2 ? ny - 1 : 0, corner & 4 ? nz - 1 : 0];
    const [a, b] = [applyAffine(first, voxel), applyAffine(second, voxel)];
    const apart = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    worst = Math.max(worst, Number.isNaN(apart) ? Infinity : apart);
  }
  return worst;
}

/** How far the pair of axes that is farthest from it is from a right angle, in degrees: 0 for rotation times spacing. */
export function shearDegreesOf(affine: Affine): number {
  const lengths = spacingOfAffine(affine);
  const cosine = (a: number, b: number): number =>
    Math.abs(affine[a] * affine[b] + affine[4 + a] * affine[4 + b] + affine[8 + a] * affine[8 + b]) /
    (lengths[a] * lengths[b]);
  return (Math.asin(Math.min(1, Math.max(cosine(0, 1), cosine(0, 2), cosine(1, 2)))) * 180) / Math.PI;
}

/**
 * Whether an affine is rotation (or mirror) times spacing, to a cosine of 1e-4 between any two axes: 0.05 mm over half
 * a metre, far more than rounding to 32 bits, and what ITK asks of an affine.
 */
export function isRigid(affine: Affine): boolean {
  return Math.sin((shearDegreesOf(affine) * Math.PI) / 180) <= 1e-4;
}

/** Distance in mm between neighbouring voxels along x, y, z: the lengths of the first three columns. */
export function spacingOfAffine(affine: Affine): Vec3 {
  const length = (column: number) => Math.hypot(affine[column], affine[4 + column], affine[8 + column]);
  return [length(0), length(1), length(2)];
}

/** Determinant of the 3x3 part: the volume of a voxel in mm3, negative for a left-handed grid. */
export function determinantOf(affine: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = affine;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/**
 * Throws a LabError unless `affine` is 16 finite numbers with last row 0 0 0 1 whose three axes are
 * independent. `input` names the argument or file in the message.
 */
export function requireAffine(affine: Affine, input: string): void {
  requireThat(
    affine.length === 16 && affine.every(Number.isFinite),
    `${input} affine`,
    [...affine],
    "16 finite numbers, row by row",
  );
  requireThat(
    affine[12] === 0 && affine[13] === 0 && affine[14] === 0 && affine[15] === 1,
    `${input} affine`,
    affine.slice(12),
    "a last row of [0, 0, 0, 1]",
  );
  const [lx, ly, lz] = spacingOfAffine(affine);
  const relative = Math.abs(determinantOf(affine)) / (lx * ly * lz);
  if (!(relative > 1e-6))
    throw new LabError(
      `${input} affine`,
      [...affine],
      "three independent axes of length above 0 (this matrix is singular)",
      "The header of the file is damaged, or the matrix was written column by column",
    );
}

/** The inverse: RAS+ mm to voxel coordinates. Throws a LabError when `affine` is singular. */
export function invertAffine(affine: Affine): Affine {
  requireAffine(affine, "invertAffine");
  const [a, b, c, tx, d, e, f, ty, g, h, i, tz] = affine;
  const scale = 1 / determinantOf(affine);
  const rows = [
    [(e * i - f * h) * scale, (c * h - b * i) * scale, (b * f - c * e) * scale],
    [(f * g - d * i) * scale, (a * i - c * g) * scale, (c * d - a * f) * scale],
    [(d * h - e * g) * scale, (b * g - a * h) * scale, (a * e - b * d) * scale],
  ];
  const inverse = rows.flatMap(([p, q, r]) => [p, q, r, -(p * tx + q * ty + r * tz)]);
  return [...inverse, 0, 0, 0, 1];
}

/** Which world axis each voxel axis follows most closely, and whether it runs along or against it. */
export interface AxisDirections {
  /** For voxel axes x, y, z: 0 = right-left, 1 = anterior-posterior, 2 = superior-inferior; a permutation. */
  worldAxis: readonly [number, number, number];
  /** 1 where the voxel index grows toward R, A or S; -1 where it grows toward L, P or I. */
  sign: readonly [number, number, number];
}

/**
 * The closest of the 48 axis-aligned orientations. Scale and shear are taken out first (polar
 * decomposition), then the voxel axis that lies closest to a world axis is matched first; for equally
 * close axes x is matched before y before z. Throws a LabError when `affine` is singular.
 */
export function axisDirections(affine: Affine): AxisDirections {
  requireAffine(affine, "axisDirections");
  const rotation = nearestRotation(affine);
  const worldAxis = [-1, -1, -1];
  const sign = [1, 1, 1];
  for (let round = 0; round < 3; round++) {
    let best = -1;
    let bestVoxel = 0;
    let bestWorld = 0;
    for (let voxel = 0; voxel < 3; voxel++) {
      if (worldAxis[voxel] >= 0) continue;
      for (let world = 0; world < 3; world++) {
        const size = Math.abs(rotation[3 * world + voxel]);
        // Ties within rounding keep the earlier axis, so that the answer does not hang on the last bit.
        if (worldAxis.includes(world) || size <= best + 1e-9) continue;
        best = size;
        bestVoxel = voxel;
        bestWorld = world;
      }
    }
    worldAxis[bestVoxel] = bestWorld;
    sign[bestVoxel] = rotation[3 * bestWorld + bestVoxel] < 0 ? -1 : 1;
  }
  return { worldAxis: [worldAxis[0], worldAxis[1], worldAxis[2]], sign: [sign[0], sign[1], sign[2]] };
}

const axisLetters = ["LR", "PA", "IS"] as const;

/** Three letters that say where x, y and z grow toward, such as `"RAS"` or `"LPS"`. */
export function orientationOf(affine: Affine): string {
  const { worldAxis, sign } = axisDirections(affine);
  return worldAxis.map((axis, k) => axisLetters[axis][sign[k] > 0 ? 1 : 0]).join("");
}

/** Reads a code such as `"RAS"`: one letter of each pair R/L, A/P, S/I, in any order; case does not matter. */
export function parseOrientation(code: string): AxisDirections {
  const letters = [...code.toUpperCase()];
  const axes = letters.map((letter) => axisLetters.findIndex((pair) => pair.includes(letter)));
  if (axes.length !== 3 || [0, 1, 2].some((axis) => !axes.includes(axis)))
    throw new LabError("orientation", code, "one letter of each pair R/L, A/P, S/I, such as RAS or LPS");
  const sign = letters.map((letter, k) => (axisLetters[axes[k]][1] === letter ? 1 : -1));
  return { worldAxis: [axes[0], axes[1], axes[2]], sign: [sign[0], sign[1], sign[2]] };
}

/**
 * The rotation, or rotation and mirror, nearest to the 3x3 part with its columns made unit length, row by row: the
 * orthogonal polar factor (Newton iteration, Higham 1986).
 */
export function nearestRotation(affine: Affine): number[] {
  const lengths = spacingOfAffine(affine);
  let current = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => affine[4 * row + column] / lengths[column]),
  );
  for (let step = 0; step < 60; step++) {
    const [a, b, c, d, e, f, g, h, i] = current;
    const cofactors = [
      e * i - f * h,
      f * g - d * i,
      d * h - e * g,
      c * h - b * i,
      a * i - c * g,
      b * g - a * h,
      b * f - c * e,
      c * d - a * f,
      a * e - b * d,
    ];
    const determinant = a * cofactors[0] + b * cofactors[1] + c * cofactors[2];
    const next = current.map((value, k) => (value + cofactors[k] / determinant) / 2);
    const change = Math.max(...next.map((value, k) => Math.abs(value - current[k])));
    current = next;
    if (change < 1e-14) break;
  }
  return current;
}

/** A grid in LPS, as DICOM, NRRD and MetaImage state it, in RAS, and the other way round: the first two rows change sign. */
export function lpsToRas(affine: Affine): Affine {
  return affine.map((value, k) => (k < 8 ? 0 - value : value));
}
