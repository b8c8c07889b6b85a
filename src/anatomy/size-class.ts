import { requireThat } from "../core/errors.js";

/** Size of a lesion by the radius of the sphere of its volume. */
export type SizeClass = "tiny" | "small" | "medium" | "large";

/** One class: radii above `above` mm up to and including `upTo` mm. */
export interface SizeClassInfo {
  name: SizeClass;
  aboveMm: number;
  upToMm: number;
  /** As tables write it. */
  displayName: string;
}

/** The four classes of "Scaling Tumor Segmentation" (ICCV 2025), section 3.2, smallest first. */
export const sizeClasses: readonly SizeClassInfo[] = [
  { name: "tiny", aboveMm: 0, upToMm: 5, displayName: "tiny (r <= 5 mm)" },
  { name: "small", aboveMm: 5, upToMm: 10, displayName: "small (5 < r <= 10 mm)" },
  { name: "medium", aboveMm: 10, upToMm: 20, displayName: "medium (10 < r <= 20 mm)" },
  { name: "large", aboveMm: 20, upToMm: Infinity, displayName: "large (r > 20 mm)" },
];

/** Radius in mm of the sphere that has this volume in ml: `cbrt(3 V / (4 pi))`. */
export function equivalentRadiusMm(volumeMl: number): number {
  requireThat(volumeMl >= 0, "volumeMl", volumeMl, "a volume from 0 ml");
  return Math.cbrt((3 * volumeMl * 1000) / (4 * Math.PI));
}

/** The class of a radius in mm; a radius on a limit belongs to the smaller class. */
export function sizeClassOf(radiusMm: number): SizeClass {
  requireThat(radiusMm >= 0, "radiusMm", radiusMm, "a radius from 0 mm");
  // A sphere built to a round radius must not change class by the rounding of its volume.
  return sizeClasses.find(({ upToMm }) => radiusMm <= upToMm * (1 + 1e-12))!.name;
}

/** Below this diameter in mm a tumor counts as early, as in the paper's table of early tumors. */
export const earlyDiameterMm = 20;

/**
 * Whether the sphere of this radius in mm has a diameter below 20 mm. A radiologist measures the longest diameter, which is
 * larger in a lesion that is no ball.
 */
export function isEarly(radiusMm: number): boolean {
  requireThat(radiusMm >= 0, "radiusMm", radiusMm, "a radius from 0 mm");
  // A sphere built to the limit is not below it by the rounding of its volume.
  return 2 * radiusMm < earlyDiameterMm * (1 - 1e-12);
}
