import assert from "node:assert/strict";
import { makePracticeCurves, practiceTruth } from "tumorlab/internal/lessons/practice-curves";
import { bootstrapCurves } from "tumorlab/internal/scaling/curve-bootstrap";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { bootstrapLawBand, logSpacedSizes } from "tumorlab/internal/scaling/law-band";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { reportEfficiency } from "tumorlab/internal/scaling/report";

describe("makePracticeCurves", () => {
  it("is the same for the same seed, and holds what it was made of", () => {
    const table = makePracticeCurves();
    assert.equal(table.rows.length, 2 * 7 * 3 * 40);
    assert.deepEqual(makePracticeCurves().rows[17], table.rows[17]);
    assert.notEqual(makePracticeCurves({ seed: 2 }).rows[17].score, table.rows[17].score);
    assert.ok(table.rows.every(({ score }) => score >= 0 && score <= 1));
    const { observed, unit } = bootstrapCurves(makePracticeCurves({ patients: 200 }), { resamples: 1 });
    assert.equal(unit, "patients and seeds");
    const law = findLaw("power-floor");
    for (const [arm, truth] of Object.entries(practiceTruth))
      for (const { n, error, weight } of observed[arm]) {
        assert.ok(Math.abs(error - law.value(n, truth)) < 0.035, `${arm} ${n}: ${error}`);
        assert.equal(weight, 3);
      }
  });
});

describe("bootstrapLawBand", () => {
  const table = makePracticeCurves();
  const drawn = bootstrapCurves(table, { resamples: 200 });
  const law = findLaw("power-floor");

  it("runs along the fit, between its ends, and widens beyond the data", () => {
    const sizes = logSpacedSizes(50, 50_000, 5);
    const band = bootstrapLawBand(drawn, "real", law, sizes);
    const fit = fitLaw(law, drawn.observed.real);
    assert.deepEqual(band.fit.parameters, fit.parameters);
    sizes.forEach((n, i) => {
      assert.equal(band.error[i], law.value(n, fit.parameters));
      assert.ok(band.low[i] < band.error[i] && band.error[i] < band.high[i]);
    });
    const width = (i: number): number => band.high[i] - band.low[i];
    assert.ok(width(4) > width(2));
    const narrow = bootstrapLawBand(drawn, "real", law, sizes, { level: 0.5 });
    assert.ok(narrow.high[0] - narrow.low[0] < width(0));
  });

  it("keeps arms paired: their difference is surer than either", () => {
    const { area } = reportEfficiency(table, "real", "real+synthetic", law, { resamples: 200 });
    const band = bootstrapLawBand(drawn, "real", law, [400]);
    assert.ok(area.high - area.low < (band.high[0] - band.low[0]) / 2);
  });
});

describe("logSpacedSizes", () => {
  it("keeps both ends and even steps of the logarithm", () => {
    assert.deepEqual(
      logSpacedSizes(10, 1000, 3).map((n) => Math.round(n)),
      [10, 100, 1000],
    );
  });
});
