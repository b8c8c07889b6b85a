import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";
import type { LabelledScan } from "tumorlab/internal/training/prepared-case";

/**
 * A scan of a bright ball (the liver, 140 HU) with a dark ball in it (its lesion, 40 HU) in soft noise about 0 HU, at a
 * place drawn from the seed.
 */
export function ballScan(
  seed: number,
  shape: Vec3 = [20, 18, 16],
  spacingMm: Vec3 = [4, 4, 4],
): LabelledScan {
  const stream = createKey(seed).split("ball").stream();
  const centre = shape.map((n) => stream.uniformBetween(0.4 * n, 0.6 * n));
  const radius = 0.3 * Math.min(...shape);
  const data = new Int16Array(shape[0] * shape[1] * shape[2]);
  const labels = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const at = [i % shape[0], Math.floor(i / shape[0]) % shape[1], Math.floor(i / (shape[0] * shape[1]))];
    const far = Math.hypot(...at.map((n, axis) => n - centre[axis]));
    labels[i] = far < radius / 2 ? 27 : far < radius ? 5 : 0;
    data[i] = Math.round([0, 140, 40][labels[i] === 27 ? 2 : labels[i] === 5 ? 1 : 0] + 10 * stream.normal());
  }
  return {
    name: `ball-${seed}`,
    patient: `patient-${seed}`,
    ct: createVolume(data, shape, { spacingMm }),
    labels: toLabelMap(createVolume(labels, shape, { spacingMm }), { 5: "liver", 27: "liver_lesion" }),
  };
}

/** A scan whose voxels tell where they are: HU = x + 20 y + 400 z - 175, so that the window 0..8000 gives it back. */
export function placeScan(shape: Vec3 = [16, 14, 12]): LabelledScan {
  const data = new Int16Array(shape[0] * shape[1] * shape[2]);
  const labels = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const [x, y, z] = [
      i % shape[0],
      Math.floor(i / shape[0]) % shape[1],
      Math.floor(i / (shape[0] * shape[1])),
    ];
    data[i] = x + 20 * y + 400 * z;
    labels[i] = x < 8 ? 5 : 0;
  }
  labels[data.length - 1] = 27;
  return {
    name: "place",
    ct: createVolume(data, shape),
    labels: toLabelMap(createVolume(labels, shape), { 5: "liver", 27: "liver_lesion" }),
  };
}
