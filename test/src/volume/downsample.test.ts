import assert from "node:assert/strict";
import { applyAffine } from "tumorlab/internal/core/affine";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { downsample, downsampleLabels } from "tumorlab/internal/volume/downsample";

describe("downsample", () => {
  it("averages blocks, keeps the far rest, and centres the new voxels", () => {
    const volume = createVolume(Int16Array.from([0, 2, 4, 6, 100, 4, 6, 8, 10, 104]), [5, 2, 1], {
      spacingMm: [0.7, 0.8, 5],
    });
    const small = downsample(volume, [2, 2, 1]);
    assert.deepEqual(small.shape, [3, 1, 1]);
    assert.deepEqual([...small.data], [3, 7, 102]);
    assert.deepEqual(small.spacingMm, [1.4, 1.6, 5]);
    // The first block's centre lies half a fine voxel in along x and y.
    assert.deepEqual(applyAffine(small.affine, [0, 0, 0]), [0.35, 0.4, 0]);
  });

  it("rounds whole-number images half up and leaves floats alone", () => {
    const shape = [2, 1, 1] as const;
    assert.deepEqual([...downsample(createVolume(Int16Array.from([-3, -2]), shape), 2).data], [-2]);
    assert.deepEqual([...downsample(createVolume(Float32Array.from([-3, -2]), shape), 2).data], [-2.5]);
  });

  it("refuses to average labels, named or not, unless told that they are a picture", () => {
    const data = Uint8Array.from({ length: 216 }, (_, i) => (i % 6 < 3 ? 5 : 27));
    const volume = createVolume(data, [6, 6, 6]);
    for (const each of [volume, toLabelMap(volume)])
      assert.throws(() => downsample(each, 2), /volume: found "a label map.*downsampleLabels/);
    assert.deepEqual(
      [...new Set(downsample(volume, 2, { labels: false }).data)].sort((a, b) => a - b),
      [5, 16, 27],
    );
    assert.deepEqual(
      [...new Set(downsampleLabels(toLabelMap(volume), 2).data)].sort((a, b) => a - b),
      [5, 27],
    );
  });

  it("returns the volume itself for factor 1 and refuses others below", () => {
    const volume = createVolume(new Int16Array(1), [1, 1, 1]);
    assert.equal(downsample(volume, 1), volume);
    assert.throws(() => downsample(volume, 1.5), /factor: found 1\.5/);
  });
});

describe("downsampleLabels", () => {
  it("takes the most frequent label, the smaller of two equally frequent ones", () => {
    const map = toLabelMap(createVolume(Uint8Array.from([3, 3, 0, 9, 1, 3, 0, 9, 1, 2]), [10, 1, 1]), {
      3: "liver",
    });
    assert.deepEqual([...downsampleLabels(map, [2, 1, 1]).data], [3, 0, 1, 0, 1]);
    assert.deepEqual([...downsampleLabels(map, [5, 1, 1]).data], [3, 0]);
    assert.equal(downsampleLabels(map, [5, 1, 1]).names[3], "liver");
  });

  it("keeps labels above 255", () => {
    const map = toLabelMap(createVolume(Uint16Array.from([300, 300, 0, 7]), [4, 1, 1]));
    assert.deepEqual(downsampleLabels(map, [2, 1, 1]).data, Uint16Array.from([300, 0]));
  });
});
