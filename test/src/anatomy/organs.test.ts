import assert from "node:assert/strict";
import {
  canonicalName,
  isLesionName,
  describeStructure,
  findLesion,
  findOrgan,
  lesionColor,
  lesions,
  organs,
  tumorOrgans,
} from "tumorlab/internal/anatomy/organs";

describe("organs", () => {
  it("has the 26 organs and 6 lesions of AbdomenAtlas 2.0 under the ids 1 to 32", () => {
    const ids = [...organs, ...lesions].map((row) => row.labelId).sort((a, b) => a - b);
    assert.deepEqual(
      ids,
      Array.from({ length: 32 }, (_, i) => i + 1),
    );
    assert.equal(organs.length, 26);
  });

  it("uses no name, alias or colour twice", () => {
    const names = [...organs, ...lesions].flatMap((row) => [row.name, ...row.aliases]);
    assert.equal(new Set(names).size, names.length);
    const colors = [...organs.map((row) => row.color), lesionColor];
    assert.equal(new Set(colors).size, colors.length);
    for (const color of colors) assert.match(color, /^#[0-9A-F]{6}$/);
  });

  it("names the lesion of each tumor organ", () => {
    assert.deepEqual(
      lesions.map((row) => row.tumorOrgan),
      [...tumorOrgans],
    );
    for (const organ of organs.filter((row) => row.lesionName)) assert.ok(findLesion(organ.lesionName!));
  });
});

describe("findOrgan", () => {
  it("finds names of other data sets, however they are spelled", () => {
    assert.equal(findOrgan("inferior_vena_cava")?.name, "postcava");
    assert.equal(findOrgan("Small Bowel")?.name, "intestine");
    assert.equal(findOrgan("lung-upper-lobe-left")?.name, "lung_left");
    assert.equal(findLesion("pancreas_tumor")?.labelId, 28);
    assert.equal(findOrgan("left foot"), undefined);
    assert.equal(findOrgan(""), undefined);
  });
});

describe("canonicalName", () => {
  it("gives every spelling of a structure one name, also of structures the tables do not have", () => {
    for (const spelling of ["kidney_left", "Kidney-Left", "left kidney", "LEFT_KIDNEY"])
      assert.equal(canonicalName(spelling), "kidney_left");
    assert.equal(canonicalName("Gallbladder"), canonicalName("gall_bladder"));
    assert.equal(canonicalName("Right Femur"), "femur_right");
    assert.equal(canonicalName("Liver Tumor"), "liver_lesion");
    assert.equal(canonicalName("Left-Hip"), canonicalName("hip_left"));
    assert.equal(canonicalName("vertebrae L1"), canonicalName("vertebrae_l1"));
    assert.notEqual(canonicalName("hip_left"), canonicalName("hip_right"));
  });

  it("keeps a lobe apart from its lung", () => {
    assert.equal(canonicalName("Lung_Upper_Lobe_Left"), "lung_upper_lobe_left");
    // Regions as evaluate names them, so that its tables keep their names.
    for (const region of ["liver with lesions", "kidney_left with lesions", "kidney lesions and cysts"])
      assert.equal(canonicalName(region), region);
    assert.equal(canonicalName("Kidney_With_Lesions"), "kidney with lesions");
    assert.deepEqual(["liver with lesions", "liver tumor", "kidney lesions and cysts"].map(isLesionName), [
      false,
      true,
      true,
    ]);
    assert.equal(canonicalName("left lung"), "lung_left");
  });
});

describe("describeStructure", () => {
  it("draws what models call kidney and tumor as what they are", () => {
    const kidney = { displayName: "Kidney", color: findOrgan("kidney_left")!.color, lesion: false };
    assert.deepEqual(describeStructure("kidney"), kidney);
    assert.deepEqual(describeStructure("tumor"), { displayName: "Tumor", color: lesionColor, lesion: true });
  });

  it("draws lesions in one colour and unknown structures in grey under their own name", () => {
    assert.deepEqual(describeStructure("liver_tumor"), {
      displayName: "Liver lesion",
      color: lesionColor,
      lesion: true,
    });
    assert.deepEqual(describeStructure("vertebrae_L1"), {
      displayName: "Vertebrae L1",
      color: "#9E9E9E",
      lesion: false,
    });
    assert.equal(describeStructure("lung_upper_lobe_left").displayName, "Lung upper lobe left");
    assert.equal(describeStructure("gallbladder").displayName, "Gall bladder");
  });
});
