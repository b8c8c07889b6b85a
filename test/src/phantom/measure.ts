import { applyAffine } from "tumorlab/internal/core/affine";
import { voxelVolumeMl } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import type { PhantomCase } from "tumorlab/internal/phantom/make-case";

export interface Measured {
  volumeMl: number;
  meanHu: number;
  /** Centroid in RAS+ mm. */
  center: Vec3;
}

/** Volume, mean HU and centroid of every structure of a phantom, by name. */
export function measure({ ct, labels }: PhantomCase): Record<string, Measured> {
  const sums = new Map<number, number[]>();
  const [nx, ny, nz] = ct.shape;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const label = labels.data[i];
        if (label === 0) continue;
        let sum = sums.get(label);
        if (!sum) sums.set(label, (sum = [0, 0, 0, 0, 0]));
        const place = applyAffine(ct.affine, [x, y, z]);
        sum[0]++;
        sum[1] += ct.data[i];
        for (let axis = 0; axis < 3; axis++) sum[2 + axis] += place[axis];
      }
  const ml = voxelVolumeMl(ct);
  return Object.fromEntries(
    [...sums].map(([label, [n, hu, x, y, z]]) => [
      labels.names[label],
      { volumeMl: n * ml, meanHu: hu / n, center: [x / n, y / n, z / n] as Vec3 },
    ]),
  );
}
