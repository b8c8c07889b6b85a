import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";

/** What both sides of the tumors benchmark work on, the same bytes on every machine. */

/** Grid of the scan, about that of a thin-slice abdominal CT. */
export const benchShape: Vec3 = [512, 512, 300];
export const benchSpacingMm: Vec3 = [0.7, 0.7, 1];

/** Writes a scan with a liver of about 2.4 l, and a ball with the displacements that deform it. */
export async function writeScene(folder: string): Promise<void> {
  const [nx, ny, nz] = benchShape;
  const [sx, sy, sz] = benchSpacingMm;
  const ct = new Int16Array(nx * ny * nz);
  const labels = new Uint8Array(ct.length);
  let noise = 1;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
        const liver = ((x - 180) * sx) / 95;
        const inside = liver ** 2 + (((y - 240) * sy) / 75) ** 2 + (((z - 170) * sz) / 80) ** 2 < 1;
        labels[i] = inside ? 5 : 0;
        ct[i] = (inside ? 100 : -80) + (noise >>> 26);
      }
  const mask = new Uint8Array(128 ** 3);
  for (let z = 0, i = 0; z < 128; z++)
    for (let y = 0; y < 128; y++)
      for (let x = 0; x < 128; x++, i++)
        mask[i] = ((x - 64) / 32) ** 2 + ((y - 64) / 30) ** 2 + ((z - 64) / 28) ** 2 < 1 ? 1 : 0;
  const draw = createKey(3).stream();
  const offsets = Float64Array.from({ length: 81 }, () => 5 * draw.normal());
  await Promise.all([
    writeFile(path.join(folder, "ct.i16"), new Uint8Array(ct.buffer)),
    writeFile(path.join(folder, "labels.u8"), labels),
    writeFile(path.join(folder, "mask.u8"), mask),
    writeFile(path.join(folder, "offsets.f64"), new Uint8Array(offsets.buffer)),
  ]);
}
