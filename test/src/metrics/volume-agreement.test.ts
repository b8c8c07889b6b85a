import assert from "node:assert/strict";
import { measureVolumeAgreement } from "tumorlab/internal/metrics/volume-agreement";
import type { VolumePair } from "tumorlab/internal/metrics/volume-agreement";

const close = (found: number, expected: number, tolerance = 1e-8): void =>
  assert.ok(Math.abs(found - expected) < tolerance, `${found} for ${expected}`);

const reference = [12, 30.5, 8.2, 55.1, 21.7, 90.3, 40];
const prediction = [10.1, 28, 9, 50.3, 22.5, 80.9, 41.2];
const rows = (patients: readonly string[]): VolumePair[] =>
  patients.map((patient, i) => ({ patient, referenceMl: reference[i], predictionMl: prediction[i] }));
const single = rows(["a", "b", "c", "d", "e", "f", "g"]);

describe("measureVolumeAgreement", () => {
  it("gives bias and limits of agreement with their intervals", () => {
    // numpy: d = p - r; mean, sd (ddof 1), mean -+ 1.96 sd; errors sd / sqrt(n) and sqrt(sd^2 / n + 1.96^2 sd^2 / 2 / (n - 1))
    const found = measureVolumeAgreement(single);
    assert.deepEqual([found.n, found.patients, found.excluded], [7, 7, []]);
    close(found.sd, 3.8366031602869475);
    close(found.bias.value, -2.257142857142856);
    close(found.bias.low, -5.805408977917812);
    close(found.bias.high, 1.2911232636321004);
    close(found.lower.value, -9.776746874277825);
    close(found.lower.low, -16.164464586335598);
    close(found.lower.high, -3.3890291622200515);
    close(found.upper.value, 5.262461159992114);
    close(found.upper.high, 11.650178872049887);
  });

  it("tells errors that grow with size", () => {
    // scipy.stats.linregress((p + r) / 2, p - r)
    const { slope } = measureVolumeAgreement(single);
    close(slope.value, -0.11766360944410693);
    close(slope.pValue, 0.021481998864291727);
  });

  it("takes ratios from logarithms", () => {
    // numpy: l = log(p / r); exp of mean and mean -+ 1.96 sd
    const found = measureVolumeAgreement(single, { scale: "ratio" });
    close(found.bias.value, 0.9580332714058775);
    close(found.lower.value, 0.7935756722563363);
    close(found.upper.value, 1.1565724368931716);
    // In what unit volumes are measured makes no difference.
    const liters = single.map(({ patient, referenceMl, predictionMl }) => ({
      patient,
      referenceMl: referenceMl / 1000,
      predictionMl: predictionMl / 1000,
    }));
    close(measureVolumeAgreement(liters, { scale: "ratio" }).upper.high, found.upper.high);
  });

  it("counts patients where they have several scans", () => {
    // numpy: means of squares between 22.4102 and within 7.0289 patients, m0 = 1.6190; variance (b - w) / m0 + w
    const found = measureVolumeAgreement(rows(["a", "a", "b", "b", "b", "c", "d"]));
    assert.deepEqual([found.n, found.patients], [7, 4]);
    close(found.sd ** 2, 16.52908496732024);
    close(found.bias.value, -2.257142857142856);
    // scipy.stats.t.ppf(0.975, 3) x 1.4356
    close(found.bias.high - found.bias.value, 3.182446305284263 * 1.435605616956059, 1e-6);
  });

  it("says what it leaves out: nothing to agree on, and ratios with nothing", () => {
    const odd = [
      ...single,
      { patient: "x", referenceMl: 0, predictionMl: 0 },
      { patient: "y", referenceMl: 3, predictionMl: 0 },
      { patient: "z", referenceMl: 0, predictionMl: 2 },
    ];
    assert.deepEqual(measureVolumeAgreement(odd).excluded, [{ reason: "both masks are empty", n: 1 }]);
    const ratio = measureVolumeAgreement(odd, { scale: "ratio" });
    assert.deepEqual(
      ratio.excluded.map(({ reason }) => reason),
      ["both masks are empty", "the prediction is empty", "the reference is empty"],
    );
    assert.equal(ratio.n, 7);
  });

  it("has no limits for fewer than two patients, and refuses what is no volume", () => {
    for (const some of [[], single.slice(0, 1)]) {
      const { n, sd, bias, slope } = measureVolumeAgreement(some);
      assert.deepEqual([n, sd, bias.low, slope.value], [some.length, NaN, NaN, NaN]);
    }
    assert.throws(
      () => measureVolumeAgreement([{ patient: "a", referenceMl: -1, predictionMl: 1 }]),
      /volume of a: found -1/,
    );
    assert.throws(() => measureVolumeAgreement([], { scale: "log" as "ratio" }), /scale: found "log"/);
  });
});
