import assert from "node:assert/strict";
import { openLabelMap } from "tumorlab/internal/anatomy/label-maps";
import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap } from "tumorlab/internal/core/types";
import { readLabelMap } from "tumorlab/internal/nifti/read";
import { measureLesions } from "tumorlab/internal/tumor/find-lesions";
import { measureLesion } from "tumorlab/internal/tumor/measure-lesion";
import { synthesizers } from "tumorlab/internal/tumor/synthesizers";
import { boundingBox, crop } from "tumorlab/internal/volume/crop";

/** Where data that are not part of the project lie, if they do. */
export const folder = "../shared/data";

/** Outline of a real tumor by experts, with its voxels as numpy counts them and mm3 a voxel by nibabel's affine. */
export interface RealMask {
  file: string;
  labelMap: string;
  organ: TumorOrgan;
  organLabel: number;
  lesionLabel: number;
  voxels: number;
  voxelMm3: number;
}

/** The scan as if it had never had a tumor: its organ whole, in even tissue with noise, round which nothing matters. */
function makeHealthy(labels: LabelMap, organLabel: number, lesionLabel: number) {
  const whole = labels.data.map((label) => (label === lesionLabel ? organLabel : label));
  const organ = withData(
    labels,
    Uint8Array.from(whole, (label) => (label === organLabel ? 1 : 0)),
  );
  const healthy = crop({ ...labels, data: whole }, boundingBox(organ, 20)!);
  const draw = createKey(3).stream();
  const hu = Int16Array.from(healthy.data, (label) =>
    label === organLabel ? 110 + 10 * draw.normal() : -60,
  );
  const { affine, spacingMm } = healthy;
  return { labels: healthy, ct: createVolume(hu, healthy.shape, { affine, spacingMm }) };
}

/** What measures synthetic lesions measures this real one, and those made of its size in the same organ are as round. */
export async function compareWithMade(mask: RealMask): Promise<void> {
  const { file, labelMap, organ, organLabel, lesionLabel, voxels, voxelMm3 } = mask;
  const { labels: names } = await openLabelMap(labelMap);
  const labels = toLabelMap(await readLabelMap(file), names);
  const found = measureLesions(labels, organ, { fewestVoxels: 1 });
  assert.equal(
    found.reduce((sum, each) => sum + each.voxels, 0),
    voxels,
  );
  const real = found.reduce((a, b) => (b.voxels > a.voxels ? b : a));
  assert.ok(Math.abs(real.volumeMl / ((real.voxels * voxelMm3) / 1000) - 1) < 1e-6);
  assert.ok(real.sphericity > 0.8 && real.sphericity < 1, `${real.sphericity}`);
  assert.ok(Number.isNaN(real.contrastHu), "there is no scan");
  const healthy = makeHealthy(labels, organLabel, lesionLabel);
  for (const synthesizer of synthesizers) {
    const { name } = synthesizer;
    const size = { radiusMm: real.radiusMm };
    const key = createKey(9).split(name);
    const { mask: made } = await synthesizer.synthesize({ ...healthy, organ, size, phase: "venous", key });
    const look = measureLesion(undefined, made, withData(made, new Uint8Array(made.data.length)));
    assert.ok(Math.abs(look.radiusMm / real.radiusMm - 1) < 0.15, `${name}: ${look.radiusMm} mm`);
    assert.ok(Math.abs(look.sphericity - real.sphericity) < 0.1, `${name}: ${look.sphericity}`);
  }
}
