import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";

const side = 46;

/** A liver of 100 HU, a colon full of gas with a wall of 40 HU, and a uterus of 2 ml, on voxels of 2 mm. */
export function makeScan(): { ct: Volume<Int16Array>; labels: LabelMap } {
  const hu = new Int16Array(side ** 3).fill(-80);
  const values = new Uint8Array(side ** 3);
  const draw = createKey(1).stream();
  for (let z = 0, i = 0; z < side; z++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++, i++) {
        const fromColon = Math.hypot(x - 38, y - 23);
        if (Math.hypot(x - 15, y - 23, z - 23) < 14) values[i] = 1;
        else if (fromColon < 7) values[i] = 2;
        else if (Math.hypot(x - 5, y - 5, z - 40) < 4) values[i] = 3;
        if (values[i] === 0) continue;
        const mean = values[i] === 2 ? (fromColon > 5 ? 40 : -900) : 100;
        hu[i] = Math.round(mean + 8 * draw.normal());
      }
  const grid = { spacingMm: [2, 2, 2] as const };
  const shape = [side, side, side] as const;
  return {
    ct: createVolume(hu, shape, grid),
    labels: toLabelMap(createVolume(values, shape, grid), { 1: "liver", 2: "colon", 3: "uterus" }),
  };
}
