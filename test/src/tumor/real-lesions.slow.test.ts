import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { openLabelMap } from "tumorlab/internal/anatomy/label-maps";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap } from "tumorlab/internal/core/types";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { measureLesions } from "tumorlab/internal/tumor/find-lesions";
import { measureLesion } from "tumorlab/internal/tumor/measure-lesion";
import { synthesizers } from "tumorlab/internal/tumor/synthesizers";
import { boundingBox, crop } from "tumorlab/internal/volume/crop";

const folder = "../shared/data";

/** Outlines of real tumors by experts, with their voxels as numpy counts them and mm3 a voxel by nibabel's affine. */
const masks = [
  {
    file: `${folder}/kits19_masks/case_00094_segmentation.nii.gz`,
    labelMap: "kits",
    organ: "kidney",
    organLabel: 1,
    lesionLabel: 2,
    voxels: 6426,
    voxelMm3: 0.703125 ** 2 * 5,
  },
  {
    file: `${folder}/panorama_pdac_masks/101129_00001.nii.gz`,
    labelMap: "panorama",
    organ: "pancreas",
    organLabel: 4,
    lesionLabel: 1,
    voxels: 2061,
    voxelMm3: 2.9010790865871168,
  },
] as const;

const sarcoma = `${folder}/ibsi_sts_tumour/STS_002_CT`;

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

describe("real tumors", function () {
  this.timeout(60_000);
  const files = [...masks.map(({ file }) => file), `${sarcoma}_image.nii.gz`, `${sarcoma}_mask.nii.gz`];
  if (!files.every((file) => existsSync(file))) {
    it(`skipped: they are not in ${folder}`, function () {
      this.skip();
    });
    return;
  }

  for (const { file, labelMap, organ, organLabel, lesionLabel, voxels, voxelMm3 } of masks)
    it(`${basename(file)}: measured by what measures synthetic ones, which are as round in the same organ`, async () => {
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
        const { mask } = await synthesizer.synthesize({ ...healthy, organ, size, phase: "venous", key });
        const made = measureLesion(undefined, mask, withData(mask, new Uint8Array(mask.data.length)));
        assert.ok(Math.abs(made.radiusMm / real.radiusMm - 1) < 0.15, `${name}: ${made.radiusMm} mm`);
        assert.ok(Math.abs(made.sphericity - real.sphericity) < 0.1, `${name}: ${made.sphericity}`);
      }
    });

  it("in their CT have contrast, edge and texture", async () => {
    const ct = await readVolume(`${sarcoma}_image.nii.gz`);
    const { data } = await readLabelMap(`${sarcoma}_mask.nii.gz`);
    const lesion = withData(ct, Uint8Array.from(data));
    // Muscle and fat of the limb round it stand for the organ.
    const home = withData(
      ct,
      Uint8Array.from(ct.data, (hu, i) => (hu > -30 && hu < 150 && data[i] === 0 ? 1 : 0)),
    );
    const look = measureLesion(ct, lesion, home);
    assert.equal(look.voxels, 17090);
    assert.ok(look.contrastHu > 20 && look.contrastHu < 60, `${look.contrastHu}`);
    assert.ok(look.edgeWidthMm > 2 && look.edgeWidthMm < 10, `${look.edgeWidthMm}`);
    assert.ok(look.coherence > 0 && look.coherence < 1 && look.spreadRatio > 0.5 && look.spreadRatio < 2);
  });
});
