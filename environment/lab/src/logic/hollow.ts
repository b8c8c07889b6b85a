import type { Triple } from "tumorlab/internal/contracts/volume-payload";

/**
 * Labels of which only the surface is left for some values: a voxel whose six neighbours are of its own value becomes
 * background, so that one sees into the structure. Where the volume ends it is left open.
 *
 * @param labels x fastest
 * @param hollow values to be hollowed out
 * @returns a copy
 */
export function hollowOut(
  labels: Uint8Array,
  [nx, ny, nz]: Triple,
  hollow: ReadonlySet<number>,
): Uint8Array<ArrayBuffer> {
  const left = Uint8Array.from(labels);
  let at = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, at++) {
        const value = labels[at];
        if (value === 0 || !hollow.has(value)) continue;
        const isInside =
          (x === 0 || labels[at - 1] === value) &&
          (x === nx - 1 || labels[at + 1] === value) &&
          (y === 0 || labels[at - nx] === value) &&
          (y === ny - 1 || labels[at + nx] === value) &&
          (z === 0 || labels[at - nx * ny] === value) &&
          (z === nz - 1 || labels[at + nx * ny] === value);
        if (isInside) left[at] = 0;
      }
  return left;
}
