import assert from "node:assert/strict";
import { createPhantomCase, findComponents, lesions, organs, tumorOrgans, tumorStatistics } from "tumorlab";
import type { Mask, PhantomCase, TumorOrgan } from "tumorlab";
import { measure } from "./measure.js";

/** The first case of a seed that has a tumor of the organ. */
function findTumor(organ: TumorOrgan, seed: number): PhantomCase {
  for (let index = 0; index < 40; index++) {
    const options = { seed, tumorOrgans: [organ], controlShare: 0 };
    const small = createPhantomCase(index, { ...options, spacingMm: 20, shape: [8, 8, 8] });
    if (small.metadata.tumors.some(({ volumeMl }) => volumeMl > 1))
      return createPhantomCase(index, { ...options, spacingMm: 3 });
  }
  throw new Error(`no ${organ} tumor in 40 cases`);
}

describe("phantom tumors", function () {
  this.timeout(240_000);

  for (const organ of tumorOrgans)
    it(`grow inside the ${organ}`, () => {
      const phantom = findTumor(organ, 11);
      const { ct, labels, metadata } = phantom;
      const lesion = lesions.find(({ tumorOrgan }) => tumorOrgan === organ)!;
      assert.ok(metadata.tumors.every((tumor) => tumor.labelId === lesion.labelId && tumor.organ === organ));
      const found = measure(phantom)[lesion.name];
      const planned = metadata.tumors.reduce((sum, { volumeMl }) => sum + volumeMl, 0);
      assert.ok(
        Math.abs(found.volumeMl - planned) < 0.15 * planned + 0.3,
        `${found.volumeMl} of ${planned} ml`,
      );
      // Its voxels touch its own organ and no tumor lies loose: every component borders the organ's label.
      const home = new Set(
        organs.filter(({ lesionName }) => lesionName === lesion.name).map(({ labelId }) => labelId),
      );
      // A tumor of the esophagus fills it from wall to wall and meets it only above and below.
      assert.ok(shareOfBorder(phantom, lesion.labelId, home) > (organ === "esophagus" ? 0.04 : 0.25));
      const data = Uint8Array.from(labels.data, (value) => (value === lesion.labelId ? 1 : 0));
      const mask: Mask = { ...labels, data };
      const { components } = findComponents(mask);
      const largest = Math.max(...components.map(({ voxels }) => voxels));
      const all = components.reduce((sum, { voxels }) => sum + voxels, 0);
      assert.ok(largest / all > (metadata.tumors.length > 1 ? 0.2 : 0.9));
      assert.equal(ct.data.length, labels.data.length);
    });

  it("die in the middle when they are large, and only then", () => {
    const tumors = Array.from({ length: 24 }, (_, index) =>
      createPhantomCase(index, {
        seed: 3,
        tumorOrgans: ["kidney"],
        controlShare: 0,
        spacingMm: 20,
        shape: [8, 8, 8],
      }),
    ).flatMap(({ metadata }) => metadata.tumors);
    const small = tumors.filter(({ radiusMm }) => radiusMm < 6);
    const large = tumors.filter(({ radiusMm }) => radiusMm > 24);
    assert.ok(large.length >= 3);
    assert.ok(small.every(({ necroticShare }) => necroticShare === 0));
    assert.ok(large.every(({ necroticShare }) => necroticShare < 0.95));
    const mean = large.reduce((sum, { necroticShare }) => sum + necroticShare, 0) / large.length;
    assert.ok(mean > 0.03, `${mean}`);
  });

  it("are as large as published: the median of many kidney tumors", () => {
    const { medianMl, limitsMl } = tumorStatistics.kidney;
    const tumors = Array.from({ length: 60 }, (_, index) =>
      createPhantomCase(index, {
        seed: 21,
        tumorOrgans: ["kidney"],
        controlShare: 0,
        spacingMm: 20,
        shape: [8, 8, 8],
      }),
    ).flatMap(({ metadata }) => metadata.tumors.map(({ volumeMl }) => volumeMl));
    const sorted = tumors.sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    // The standard error of a log-normal median with this spread and 60 draws is a factor of 1.28.
    assert.ok(median > medianMl / 2.2 && median < medianMl * 2.2, `${median} ml`);
    assert.ok(sorted[0] >= limitsMl[0] * 0.9 && sorted[sorted.length - 1] <= limitsMl[1] * 1.05);
  });

  it("are absent from controls, and never of the uterus in men", () => {
    for (let index = 0; index < 12; index++) {
      const grid = { spacingMm: 20, shape: [8, 8, 8] as const };
      const control = createPhantomCase(index, { seed: 2, controlShare: 1, ...grid });
      assert.deepEqual(control.metadata.tumors, []);
      const { metadata } = createPhantomCase(index, {
        seed: 2,
        controlShare: 0,
        tumorOrgans: ["uterus"],
        ...grid,
      });
      assert.equal(metadata.tumors.length > 0, metadata.sex === "female");
    }
  });
});

/** Share of a lesion's outer faces that touch `home` labels. */
function shareOfBorder({ labels }: PhantomCase, lesion: number, home: ReadonlySet<number>): number {
  const [nx, ny] = labels.shape;
  let touching = 0;
  let faces = 0;
  labels.data.forEach((value, i) => {
    if (value !== lesion) return;
    for (const step of [1, -1, nx, -nx, nx * ny, -nx * ny]) {
      const other = labels.data[i + step];
      if (other === lesion) continue;
      faces++;
      if (home.has(other)) touching++;
    }
  });
  return touching / faces;
}
