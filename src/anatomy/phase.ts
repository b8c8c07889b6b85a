import { rescaleValue } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import { describeStructure, findOrgan } from "./organs.js";

/** When after the injection of contrast agent a scan was taken; `plain` is without any. */
export type ScanPhase = "plain" | "arterial" | "venous";

/** Phases in the order in which scans are taken. */
export const scanPhases: readonly ScanPhase[] = ["plain", "arterial", "venous"];

/** A phase, and by what it was told. */
export interface MeasuredPhase {
  /** Absent where no organ that tells it is labelled. */
  phase?: ScanPhase;
  /** In words: `"aorta of 44 HU"`; empty without a phase. */
  from: string;
}

/** Distance of the voxels looked at. */
const sampleMm = 5;
const telling = ["aorta", "liver", "spleen", "kidney_left", "kidney_right"] as const;

/**
 * Tells the phase of contrast by the aorta: plain below 100 HU, arterial from 200 HU, venous between. Without an aorta,
 * venous from 85 HU in the liver, arterial where only spleen or kidneys reach that (venous, where no liver is there to
 * differ), plain below. Without any of them there is no phase.
 *
 * @param ct intensities in HU.
 * @param labels on the same grid.
 */
export function measurePhase(ct: Volume, labels: LabelMap): MeasuredPhase {
  const means = meansOf(ct, labels, telling);
  const by = (phase: ScanPhase, organ: string): MeasuredPhase => ({
    phase,
    from: `${describeStructure(organ).displayName.toLowerCase()} of ${means[organ]!.toFixed(0)} HU`,
  });
  const { aorta, liver } = means;
  if (aorta !== undefined) return by(aorta >= 200 ? "arterial" : aorta >= 100 ? "venous" : "plain", "aorta");
  if (liver !== undefined && liver >= 85) return by("venous", "liver");
  const [early] = ["spleen", "kidney_left", "kidney_right"]
    .filter((organ) => means[organ] !== undefined)
    .sort((a, b) => means[b]! - means[a]!);
  if (early !== undefined && means[early]! >= 85)
    return by(liver === undefined ? "venous" : "arterial", early);
  if (liver !== undefined) return by("plain", "liver");
  return early !== undefined && means[early]! >= 0 ? by("plain", early) : { from: "" };
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
