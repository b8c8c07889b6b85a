import type { TumorOrgan } from "../anatomy/organs.js";
import type { SizeClass } from "../anatomy/size-class.js";
import { LabError, requireThat } from "../core/errors.js";
import type { LesionSize, SizeCap } from "./synthesizer.js";

/** Radius in mm that a size class stands for, as the hand-crafted generators of the literature have it. */
export const nominalRadiusMm: Readonly<Record<SizeClass, number>> = {
  tiny: 4,
  small: 8,
  medium: 16,
  large: 32,
};

/** Largest share of its organ (one kidney, one piece of bowel) a lesion may take up; this project's own choice. */
export const largestShare: Readonly<Record<TumorOrgan, number>> = {
  liver: 0.3,
  pancreas: 0.4,
  kidney: 0.4,
  colon: 0.25,
  esophagus: 0.4,
  uterus: 0.4,
};

/** Lesions below this radius are not made: no one could see them. */
export const smallestRadiusMm = 1.5;

/** Radius in mm a size asks for. Throws a LabError for what is no size, a class there is none of or a radius outside 1.5 to 100 mm. */
export function radiusOfSize(size: LesionSize): number {
  const isObject = typeof size === "object" && size !== null;
  const classes = Object.keys(nominalRadiusMm).join(", ");
  requireThat(
    isObject && "sizeClass" in size !== "radiusMm" in size,
    "size",
    size,
    `{ sizeClass } with one of ${classes}, or { radiusMm }`,
  );
  if ("sizeClass" in size) {
    const { sizeClass } = size;
    const isKnown = Object.hasOwn(nominalRadiusMm, sizeClass);
    requireThat(isKnown, "size", size, `one of ${classes}, or { radiusMm }`);
    return nominalRadiusMm[sizeClass];
  }
  const { radiusMm } = size;
  requireThat(
    typeof radiusMm === "number" && radiusMm >= smallestRadiusMm && radiusMm <= 100,
    "radiusMm",
    radiusMm,
    `${smallestRadiusMm} to 100 mm`,
  );
  return radiusMm;
}

/** Volume in ml of a ball. */
export function ballVolumeMl(radiusMm: number): number {
  return (4 * Math.PI * radiusMm ** 3) / 3000;
}

/**
 * The radius an organ of `volumeMl` lets a lesion have, and why it is smaller than asked for where it is.
 *
 * @throws LabError naming organ, volume and cap when not even the smallest lesion fits.
 */
export function capSize(
  organ: TumorOrgan,
  volumeMl: number,
  requestedRadiusMm: number,
): { radiusMm: number; cap: SizeCap | null } {
  const share = largestShare[organ];
  const largest = Math.cbrt((3000 * share * volumeMl) / (4 * Math.PI));
  if (largest < smallestRadiusMm)
    throw new LabError(
      organ,
      `${volumeMl.toFixed(2)} ml, which caps a lesion at a radius of ${largest.toFixed(2)} mm`,
      `an organ that can hold a lesion of ${smallestRadiusMm} mm (${share * 100} % of its volume at most)`,
      "Is the organ cut off, or its label almost empty?",
      { kind: "does-not-fit" },
    );
  if (requestedRadiusMm <= largest) return { radiusMm: requestedRadiusMm, cap: null };
  const reason = `a lesion takes up at most ${share * 100} % of its ${organ}, here of ${volumeMl.toFixed(1)} ml`;
  return { radiusMm: largest, cap: { radiusMm: largest, reason } };
}
