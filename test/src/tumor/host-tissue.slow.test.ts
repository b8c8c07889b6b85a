import assert from "node:assert/strict";
import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import { describeLabels } from "tumorlab/internal/anatomy/structures";
import { createVolume, rescaleValue, toLabelMap, withData } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Vec3, Volume } from "tumorlab/internal/core/types";
import { openSample } from "tumorlab/internal/data/samples";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { openSite } from "tumorlab/internal/tumor/site";
import type { LesionPatch } from "tumorlab/internal/tumor/synthesizer";
import { synthesizers } from "tumorlab/internal/tumor/synthesizers";
import { boundingBox, crop } from "tumorlab/internal/volume/crop";

interface Scan {
  ct: Volume;
  labels: LabelMap;
}

/** HU the voxels of a lesion had before it was put in. */
function huBefore({ ct }: Scan, { mask, box }: LesionPatch): number[] {
  const before = crop(ct, box);
  return Array.from(before.data)
    .filter((_, i) => mask.data[i] === 1)
    .map((stored) => rescaleValue(stored, ct.rescale));
}

function checkKidneyLesions(scan: Scan, draws: number, root: number): void {
  for (const synthesizer of synthesizers)
    for (let i = 0; i < draws; i++) {
      const size = { sizeClass: (["tiny", "small", "medium"] as const)[i % 3] };
      const key = createKey(root).split(i);
      const patch = synthesizer.synthesize({ ...scan, organ: "kidney", size, key }) as LesionPatch;
      const hu = huBefore(scan, patch);
      const share = hu.filter((each) => each < 0).length / hu.length;
      assert.ok(share <= 0.05, `${synthesizer.name} ${i}: ${(100 * share).toFixed(1)} % below 0 HU`);
      assert.equal(patch.record.parameters.otherTissueShare, share);
    }
}

/** A ball of an organ, 20 mm in radius, round a ball of something else; fat outside. */
function holedScan(name: string, organHu: number, holeHu: number, holeMm: number): Scan {
  const shape: Vec3 = [27, 27, 27];
  const labels = new Uint8Array(27 ** 3);
  const ct = new Int16Array(labels.length).fill(-100);
  for (let i = 0; i < labels.length; i++) {
    const at = [i % 27, Math.floor(i / 27) % 27, Math.floor(i / 729)];
    const mm = 2 * Math.hypot(at[0] - 13, at[1] - 13, at[2] - 13);
    if (mm > 20) continue;
    labels[i] = 1;
    ct[i] = mm <= holeMm ? holeHu : organHu;
  }
  const grid = { spacingMm: [2, 2, 2] as const };
  return {
    ct: createVolume(ct, shape, grid),
    labels: toLabelMap(createVolume(labels, shape, grid), { 1: name }),
  };
}

describe("where an organ's label is tissue", function () {
  this.timeout(60_000);

  it("kidney lesions of a real CT keep out of the sinus, over 50 draws", async () => {
    const { ct, labels } = await openSample("abdomen-ct");
    const isKidney = new Set(
      describeLabels(labels.names).flatMap(({ organ, value }) => (organ === "kidney" ? [value] : [])),
    );
    const mask = withData(
      labels,
      Uint8Array.from(labels.data, (value) => (isKidney.has(value) ? 1 : 0)),
    );
    const box = boundingBox(mask, 9)!;
    checkKidneyLesions({ ct: crop(ct, box), labels: crop(labels, box) }, 25, 1);
  });

  it("so do those of phantoms", () => {
    for (let i = 0; i < 3; i++)
      checkKidneyLesions(createPhantomCase(i, { seed: 3, controlShare: 1, spacingMm: 5 }), 2, 2);
  });

  for (const [organ, name, organHu, holeHu] of [
    ["kidney", "kidney_left", 35, -90],
    ["kidney", "kidney_left", 180, 8],
    ["liver", "liver", 60, -95],
    ["uterus", "uterus", 70, -800],
  ] as const)
    it(`lesions of a ${organ} of ${organHu} HU keep out of ${holeHu} HU within its label`, () => {
      const scan = holedScan(name, organHu, holeHu, 9);
      for (const synthesizer of synthesizers)
        for (let seed = 0; seed < 4; seed++) {
          const request = { ...scan, organ, size: { radiusMm: 6 }, key: createKey(seed) };
          const patch = synthesizer.synthesize(request) as LesionPatch;
          assert.ok(huBefore(scan, patch).every((hu) => hu === organHu));
          const changed = crop(scan.ct, patch.box).data.filter((hu, i) => hu !== patch.ct.data[i]);
          assert.ok(changed.every((hu) => hu === organHu));
        }
    });

  it("starts in the wall of a hollow organ and in the gland of a fatty one", () => {
    const middleHu = (scan: Scan, organ: TumorOrgan, seed: number): number => {
      const { hu, center, shape } = openSite({
        ...scan,
        organ,
        size: { radiusMm: 4 },
        key: createKey(seed),
      });
      return hu[center[0] + shape[0] * (center[1] + shape[1] * center[2])];
    };
    for (let seed = 0; seed < 6; seed++) {
      assert.equal(middleHu(holedScan("colon", 40, -950, 14), "colon", seed), 40);
      assert.equal(middleHu(holedScan("pancreas", 40, -80, 14), "pancreas", seed), 40);
    }
  });

  it("refuses a middle in the sinus and an organ without tissue", () => {
    const scan = holedScan("kidney_left", 35, -90, 9);
    const request = { ...scan, organ: "kidney" as const, size: { radiusMm: 5 }, key: createKey(1) };
    assert.throws(
      () => openSite({ ...request, options: { centerVoxel: [13, 13, 13] } }),
      /centerVoxel: found "-90 HU at \[13, 13, 13\].*not its tissue.*above 14 HU/,
    );
    assert.throws(
      () => openSite({ ...request, ...holedScan("kidney_left", -60, -90, 9) }),
      /tissue of the kidney/,
    );
  });

  it("does not take noise for fat", () => {
    const scan = holedScan("kidney_left", 35, 35, 0);
    const draw = createKey(5).stream();
    scan.ct.data.forEach((hu, i) => (scan.ct.data[i] = hu + 25 * draw.normal()));
    const { organ } = openSite({ ...scan, organ: "kidney", size: { radiusMm: 11 }, key: createKey(1) });
    const voxels = scan.labels.data.filter((value) => value === 1).length;
    const open = organ.filter((value) => value === 1).length;
    assert.ok(open > 0.9 * voxels, `${open} of ${voxels}`);
  });
});
