import assert from "node:assert/strict";
import { tumorOrgans } from "tumorlab/internal/anatomy/organs";
import { createKey } from "tumorlab/internal/core/random";
import { sampleExophyticShare } from "tumorlab/internal/phantom/exophytic";
import { samplePatient } from "tumorlab/internal/phantom/patient";
import { planTumors } from "tumorlab/internal/phantom/tumor-plan";

describe("the share of a kidney's tumor out of its kidney", () => {
  it("is drawn in thirds as of 51 published tumors, 20, 22 and 9", () => {
    const shares = Array.from({ length: 6000 }, (_, i) => sampleExophyticShare(createKey(i)));
    assert.ok(shares.every((share) => share >= 0 && share < 0.9));
    const counts = [0, 1 / 3, 2 / 3].map(
      (from) => shares.filter((share) => share >= from && share < from + 1 / 3).length,
    );
    // Four standard errors of a share near 0.4 among 6,000 are 0.025.
    [20, 22, 9].forEach((published, i) =>
      assert.ok(Math.abs(counts[i] / shares.length - published / 51) < 0.025, `${counts}`),
    );
    // Even within each third, the last of which ends at 0.9.
    const middle = shares.filter((share) => share < 1 / 3).reduce((sum, share) => sum + share, 0) / counts[0];
    assert.ok(Math.abs(middle - 1 / 6) < 0.01, `${middle}`);
  });

  it("is planned for kidneys alone", () => {
    const cohort = createKey(4).split("phantom").split("reference");
    const patients = Array.from({ length: 10 }, (_, index) => samplePatient(cohort, index));
    for (const organ of tumorOrgans)
      for (const plan of patients.flatMap((patient) => planTumors(patient, [organ], 0)))
        assert.equal(plan.exophyticShare !== undefined, organ === "kidney");
  });
});
