import assert from "node:assert/strict";
import { requireSameGrid } from "tumorlab/internal/core/grid";
import { openCase } from "tumorlab/internal/evaluation/study";
import { openPracticeStudy } from "tumorlab/internal/lessons/practice-study";
import { findComponents } from "tumorlab/internal/volume/components";

describe("openPracticeStudy", function () {
  this.timeout(60_000);

  it("says what it is, and has fewer patients than scans", async () => {
    const study = await openPracticeStudy({ scale: "tiny" });
    assert.match(study.about, /made by a model/);
    assert.match(study.about, /not the output of a model/);
    assert.match(study.about, /one scan of one person; the patients are pretended/);
    assert.equal(study.cases.length, 8);
    const patients = new Set(study.cases.map(({ patient }) => patient));
    assert.ok(patients.size > 1 && patients.size < 8);
    assert.equal(new Set(study.cases.map((each) => each.case)).size, 8);
    assert.equal((await openPracticeStudy()).cases.length, 20);
  });

  it("gives the same maps each time for one seed and others for another", async () => {
    const open = async (seed: number) =>
      openCase(await openPracticeStudy({ scale: "tiny", seed }), "pretend-01a");
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
