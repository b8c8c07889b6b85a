import assert from "node:assert/strict";
import { createVolume, requireSameGrid, toLabelMap } from "tumorlab/internal/core/grid";
import { openCase } from "tumorlab/internal/evaluation/study";
import { openPracticeStudy } from "tumorlab/internal/lessons/practice-study";
import { findComponents } from "tumorlab/internal/volume/components";

describe("openPracticeStudy", function () {
  this.timeout(60_000);

  it("says what it is, and has fewer patients than scans", async () => {
    const study = await openPracticeStudy({ scale: "tiny" });
    assert.match(study.about, /made by a model/);
    assert.match(study.about, /not the output of a model/);
    assert.match(study.about, /one scan of one person; the patients are made up/);
    assert.equal(study.cases.length, 8);
    const patients = new Set(study.cases.map(({ patient }) => patient));
    assert.ok(patients.size > 1 && patients.size < 8);
    assert.equal(new Set(study.cases.map((each) => each.case)).size, 8);
    assert.equal((await openPracticeStudy()).cases.length, 20);
  });

  it("is made of another scan's organs, or of its own tumors where it has none of them", async () => {
    const shape = [24, 24, 24] as const;
    const cube = (value: number, from: number, to: number) => (_: unknown, i: number) => {
      const at = [i % 24, Math.floor(i / 24) % 24, Math.floor(i / 576)];
      return at.every((each) => each >= from && each < to) ? value : 0;
    };
    const grid = { spacingMm: [2, 2, 2] as const };
    const ct = createVolume(new Int16Array(24 ** 3).fill(50), shape, grid);
    const map = createVolume(Uint8Array.from({ length: 24 ** 3 }, cube(7, 8, 16)), shape, grid);
    const facts = { title: "Own, CT", labelsMadeBy: "me" };
    const thigh = await openPracticeStudy({
      scale: "tiny",
      scan: { ct, labels: toLabelMap(map, { 7: "tumor" }), ...facts },
    });
    assert.match(thigh.about, /the labels of Own, CT, with its own lesions\./);
    const pair = await openCase(thigh, "practice-01a");
    assert.deepEqual(pair.reference.names, { 101: "tumor" });
    assert.notDeepEqual(pair.reference.data, pair.prediction.data);
    assert.ok(pair.prediction.data.includes(101));
    const abdomen = await openPracticeStudy({
      scale: "tiny",
      scan: { ct, labels: toLabelMap(map, { 7: "Liver" }), ...facts },
    });
    assert.match(abdomen.about, /with balls as stand-ins/);
    assert.deepEqual((await openCase(abdomen, "practice-01a")).reference.names, {
      5: "liver",
      27: "liver_lesion",
    });
    const empty = { ct, labels: toLabelMap(createVolume(new Uint8Array(24 ** 3), shape, grid)), ...facts };
    await assert.rejects(openPracticeStudy({ scan: empty }), /no labelled structure/);
  });

  it("gives the same maps each time for one seed and others for another", async () => {
    const open = async (seed: number) =>
      openCase(await openPracticeStudy({ scale: "tiny", seed }), "practice-01a");
    const [first, again, other] = [await open(1), await open(1), await open(2)];
    assert.deepEqual(first.prediction.data, again.prediction.data);
    assert.notDeepEqual(first.prediction.data, other.prediction.data);
    requireSameGrid(first.reference, first.prediction);
    requireSameGrid(first.reference, first.ct!);
  });

  it("uses the label values of the organ table and has what it teaches: lesions, healthy scans, empty masks", async () => {
    const study = await openPracticeStudy({ scale: "tiny" });
    const seen = { lesions: 0, healthy: 0, absent: 0, faulty: 0 };
    for (const each of study.cases) {
      const { reference, prediction } = await each.open();
      assert.deepEqual([reference.names[5], reference.names[27]], ["liver", "liver_lesion"]);
      assert.ok(
        [reference, prediction].every(({ data }) =>
          data.every((value) => value === 0 || value in reference.names),
        ),
      );
      const found = findComponents(reference).components.filter(({ label }) => label >= 27);
      if (found.length > 0) seen.lesions++;
      else seen.healthy++;
      if (!reference.data.includes(2)) seen.absent++;
      if (reference.data.some((value, i) => value !== prediction.data[i])) seen.faulty++;
    }
    assert.ok(
      seen.lesions >= 4 && seen.healthy >= 1 && seen.absent >= 1 && seen.faulty >= 6,
      JSON.stringify(seen),
    );
  });
});
