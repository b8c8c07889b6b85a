import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { openPhantomCohort } from "tumorlab/internal/phantom/cohort";

describe("openPhantomCohort", function () {
  this.timeout(120_000);
  let parent: string;
  before(() => (parent = mkdtempSync(path.join(tmpdir(), "tumorlab-phantoms-"))));
  after(() => rmSync(parent, { recursive: true, force: true }));

  it("makes a cohort once, and reads it again, also for two who ask at the same time", async () => {
    const options = {
      folder: path.join(parent, "cohort"),
      hospitals: ["thick-slice", "reference"],
      cases: 1,
      scale: "tiny" as const,
      seed: 4,
      controlShare: 0,
    };
    const updates: number[] = [];
    const both = await Promise.all([
      openPhantomCohort({ ...options, progress: ({ done }) => updates.push(done) }),
      openPhantomCohort(options),
    ]);
    const [{ scans, folder }] = both;
    assert.deepEqual(updates, [0, 1, 2]);
    assert.deepEqual(
      scans.map(({ metadata }) => metadata.hospital),
      ["reference", "thick-slice"],
    );
    for (const { ct, labels, phase, metadata, name } of scans) {
      assert.deepEqual(ct.spacingMm, [6, 6, 6]);
      assert.deepEqual(labels.shape, ct.shape);
      assert.equal(phase, metadata.phase);
      assert.match(name, new RegExp(`^${metadata.hospital} 1, ${phase}, ${metadata.tumors[0].organ} tumor$`));
    }
    assert.deepEqual(both[1].scans[0].ct.data, scans[0].ct.data);
    assert.deepEqual(readdirSync(parent), ["cohort"], "nothing is left lying about");
    const written = statSync(path.join(folder, scans[0].metadata.caseId, "ct.nii.gz")).mtimeMs;
    await openPhantomCohort(options);
    assert.equal(statSync(path.join(folder, scans[0].metadata.caseId, "ct.nii.gz")).mtimeMs, written);
    assert.equal((await verifyCohort(folder)).errors, 0);
    await assert.rejects(openPhantomCohort({ ...options, seed: 5 }), /seed 4.*expected seed 5/);
  });

  it("keeps each cohort in a folder of its own where none is named", async () => {
    const options = { cases: 1, hospitals: ["partner"], scale: "tiny" as const, controlShare: 1 };
    const [first, second] = [
      await openPhantomCohort({ ...options, seed: 901 }),
      await openPhantomCohort({ ...options, seed: 902 }),
    ];
    try {
      assert.match(first.folder, /\.tumorlab.phantoms.tiny-901-1-all-[0-9a-f]{8}$/);
      assert.notEqual(first.folder, second.folder);
      assert.match(first.scans[0].name, /^partner 1, \w+, no tumor$/);
    } finally {
      for (const { folder } of [first, second]) rmSync(folder, { recursive: true, force: true });
    }
  });

  it("refuses what is no cohort", async () => {
    await assert.rejects(openPhantomCohort({ cases: 0 }), /cases: found 0, expected a whole number from 1/);
    await assert.rejects(openPhantomCohort({ hospitals: [] }), /hospitals/);
    await assert.rejects(openPhantomCohort({ hospitals: ["nowhere"] }), /"nowhere"/);
  });
});
