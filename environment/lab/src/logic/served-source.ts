import type { ScanDescription } from "tumorlab/internal/contracts/scan-description";
import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import type { PictureSource, ViewerPayload } from "./picture.js";
import type { ServedPlanes } from "./served-planes.js";

/** The slices of a scan on the server and of the label map over it; either may be left out. */
export function createServedSource(
  scan: ServedPlanes | undefined,
  labels: ServedPlanes | undefined,
): PictureSource {
  return {
    picture: (plane, index) => {
      const values = scan?.get(plane, index);
      return values && { values };
    },
    labels: (plane, index) => {
      const values = labels?.get(plane, index);
      return values && Uint8Array.from(values);
    },
    isReady: (plane, index) =>
      [scan, labels].every((planes) => planes === undefined || planes.get(plane, index) !== undefined),
    find: (voxel) => {
      const value = scan?.valueAt(voxel);
      const label = labels?.valueAt(voxel);
      if ((scan && value === undefined) || (labels && label === undefined)) return undefined;
      return { value, tolerance: 0, label: label ?? 0 };
    },
  };
}

/** What a viewer has to know of a scan on the server. */
export function payloadOf({
  title,
  shape,
  spacingMm,
  affine,
  windows,
  crosshair,
  kind,
}: ScanDescription): ViewerPayload {
  return {
    title: kind === "labels" ? `${title} (a label map)` : title,
    shape,
    spacingMm,
    affine,
    sourceShape: shape,
    sourceSpacingMm: spacingMm,
    windows,
    crosshair,
    overlayOpacity: kind === "labels" ? 0.85 : 0.35,
  };
}

/**
 * Why a label map does not lie on a scan's grid; undefined where it does: the same shape, and every corner within a tenth of
 * the shortest spacing.
 */
export function explainOtherGrid(
  scan: Pick<ScanDescription, "shape" | "spacingMm" | "affine">,
  labels: Pick<ScanDescription, "shape" | "spacingMm" | "affine">,
): string | undefined {
  const describe = ({ shape, spacingMm }: typeof scan): string =>
    `${shape.join(" × ")} voxels of ${spacingMm.map((mm) => Number(mm.toFixed(2))).join(" × ")} mm`;
  if (scan.shape.join() !== labels.shape.join())
    return `It has ${describe(labels)}, and the scan has ${describe(scan)}`;
  const farthest = Math.max(
    ...[0, 4, 8].map((row) => rowDifference(scan.affine, labels.affine, row, scan.shape)),
  );
  if (farthest <= 0.1 * Math.min(...scan.spacingMm)) return undefined;
  return `It lies elsewhere in the patient: its voxels are up to ${Number(farthest.toPrecision(2))} mm from the scan's`;
}

function rowDifference(a: readonly number[], b: readonly number[], row: number, shape: Triple): number {
  const apart = (column: number): number => Math.abs(a[row + column] - b[row + column]);
  return [0, 1, 2].reduce((sum, axis) => sum + apart(axis) * (shape[axis] - 1), apart(3));
}
