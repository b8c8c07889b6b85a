import assert from "node:assert/strict";
import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import type { SizeClass } from "tumorlab/internal/anatomy/size-class";
import { describeLabels } from "tumorlab/internal/anatomy/structures";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { handcrafted } from "tumorlab/internal/tumor/handcrafted";
import { nominalRadiusMm } from "tumorlab/internal/tumor/size";
import type { LesionPatch } from "tumorlab/internal/tumor/synthesizer";

export interface Scan {
  ct: Volume;
  labels: LabelMap;
}

const classes = Object.keys(nominalRadiusMm) as SizeClass[];

/** Checks a patch against the scan it was made for: everything inside the organ, all else untouched. */
function checkPatch({ ct, labels }: Scan, organ: TumorOrgan, patch: LesionPatch): void {
  const { box, record, mask } = patch;
  const isOrgan = new Set(
    describeLabels(labels.names).flatMap((each) => (each.organ === organ ? [each.value] : [])),
  );
  const [nx, ny] = labels.shape;
  const [mx, my, mz] = mask.shape;
  let voxels = 0;
  for (let z = 0, i = 0; z < mz; z++)
    for (let y = 0; y < my; y++)
      for (let x = 0; x < mx; x++, i++) {
        const at = box.boxMin[0] + x + nx * (box.boxMin[1] + y + ny * (box.boxMin[2] + z));
        voxels += mask.data[i];
        const inOrgan = isOrgan.has(labels.data[at]);
        if (mask.data[i] && !inOrgan) assert.fail(`lesion outside the ${organ}`);
        if (patch.labels.data[i] !== (mask.data[i] ? record.lesionLabel.value : labels.data[at]))
          assert.fail("another label changed");
        if (!inOrgan && patch.ct.data[i] !== ct.data[at]) assert.fail(`HU changed outside the ${organ}`);
      }
  assert.ok(voxels > 0 && voxels === record.voxels);
  assert.ok(record.clippedShare <= 0.2);
}

/** Lesions of every size class in an organ: inside it, and as large as asked for. @param keys lesions of each class */
export function sweep(scan: Scan, organ: TumorOrgan, keys: number): void {
  for (const sizeClass of classes)
    for (let seed = 0; seed < keys; seed++) {
      const request = { ...scan, organ, size: { sizeClass }, key: createKey(seed) };
      const patch = handcrafted.synthesize(request) as LesionPatch;
      checkPatch(scan, organ, patch);
      const { achievedRadiusMm: achieved, requestedRadiusMm: wanted, cap } = patch.record;
      const allowed = cap ? cap.radiusMm : wanted;
      assert.ok(
        Math.abs(achieved - allowed) <= 0.15 * allowed,
        `${organ} ${sizeClass}: ${achieved} of ${allowed} mm`,
      );
    }
}
