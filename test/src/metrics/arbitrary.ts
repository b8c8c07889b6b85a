import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";

/** Grids for property tests: any small shape, row lengths that are no multiple of four among them. */
export const shapes: fc.Arbitrary<Vec3> = fc.tuple(
  fc.integer({ min: 1, max: 11 }),
  fc.integer({ min: 1, max: 7 }),
  fc.integer({ min: 1, max: 6 }),
);

/** Spacings as scanners give them, thick slices included. */
export const spacings: fc.Arbitrary<Vec3> = fc.constantFrom<Vec3[]>(
  [0.7, 0.7, 5],
  [0.78, 0.82, 2.5],
  [1, 1, 1],
  [3, 2, 1],
  [0.31, 1.9, 0.64],
);

/** Pairs of label maps with values from 0 to `labels`, mostly background, on one grid. */
export function labelPairs(labels: number): fc.Arbitrary<[Volume<Uint8Array>, Volume<Uint8Array>]> {
  return fc.tuple(shapes, spacings).chain(([shape, spacingMm]) => {
    const voxels = shape[0] * shape[1] * shape[2];
    const voxel = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: labels }));
    const map = fc
      .array(voxel, { minLength: voxels, maxLength: voxels })
      .map((data) => createVolume(Uint8Array.from(data), shape, { spacingMm }));
    return fc.tuple(map, map);
  });
}
