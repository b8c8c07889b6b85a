import assert from "node:assert/strict";
import { tumorOrgans } from "tumorlab/internal/anatomy/organs";
import { compareTumorLooks, type TumorLookComparison } from "tumorlab/internal/synthesis/tumor-looks";

describe("compareTumorLooks", () => {
  const rows = compareTumorLooks();
  const find = (organ: string | null, look: string): TumorLookComparison =>
    rows.find((row) => row.organ === organ && row.look === look)!;

  it("compares shares, HU of three phases and sizes of each organ, and what holds of all", () => {
    for (const organ of tumorOrgans) {
      const looks = rows.filter((row) => row.organ === organ).map(({ look }) => look);
      assert.equal(looks.length, 5, organ);
      assert.deepEqual([looks[0], looks[4]], ["shares of its kinds, %", "radius, mm"]);
    }
    assert.deepEqual(
      rows.filter(({ organ }) => organ === null).map(({ look }) => look),
      [
        ...["outline", "HU of dead tissue", "texture", "rim", "edge", "what is round it"],
        ...["share out of the organ", "tumors of a patient"],
      ],
    );
    for (const row of rows) for (const text of Object.values(row)) assert.notEqual(text, "");
  });

  it("says which shares are the same", () => {
    const look = "shares of its kinds, %";
    assert.deepEqual(tumorOrgans.filter((organ) => find(organ, look).agreement === "the same").sort(), [
      "colon",
      "esophagus",
      "pancreas",
      "uterus",
    ]);
    assert.deepEqual(
      [find("liver", look).phantom, find("liver", look).generators],
      ["75 / 25", "80 / 20 (hypo-attenuating / hyper-attenuating)"],
    );
  });

  it("says whether the phantom's contrast lies in what generators draw", () => {
    // By hand: the pancreas has 88 HU in the venous phase, its tumors 60 and 112; generators draw -45 to -18 and 12 to 35.
    const pancreas = find("pancreas", "HU above the organ, venous");
    assert.equal(pancreas.phantom, "-28 / 24");
    assert.equal(pancreas.generators, "-45 to -18 / 12 to 35");
    assert.equal(pancreas.agreement, "inside the generators' range");
    // Kidney, venous: (182 + 160) / 2 = 171; tumors 104 and 68 are 67 and 103 below; -95 to -40 and -150 to -100.
    const kidney = find("kidney", "HU above the organ, venous");
    assert.deepEqual([kidney.phantom, kidney.agreement], ["-67 / -103", "inside the generators' range"]);
    // Liver, arterial: 72; tumors 52 and 112; -40 to -15 and 20 to 60.
    assert.equal(find("liver", "HU above the organ, arterial").phantom, "-20 / 40");
    // Walls have HU of their own: colon 92 in 75 to 115.
    assert.equal(find("colon", "HU of the tumor, venous").phantom, "92");
    // Uterus, plain: 46; tumors 42 and 26 are 4 and 20 below; only the second lies in -14 to -6 and -22 to -10.
    assert.equal(find("uterus", "HU above the organ, plain").agreement, "partly inside");
  });

  it("gives sizes as radii of balls", () => {
    // 6 ml: 11.3 mm; times exp(-+1.645 x 1.25) 0.77 ml and 46.9 ml: 5.7 and 22.4 mm.
    assert.equal(find("pancreas", "radius, mm").phantom, "11 (90 % from 6 to 22)");
    assert.match(find("liver", "radius, mm").source, /3D-IRCADb/);
    assert.match(find("uterus", "radius, mm").source, /this project's choice/);
  });
});
