import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { LabelMap } from "tumorlab/internal/core/types";
import { createVolumePayload } from "tumorlab/internal/viewer/payload";

/** A payload as src/ makes it. */
export type FixturePayload = ReturnType<typeof createVolumePayload>;

/**
 * A body drawn with ellipsoids whose sides can be told apart: the liver lies on the patient's right, the spine at the
 * back, a lesion in the liver, a bright bead at the top of the left side.
 *
 * @param count voxels along each edge; each voxel is 256 / count mm
 */
export function createBody(count: number): { payload: FixturePayload; liverVoxel: [number, number, number] } {
  const size = count ** 3;
  const hu = new Int16Array(size).fill(-1000);
  const label = new Uint8Array(size);
  const paint = (center: number[], radii: number[], value: number, code: number) => {
    const [c, r] = [center, radii].map((triple) => triple.map((share) => share * count));
    for (let z = Math.max(0, Math.floor(c[2] - r[2])); z < Math.min(count, c[2] + r[2] + 1); z++)
      for (let y = Math.max(0, Math.floor(c[1] - r[1])); y < Math.min(count, c[1] + r[1] + 1); y++)
        for (let x = Math.max(0, Math.floor(c[0] - r[0])); x < Math.min(count, c[0] + r[0] + 1); x++) {
          if (Math.hypot((x - c[0]) / r[0], (y - c[1]) / r[1], (z - c[2]) / r[2]) > 1) continue;
          const at = x + count * (y + count * z);
          // A little texture that is the same on every run.
          hu[at] = value + ((x * 7 + y * 13 + z * 29) % 21) - 10;
          label[at] = code;
        }
  };
  // x runs to the patient's right, y to the front, z to the head.
  paint([0.5, 0.5, 0.5], [0.42, 0.32, 0.5], 40, 0);
  paint([0.68, 0.55, 0.6], [0.18, 0.2, 0.22], 110, 1);
  paint([0.5, 0.26, 0.5], [0.07, 0.07, 0.5], 700, 2);
  paint([0.72, 0.58, 0.62], [0.06, 0.06, 0.06], 60, 3);
  paint([0.2, 0.5, 0.88], [0.05, 0.05, 0.05], 1500, 0);
  const volume = createVolume(hu, [count, count, count], {
    spacingMm: [256 / count, 256 / count, 256 / count],
  });
  const labels: LabelMap = toLabelMap(
    { ...volume, data: label },
    { 1: "liver", 2: "vertebrae", 3: "liver_lesion" },
    "labels",
  );
  const crosshair: [number, number, number] = [count >> 1, count >> 1, count >> 1];
  const payload = createVolumePayload(volume, labels, {
    title: "A drawn body",
    crosshair,
    maxBytes: 20_000_000,
  });
  const liver = (share: number) => Math.round(share * count);
  return { payload, liverVoxel: [liver(0.6), liver(0.5), liver(0.55)] };
}
