import assert from "node:assert/strict";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { chooseTargets } from "tumorlab/internal/training/choose-targets";
import { presets } from "tumorlab/internal/training/training-config";

/** Ten voxels of the first structure, nine of the second, and so on. */
function classesOf(...structures: string[]): [string, readonly string[]][] {
  const data = structures.flatMap((_, i) => Array<number>(10 - i).fill(i + 1));
  const volume = createVolume(Uint8Array.from([0, ...data]), [data.length + 1, 1, 1], {
    spacingMm: [1, 1, 1],
  });
  const names = Object.fromEntries(structures.map((name, i) => [i + 1, name]));
  const labels = toLabelMap(volume, { ...names, 99: "kidney_right" });
  return chooseTargets(labels, presets.tiny.targets).map(({ name, structures: of }) => [name, of]);
}

describe("chooseTargets", () => {
  it("takes the classes that are there, under any spelling, and no class that has no voxel", () => {
    assert.deepEqual(classesOf("spleen", "Liver", "left_kidney"), [
      ["liver", ["liver"]],
      ["kidney", ["kidney_left", "kidney_right"]],
    ]);
    assert.deepEqual(classesOf("liver"), [["liver", ["liver"]]]);
  });

  it("takes lesions as tumor, also those that no class has", () => {
    assert.deepEqual(classesOf("liver", "liver_tumor"), [
      ["liver", ["liver"]],
      ["tumor", ["liver_lesion", "kidney_lesion"]],
    ]);
    assert.deepEqual(classesOf("tumor"), [["tumor", ["tumor"]]]);
    assert.deepEqual(classesOf("liver_lesion", "colon_lesion").at(-1), [
      "tumor",
      ["liver_lesion", "kidney_lesion", "colon_lesion"],
    ]);
  });

  it("takes the two largest structures where there is neither, and none of an empty map", () => {
    assert.deepEqual(
      classesOf("femur", "muscle", "skin").map(([name]) => name),
      ["femur", "muscle"],
    );
    assert.deepEqual(classesOf(), []);
  });
});
