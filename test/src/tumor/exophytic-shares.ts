import assert from "node:assert/strict";
import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import { describeLabels } from "tumorlab/internal/anatomy/structures";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import type { LesionPatch } from "tumorlab/internal/tumor/synthesizer";
import { synthesizers } from "tumorlab/internal/tumor/synthesizers";
import { crop } from "tumorlab/internal/volume/crop";

export interface Scan {
  ct: Volume;
  labels: LabelMap;
}

/** What a patch did, read off scan and patch alone: its share without the organ's label, and what must not be. */
function judge(
  { ct, labels }: Scan,
  organ: TumorOrgan,
  patch: LesionPatch,
): { share: number; wrong: string[] } {
  const before = crop(labels, patch.box);
  const hu = crop(ct, patch.box).data;
  const own = new Set(
    describeLabels(labels.names).flatMap((each) => (each.organ === organ ? [each.value] : [])),
  );
  const wrong = new Set<string>();
  let voxels = 0;
  let out = 0;
  for (let i = 0; i < hu.length; i++) {
    const was = before.data[i];
    const inOrgan = own.has(was);
    const free = was === 0 && hu[i] >= -300 && hu[i] <= 200;
    const on = patch.mask.data[i] === 1;
    if (on) voxels++;
    if (on && !inOrgan) out++;
    if (on && !inOrgan && !free) wrong.add(`lesion over label ${was} of ${hu[i]} HU`);
    if (patch.ct.data[i] !== hu[i] && !inOrgan && !free)
      wrong.add(`HU changed over label ${was} of ${hu[i]} HU`);
    const wanted = on ? patch.record.lesionLabel.value : was;
    if (patch.labels.data[i] !== wanted) wrong.add(`label ${was} became ${patch.labels.data[i]}`);
  }
  assert.equal(voxels, patch.record.voxels);
  return { share: out / voxels, wrong: [...wrong] };
}

/** Lesions of all synthesizers reach the share out of the organ that is asked for, and change fat alone beside it. */
export function requireShares(scan: Scan, organ: TumorOrgan): void {
  for (const synthesizer of synthesizers)
    [0.15, 0.5, 0.8].forEach((askedShare, seed) => {
      const options = { exophyticShare: askedShare };
      const request = { ...scan, organ, size: { radiusMm: 10 }, key: createKey(seed), options };
      const patch = synthesizer.synthesize(request) as LesionPatch;
      const { share, wrong } = judge(scan, organ, patch);
      const where = `${synthesizer.name} ${askedShare}: ${share}`;
      assert.deepEqual(wrong, [], where);
      assert.ok(Math.abs(share - askedShare) <= 0.1, where);
      assert.deepEqual(patch.record.exophytic, { askedShare, share });
    });
}
