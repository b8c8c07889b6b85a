import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { LabelMap, Vec3, Volume } from "tumorlab/internal/core/types";
import { finishLesion } from "tumorlab/internal/tumor/finish";
import type { LesionSite } from "tumorlab/internal/tumor/site";
import { openSite } from "tumorlab/internal/tumor/site";
import type { Synthesizer } from "tumorlab/internal/tumor/synthesizer";

/** A scan with one organ in it. */
export interface SmallScan {
  ct: Volume<Int16Array>;
  labels: LabelMap;
}

/** A box of fat with a ball of liver (110 HU, radius in mm) in its middle and a vessel through that. */
export function ballScan(radiusMm = 30, spacingMm: Vec3 = [2, 2, 3], halfMm = 40): SmallScan {
  const shape: Vec3 = [0, 1, 2].map((axis) => 2 * Math.ceil(halfMm / spacingMm[axis]) + 1) as unknown as Vec3;
  const labels = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const ct = new Int16Array(labels.length).fill(-100);
  for (let z = 0, i = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[0]; x++, i++) {
        const [dx, dy, dz] = [x, y, z].map((at, axis) => (at - (shape[axis] - 1) / 2) * spacingMm[axis]);
        if (Math.hypot(dx, dy, dz) > radiusMm) continue;
        const vessel = Math.hypot(dx - 8, dy) < 3;
        labels[i] = vessel ? 19 : 5;
        ct[i] = (vessel ? 170 : 110) + ((x * 7 + y * 5 + z * 3) % 9) - 4;
      }
  const grid = { spacingMm };
  const names = { 5: "liver", 19: "hepatic_vessel" };
  return { ct: createVolume(ct, shape, grid), labels: toLabelMap(createVolume(labels, shape, grid), names) };
}

/** The least a generator can be: an even ball. `change` may spoil what it hands in. */
export function ballSynthesizer(
  change: (
    drawn: { mask: Uint8Array; hu: Float32Array; clippedShare: number },
    site: LesionSite,
  ) => void = () => {},
): Synthesizer {
  return {
    name: "ball",
    version: "1",
    title: "an even ball",
    synthesize(request) {
      const site = openSite(request);
      const [nx, ny] = site.shape;
      const mask = Uint8Array.from(site.organ, (organ, i) => {
        const at = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
        const mm = at.map((each, axis) => (each - site.center[axis]) * site.spacingMm[axis]);
        return organ && Math.hypot(...mm) <= site.radiusMm ? 1 : 0;
      });
      const hu = site.hu.map((value, i) => (mask[i] ? value - 50 : value));
      const drawn = { mask, hu, clippedShare: 0 };
      change(drawn, site);
      return finishLesion(site, { ...drawn, parameters: { shape: "ball" } }, this);
    },
  };
}
