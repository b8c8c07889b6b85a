import assert from "node:assert/strict";
import { createPhantomCase, type PhantomOptions } from "tumorlab/internal/phantom/make-case";

const grid: PhantomOptions = {
  seed: 3,
  spacingMm: 10,
  shape: [40, 28, 32],
  controlShare: 0,
  tumorOrgans: ["kidney"],
};

describe("a phantom patient who is scanned elsewhere", () => {
  const home = createPhantomCase(4, grid);
  const away = createPhantomCase(4, { ...grid, hospital: "low-dose", patientsOf: "reference" });

  it("has the same body and tumors, and another scan", () => {
    assert.deepEqual(away.labels.data, home.labels.data);
    assert.deepEqual(away.metadata.tumors, home.metadata.tumors);
    assert.equal(away.metadata.patientId, home.metadata.patientId);
    assert.equal(away.metadata.hospital, "low-dose");
    assert.notEqual(away.metadata.caseId, home.metadata.caseId);
    assert.ok(away.metadata.protocol.dose <= 0.3 && home.metadata.protocol.dose >= 0.85);
    const other = home.ct.data.filter((value, i) => value !== away.ct.data[i]).length;
    assert.ok(other > 0.2 * home.ct.data.length);
  });

  it("is not the patient of that number there", () => {
    const own = createPhantomCase(4, { ...grid, hospital: "low-dose" });
    assert.notDeepEqual(own.labels.data, away.labels.data);
  });

  it("is the same scan where home is named", () => {
    const named = createPhantomCase(4, { ...grid, patientsOf: "reference", tumorSample: 0 });
    assert.deepEqual(named.ct.data, home.ct.data);
    assert.throws(
      () => createPhantomCase(4, { ...grid, patientsOf: "nowhere" }),
      /hospital: found "nowhere"/,
    );
  });
});

describe("another sample of tumors", () => {
  it("grows other tumors in the same body", () => {
    const [first, second] = [0, 1].map((tumorSample) => createPhantomCase(4, { ...grid, tumorSample }));
    const healthy = createPhantomCase(4, { ...grid, controlShare: 1 });
    assert.notDeepEqual(first.metadata.tumors, second.metadata.tumors);
    assert.ok(first.metadata.tumors.length > 0 && second.metadata.tumors.length > 0);
    const isKidney = (label: number): boolean => /kidney/.test(healthy.labels.names[label] ?? "");
    for (const { labels } of [first, second])
      labels.data.forEach((label, i) => {
        if (!isKidney(label) && !isKidney(healthy.labels.data[i]))
          assert.ok(label === healthy.labels.data[i], `voxel ${i}`);
      });
    assert.throws(() => createPhantomCase(4, { ...grid, tumorSample: -1 }), /tumorSample: found -1/);
  });
});
