import assert from "node:assert/strict";
import { lesions } from "tumorlab/internal/anatomy/organs";
import { createPhantomScans } from "tumorlab/internal/training/phantom-scans";

describe("createPhantomScans", function () {
  this.timeout(120_000);
  const tumorOrgans = ["liver", "kidney"] as const;
  const options = { seed: 20, spacingMm: [8, 8, 8], shape: [48, 40, 40], tumorOrgans } as const;
  const lesionLabels = new Set(lesions.map(({ labelId }) => labelId));

  it("draws healthy scans and scans with a tumor in turns, the first ones the same in a longer list", () => {
    const scans = createPhantomScans({ ...options, count: 4 });
    const fewer = createPhantomScans({ ...options, count: 1 });
    assert.deepEqual(scans[0], fewer[0]);
    const hasTumor = scans.map(({ labels }) => labels.data.some((value) => lesionLabels.has(value)));
    assert.deepEqual(hasTumor, [false, true, false, true]);
    assert.equal(new Set(scans.map(({ name }) => name)).size, 4);
    for (const { ct } of scans)
      assert.deepEqual([ct.shape, ct.spacingMm], [options.shape, options.spacingMm]);
  });

  it("refuses to draw none", () => {
    assert.throws(() => createPhantomScans({ ...options, count: 0 }), /count.*0.*whole number from 1/s);
  });
});
