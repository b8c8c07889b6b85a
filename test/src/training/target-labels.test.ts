import assert from "node:assert/strict";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { keepTargets, scoreClasses } from "tumorlab/internal/training/target-labels";

const shape: Vec3 = [4, 2, 1];
const recipe = {
  targets: [
    { name: "kidney", structures: ["kidney_left", "kidney_right"] },
    { name: "liver", structures: ["liver"] },
    { name: "tumor", structures: ["liver_lesion"] },
  ],
};

describe("keepTargets", () => {
  it("leaves the structures of the classes and takes out the rest", () => {
    const labels = toLabelMap(createVolume(Uint8Array.of(0, 1, 3, 4, 5, 8, 5, 27), shape), {
      3: "kidney_left",
      4: "kidney_right",
      5: "liver",
      8: "spleen",
      27: "liver_lesion",
    });
    assert.deepEqual([...keepTargets(labels, recipe).data], [0, 0, 3, 4, 5, 0, 5, 27]);
    assert.deepEqual(keepTargets(labels, recipe).names, labels.names);
  });
});

describe("scoreClasses", () => {
  const answer = { name: "case", shape, labels: Uint8Array.of(0, 1, 1, 1, 2, 2, 0, 0) };
  const predict = (...values: number[]) => toLabelMap(createVolume(Uint8Array.from(values), shape), {});

  it("counts by hand: 2 of 3 kidney voxels and one too many, no liver voxel", () => {
    assert.deepEqual(scoreClasses(predict(1, 1, 1, 0, 0, 0, 0, 0), answer, recipe), [
      { name: "kidney", voxels: 3, found: 3, dice: 4 / 6 },
      { name: "liver", voxels: 2, found: 0, dice: 0 },
      { name: "tumor", voxels: 0, found: 0, dice: NaN },
    ]);
  });

  it("refuses another grid, naming both", () => {
    const other = toLabelMap(createVolume(new Uint8Array(8), [2, 2, 2]), {});
    assert.throws(() => scoreClasses(other, answer, recipe), /2 x 2 x 2.*4 x 2 x 1.*case/s);
  });
});
