import assert from "node:assert/strict";
import { canonicalName } from "tumorlab/internal/anatomy/organs";
import { canonicalNames } from "tumorlab/internal/anatomy/structures";

describe("canonicalName", () => {
  it("gives every spelling of a structure one name", () => {
    const spellings: Record<string, readonly string[]> = {
      kidney_left: ["kidney_left", "Left Kidney", "left-kidney", "LEFT_KIDNEY"],
      liver_lesion: ["liver_lesion", "Liver Tumour", "liver tumors", "liver_tumor"],
      pancreatic_lesion: ["PDAC", "pancreas_lesion", "pdac lesion"],
      gall_bladder: ["gallbladder", "Gall Bladder"],
      tumor: ["tumour", "Tumor", "cancer", "lesions"],
      lung_upper_lobe_left: ["lung_upper_lobe_left", "Lung upper lobe left"],
      left_ear: [],
      ear_left: ["left ear"],
    };
    for (const [name, all] of Object.entries(spellings))
      for (const each of all) assert.equal(canonicalName(each), name, each);
  });

  it("knows whose a tumor is where there is one organ alone", () => {
    assert.deepEqual(canonicalNames({ 1: "Pancreas", 2: "cancer" }), {
      1: "pancreas",
      2: "pancreatic_lesion",
    });
    assert.deepEqual(canonicalNames({ 1: "liver", 2: "kidney", 3: "tumor" }), {
      1: "liver",
      2: "kidney",
      3: "tumor",
    });
  });
});
