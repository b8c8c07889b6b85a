import { findOrgan } from "../anatomy/organs.js";
import { rescaleValue } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import type { ScanPhase } from "./synthesizer.js";

/** Phases in the order in which scans are taken. */
export const scanPhases: readonly ScanPhase[] = ["plain", "arterial", "venous"];

/** Distance of the voxels looked at. */
const sampleMm = 5;

/**
 * Judges the phase of contrast by the aorta: plain below 100 HU, arterial from 200 HU, venous between. Without an aorta,
 * venous from 85 HU in the liver, arterial where only spleen or kidneys reach that, plain below. Without any of them:
 * venous, the commonest phase of abdominal scans.
 */
export function judgePhase(ct: Volume, labels: LabelMap): ScanPhase {
  const means = meansOf(ct, labels, ["aorta", "liver", "spleen", "kidney_left", "kidney_right"]);
  if (means.aorta !== undefined)
    return means.aorta >= 200 ? "arterial" : means.aorta >= 100 ? "venous" : "plain";
  if ((means.liver ?? 0) >= 85) return "venous";
  const early = Math.max(means.spleen ?? -1, means.kidney_left ?? -1, means.kidney_right ?? -1);
  if (early >= 85) return means.liver === undefined ? "venous" : "arterial";
  return early >= 0 || means.liver !== undefined ? "plain" : "venous";
}

/** Mean HU of structures over every few voxels; those without any are left out. */
function meansOf(
  ct: Volume,
  labels: LabelMap,
  structures: readonly string[],
): Partial<Record<string, number>> {
  const groupOf = new Uint8Array(65536);
  for (const [value, name] of Object.entries(labels.names))
    groupOf[Number(value)] = structures.indexOf(findOrgan(name)?.name ?? "") + 1;
  const [nx, ny, nz] = labels.shape;
  const step = labels.spacingMm.map((mm) => Math.max(1, Math.round(sampleMm / mm)));
  const sums = new Float64Array(structures.length + 1);
  const counts = new Float64Array(structures.length + 1);
  for (let z = 0; z < nz; z += step[2])
    for (let y = 0; y < ny; y += step[1])
      for (let x = 0, row = nx * (y + ny * z); x < nx; x += step[0]) {
        const group = groupOf[labels.data[row + x]];
        if (group === 0) continue;
        sums[group] += ct.data[row + x];
        counts[group]++;
      }
  return Object.fromEntries(
    structures.flatMap((name, k) =>
      counts[k + 1] > 0 ? [[name, rescaleValue(sums[k + 1] / counts[k + 1], ct.rescale)]] : [],
    ),
  );
}
