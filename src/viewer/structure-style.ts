/** How opaque a structure is painted over a CT, 0 to 1. */
export interface StructureStyle {
  fill: number;
  rim: number;
}

/**
 * Organs are tints with a rim; lesions are outlines alone, so that what is inside stays in sight.
 *
 * @param opacity of a tint.
 */
export function structureStyle(lesion: boolean, opacity: number): StructureStyle {
  return lesion ? { fill: 0, rim: 1 } : { fill: opacity, rim: 0.85 };
}

/** Red, green and blue, 0 to 255, of `#rrggbb`. */
export function parseColor(color: string): [number, number, number] {
  const number = Number.parseInt(color.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}
