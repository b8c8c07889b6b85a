import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTrial } from "tumorlab/internal/experiment/run/trial";
import { createTestPlan } from "../tiny-experiment.js";

describe("a plan of version 1", function () {
  this.timeout(120_000);
  const scans = mkdtempSync(join(tmpdir(), "tumorlab-version-1-"));
  after(() => rmSync(scans, { recursive: true, force: true }));

  it("has the patients and tumors that it had before there was another version, and no field of another", async () => {
    const result = await runTrial(createTestPlan(), 3, { scans });
    // What trial 3 gave before version 2, but for what the arithmetic of a machine may change, and for the kidney tumors,
    // which have grown out of kidneys since: voxels and radii are those of runTrial(createTestPlan(), 3, { scans }).
    assert.equal(result.planSha256, "c3b94acc03c70e353cce3a17771c1b5c465785f8f699d54a3611f6aab51074c7");
    assert.deepEqual(result.realCases, ["BDMAP_91000001-seed1", "BDMAP_91000003-seed1"]);
    assert.equal(result.syntheticCases, 6);
    assert.deepEqual(
      result.tests.map(({ name, cases }) => [
        name,
        ...cases.map(({ case: id, patient, tumorVoxels, lesions }) => [
          id,
          patient,
          tumorVoxels,
          ...lesions.map(({ radiusMm }) => radiusMm),
        ]),
      ]),
      [
        ["ID", ["BDMAP_91000000-seed2", "reference-seed2-0000", 6, 11.272517]],
        [
          "OOD",
          ["BDMAP_94000000-seed2", "low-dose-seed2-0000", 159, 33.607497],
          ["BDMAP_94006002-seed2", "low-dose-seed2-5000", 0],
        ],
      ],
    );
    for (const later of ["healthyCases", "hosts"]) assert.ok(!(later in result), later);
    for (const test of result.tests) assert.ok(!("seenShare" in test));
  });
});
