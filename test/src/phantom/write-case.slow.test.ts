import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLabelMap } from "tumorlab/internal/anatomy/label-maps";
import { findCaseFiles } from "tumorlab/internal/data/case-files";
import { readCaseLabels } from "tumorlab/internal/data/combine-masks";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import type { PhantomOptions } from "tumorlab/internal/phantom/make-case";
import { readPhantomMetadata, writePhantomCase } from "tumorlab/internal/phantom/write-case";

const options: PhantomOptions = { seed: 3, spacingMm: 8, shape: [48, 48, 48], controlShare: 0 };

describe("writePhantomCase", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-phantom-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("lays a case out as AbdomenAtlas does, and reads back what was made", async () => {
    const { caseId, state } = await writePhantomCase(folder, 0, options);
    assert.deepEqual([caseId, state], ["BDMAP_91000000", "made"]);
    const phantom = createPhantomCase(0, options);
    const files = readdirSync(join(folder, caseId)).sort();
    assert.deepEqual(files, ["combined_labels.nii.gz", "ct.nii.gz", "phantom.json", "segmentations"]);
    const ct = await readVolume(join(folder, caseId, "ct.nii.gz"));
    assert.ok(ct.data instanceof Int16Array);
    assert.deepEqual(ct.data, phantom.ct.data);
    assert.deepEqual([...ct.affine], [...phantom.ct.affine]);
    const map = await openLabelMap("abdomenatlas");
    const combined = await readLabelMap(join(folder, caseId, "combined_labels.nii.gz"), {
      names: map.labels,
    });
    assert.deepEqual(combined.data, phantom.labels.data);
    // One mask for each structure of the scan; together they are the label map again.
    const masks = readdirSync(join(folder, caseId, "segmentations")).sort();
    const present = new Set(phantom.labels.data);
    present.delete(0);
    assert.deepEqual(masks, [...present].map((label) => `${map.labels[label]}.nii.gz`).sort());
    const paths = masks.map((name) => join(folder, caseId, "segmentations", name));
    const again = await readCaseLabels({ name: caseId, path: paths[0], masks: paths }, map.labels);
    assert.deepEqual(Uint8Array.from(again.data), phantom.labels.data);
    assert.deepEqual([...(await findCaseFiles(folder)).keys()], [caseId]);
    const [metadata] = await readPhantomMetadata(folder);
    assert.equal(metadata.caseId, caseId);
    assert.deepEqual(metadata.tumors, phantom.metadata.tumors);
  });

  it("keeps a complete case and refuses one of another cohort", async () => {
    const path = join(folder, "BDMAP_91000000", "ct.nii.gz");
    const before = readFileSync(path);
    assert.equal((await writePhantomCase(folder, 0, options)).state, "kept");
    assert.deepEqual(readFileSync(path), before);
    await assert.rejects(writePhantomCase(folder, 0, { ...options, seed: 4 }), /seed 3.*expected seed 4/s);
    mkdirSync(join(folder, "BDMAP_91000005"));
    await assert.rejects(writePhantomCase(folder, 5, options), /phantom\.json cannot be read/);
    assert.deepEqual(readFileSync(path), before);
  });

  it("starts again where a killed run left half a case", async () => {
    const partial = join(folder, ".BDMAP_91000001.partial");
    mkdirSync(partial);
    writeFileSync(join(partial, "ct.nii.gz"), "half");
    await writePhantomCase(folder, 1, options);
    assert.ok(!readdirSync(folder).includes(".BDMAP_91000001.partial"));
    await readVolume(join(folder, "BDMAP_91000001", "ct.nii.gz"));
  });

  it("leaves nothing behind when it cannot write", async () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    await assert.rejects(writePhantomCase(file, 2, options), /a place that can be written/);
    await assert.rejects(
      writePhantomCase(folder, 2, { ...options, signal: AbortSignal.abort(new Error("enough")) }),
      /enough/,
    );
    assert.ok(!readdirSync(folder).some((name) => name.includes("000002")));
  });
});
