import { cornersApartMm, createAffine, requireAffine, spacingOfAffine } from "../core/affine.js";
import { LabError } from "../core/errors.js";
import type { Affine, Vec3 } from "../core/types.js";
import { perMillimetre } from "./exact.js";
import type { NiftiFields } from "./fields.js";

/** Where a grid lies, and which part of the header said so. */
export interface NiftiGeometry {
  spacingMm: Vec3;
  affine: Affine;
  /** `"spacing"` means that no form has a code: how the grid lies in the patient is not stated. */
  affineFrom: "sform" | "qform" | "spacing";
  /** Where both forms have a code: the largest distance in mm between a corner of the grid by one and by the other. */
  formsApartMm?: number;
}

/**
 * Whether qform and sform put a corner of the grid more than half of the shortest spacing apart, at most 0.5 mm.
 * A quaternion of 32 bits near a half turn alone can cost 0.3 mm over half a metre.
 */
export function formsDisagree({
  formsApartMm = 0,
  spacingMm,
}: {
  formsApartMm?: number;
  spacingMm: readonly number[];
}): boolean {
  return formsApartMm > Math.min(0.5, 0.5 * Math.min(...spacingMm));
}

/**
 * Geometry of a header in millimetres: the sform when its code is above 0, else the qform, else the voxel
 * spacing alone from (0, 0, 0) (NIfTI-1 method 1; nibabel centres and flips x there instead).
 *
 * Spacing is `pixdim` where it agrees with the affine to 0.1 %, else the lengths of the affine's columns; a
 * negative `pixdim` counts by its size, and 0 on an axis of one voxel as 1. Throws a LabError for spacing that
 * is not finite, is 0 on a longer axis that no affine describes, and for a singular affine.
 */
export function geometryOf(fields: NiftiFields, file: string): NiftiGeometry {
  const millimetres = 1 / perMillimetre[fields.spaceUnit];
  const pixdim = [1, 2, 3].map((axis) => Math.abs(fields.pixdim[axis]));
  const finite = pixdim.every((mm) => Number.isFinite(mm));
  if (!finite)
    throw new LabError(
      `${file} pixdim`,
      fields.pixdim.slice(1, 4),
      "finite voxel spacing",
      "The header is damaged; write the spacing of the scan into it",
    );
  if (fields.sformCode > 0) {
    const geometry = withSpacing(scaled(fields.sform, millimetres), "sform");
    if (!(fields.qformCode > 0)) return geometry;
    const sizes = pixdim.map((size, axis) => size || geometry.spacingMm[axis] / millimetres);
    const qform = scaled(qformAffine(fields, sizes), millimetres);
    return { ...geometry, formsApartMm: cornersApartMm(geometry.affine, qform, fields.shape) };
  }
  const spacing = pixdim.map((size, axis) => (size === 0 && fields.shape[axis] === 1 ? 1 : size));
  if (spacing.some((size) => size === 0))
    throw new LabError(`${file} pixdim`, fields.pixdim.slice(1, 4), "voxel spacing above 0");
  if (fields.qformCode > 0) return withSpacing(scaled(qformAffine(fields, spacing), millimetres), "qform");
  const [sx, sy, sz] = spacing.map((size) => size * millimetres);
  return { spacingMm: [sx, sy, sz], affine: createAffine([sx, sy, sz]), affineFrom: "spacing" };

  function withSpacing(affine: Affine, affineFrom: "sform" | "qform"): NiftiGeometry {
    requireAffine(affine, file);
    const lengths = spacingOfAffine(affine);
    const choose = (axis: number) => {
      const size = pixdim[axis] * millimetres;
      return Math.abs(size - lengths[axis]) <= 1e-3 * lengths[axis] ? size : lengths[axis];
    };
    return { spacingMm: [choose(0), choose(1), choose(2)], affine, affineFrom };
  }
}

/**
 * The qform's matrix from quaternion, offset and `spacing`; `pixdim[0] < 0` flips the third axis.
 *
 * The scalar part is what the NIfTI-1 text says, sqrt(1 - b2 - c2 - d2), as nibabel takes it too. A vector part
 * longer than 1 (rounding, or a careless writer) is brought to length 1: a half turn about the same axis.
 */
function qformAffine(fields: NiftiFields, spacing: readonly number[]): Affine {
  let [b, c, d] = fields.quaternion;
  let a = 0;
  const left = 1 - (b * b + c * c + d * d);
  if (left < 0) {
    const length = Math.hypot(b, c, d);
    b /= length;
    c /= length;
    d /= length;
  } else a = Math.sqrt(left);
  const [sx, sy] = spacing;
  const sz = fields.pixdim[0] < 0 ? -spacing[2] : spacing[2];
  const [ox, oy, oz] = fields.qoffset;
  return [
    (a * a + b * b - c * c - d * d) * sx,
    2 * (b * c - a * d) * sy,
    2 * (b * d + a * c) * sz,
    ox,
    2 * (b * c + a * d) * sx,
    (a * a + c * c - b * b - d * d) * sy,
    2 * (c * d - a * b) * sz,
    oy,
    2 * (b * d - a * c) * sx,
    2 * (c * d + a * b) * sy,
    (a * a + d * d - b * b - c * c) * sz,
    oz,
    0,
    0,
    0,
    1,
  ];
}

function scaled(affine: Affine, factor: number): Affine {
  return factor === 1 ? affine : affine.map((value, k) => (k < 12 ? value * factor : value));
}
