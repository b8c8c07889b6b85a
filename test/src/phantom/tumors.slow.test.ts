import assert from "node:assert/strict";
import { lesions, tumorOrgans } from "tumorlab/internal/anatomy/organs";
import { createKey } from "tumorlab/internal/core/random";
import { openPublished } from "tumorlab/internal/data/published";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { samplePatient, findScan } from "tumorlab/internal/phantom/patient";
import { growTumor } from "tumorlab/internal/phantom/tumor-growth";
import { tumorStatistics, planTumors } from "tumorlab/internal/phantom/tumor-plan";
import { median } from "tumorlab/internal/stats/describe";
import { growInside, planCohort } from "./grow-inside.js";

describe("phantom tumors", function () {
  this.timeout(240_000);

  for (const organ of ["kidney", "esophagus"] as const)
    it(`grow inside the ${organ}`, () => growInside(organ));

  it("die in the middle when they are large, and only then", () => {
    const necrosis = (radiusMm: number): number[] =>
      [1, 2, 3, 4].map((seed) => {
        const volumeMm3 = (4 / 3) * Math.PI * radiusMm ** 3;
        const grown = growTumor({ key: createKey(seed), seed: [0, 0, 0], volumeMm3, allows: () => true });
        assert.ok(Math.abs(grown.volumeMm3 / volumeMm3 - 1) < 0.01);
        assert.ok(grown.distance(3 * radiusMm, 0, 0) > 0);
        return grown.necroticShare;
      });
    assert.deepEqual(necrosis(5), [0, 0, 0, 0]);
    const large = necrosis(26);
    assert.ok(large.every((share) => share < 0.8) && large.some((share) => share > 0.05), `${large}`);
  });

  it("stay where cells may live, whatever the size asked for", () => {
    const grown = growTumor({
      key: createKey(2),
      seed: [0, 0, 0],
      volumeMm3: 20_000,
      allows: (x, y, z) => Math.hypot(x, y) < 6 && Math.abs(z) < 30,
    });
    assert.ok(grown.volumeMm3 < Math.PI * 36 * 60 * 1.3);
    assert.ok(grown.distance(14, 0, 0) > 0);
  });

  it("are as large as published, in livers all of a scan together", async () => {
    const { rows } = await openPublished("lesion-looks");
    const figure = (dataset: string, name: string): number =>
      rows.find((row) => row.dataset === dataset)![name] as number;
    assert.equal(tumorStatistics.pancreas.medianMl, figure("MSD-Pancreas", "medianMl"));
    assert.equal(tumorStatistics.kidney.medianMl, figure("KiTS23", "medianMl"));
    assert.equal(tumorStatistics.colon.medianMl, figure("MSD-Colon", "medianMl"));
    const totals = planCohort(21, "liver", 2800).map((plans) =>
      plans.reduce((sum, { volumeMl }) => sum + volumeMl, 0),
    );
    const published = figure("3D-IRCADb", "medianMl");
    // The median of 2,800 such totals has a standard error of 4 %.
    assert.ok(Math.abs(median(totals) / published - 1) < 0.12, `${median(totals)} ml`);
    // Sets of 14 scans, as that one: how far apart their smallest and largest are, as a logarithm.
    const sets = Array.from({ length: 200 }, (_, i) => totals.slice(14 * i, 14 * i + 14).map(Math.log));
    const spread = sets.reduce((sum, set) => sum + Math.max(...set) - Math.min(...set), 0) / sets.length;
    const wanted = Math.log(figure("3D-IRCADb", "mostMl") / figure("3D-IRCADb", "leastMl"));
    assert.ok(Math.abs(spread - wanted) < 0.35, `${spread}, expected ${wanted}`);
    for (const organ of ["pancreas", "kidney", "colon"] as const) {
      const { medianMl, limitsMl } = tumorStatistics[organ];
      const volumes = planCohort(21, organ, 900).flatMap((plans) => plans.map(({ volumeMl }) => volumeMl));
      const middle = median(volumes);
      // Cutting off what no organ could hold takes a little from the median.
      assert.ok(middle > 0.75 * medianMl && middle < 1.15 * medianMl, `${organ}: ${middle} ml`);
      assert.ok(Math.min(...volumes) >= limitsMl[0] && Math.max(...volumes) <= limitsMl[1]);
    }
  });

  it("are absent from controls, and never of the uterus in men", () => {
    const cohort = createKey(2).split("phantom").split("reference");
    const patients = Array.from({ length: 12 }, (_, index) => samplePatient(cohort, index));
    for (const patient of patients) {
      assert.deepEqual(planTumors(patient, tumorOrgans, 1), []);
      assert.equal(planTumors(patient, ["uterus"], 0).length > 0, patient.sex === "female");
    }
    // The same through whole cases: a woman and a man, each as a patient and as a control.
    const grid = { seed: 2, spacingMm: 6, tumorOrgans: ["uterus"] as const };
    for (const sex of ["female", "male"]) {
      const patient = patients.findIndex((each) => each.sex === sex);
      const index = patients.findIndex((_, i) => findScan(cohort, i).patient === patient);
      const { metadata } = createPhantomCase(index, { ...grid, controlShare: 0 });
      assert.equal(metadata.sex, sex);
      assert.equal(metadata.tumors.length, sex === "female" ? 1 : 0);
      assert.deepEqual(createPhantomCase(index, { ...grid, controlShare: 1 }).metadata.tumors, []);
    }
  });

  it("are told of only where the scan shows them", () => {
    const options = { seed: 12, controlShare: 0.5, spacingMm: 8 };
    const whole = createPhantomCase(29, options);
    const short = createPhantomCase(29, { ...options, shape: [48, 40, 20] });
    assert.ok(whole.metadata.tumors.some(({ organ }) => organ === "esophagus"));
    for (const { labels, metadata } of [whole, short]) {
      const shown = new Set(labels.data);
      for (const { labelId, tumorOrgan } of lesions) {
        const told = metadata.tumors.some(({ organ }) => organ === tumorOrgan);
        assert.equal(told, shown.has(labelId), `${tumorOrgan} in ${metadata.shape.join(" x ")}`);
      }
    }
    assert.ok(short.metadata.tumors.every(({ organ }) => organ !== "esophagus"));
  });
});
