import { createAffine } from "tumorlab/internal/core/affine";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { writeVolume } from "tumorlab/internal/nifti/write";

const shape: Vec3 = [6, 5, 4];
const spacingMm: Vec3 = [1, 2, 2.5];

/** Writes a map with one box a label: [label, from, to] with `to` exclusive; voxels of 1 x 2 x 2.5 mm. */
export async function writeBoxes(
  path: string,
  boxes: [number, Vec3, Vec3][],
  size: Vec3 = shape,
): Promise<void> {
  const data = new Uint8Array(size[0] * size[1] * size[2]);
  for (const [label, from, to] of boxes)
    for (let z = from[2]; z < to[2]; z++)
      for (let y = from[1]; y < to[1]; y++)
        for (let x = from[0]; x < to[0]; x++) data[x + size[0] * (y + size[1] * z)] = label;
  await writeVolume(path, createVolume(data, size, { affine: createAffine(spacingMm) }));
}
