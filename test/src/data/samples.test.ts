import assert from "node:assert/strict";
import { cp, mkdtemp, rm, truncate, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { openSample, sampleNames } from "tumorlab/internal/data/samples";
import { orientationOfVolume } from "tumorlab/internal/volume/orientation";
import { measureRegions } from "tumorlab/internal/volume/regions";

const shipped = path.resolve(__dirname, "../../../../data-manifests/samples");

describe("openSample", () => {
  it("opens the abdominal CT with labels on the same grid, its source and its licence", async () => {
    const sample = await openSample("abdomen-ct");
    assert.deepEqual(sample.ct.shape, [122, 101, 112]);
    assert.deepEqual(sample.labels.shape, sample.ct.shape);
    assert.deepEqual(sample.ct.spacingMm, [3, 3, 3]);
    assert.equal(orientationOfVolume(sample.ct), "RAS");
    assert.equal(sample.license, "Apache-2.0");
    assert.match(sample.source, /TotalSegmentator/);
    assert.match(sample.labelsMadeBy, /not ground truth/);
    const regions = measureRegions(sample.labels, sample.ct);
    assert.equal(regions.length, 61);
    const liver = regions.find((region) => region.name === "liver")!;
    // 41,692 voxels of 27 mm3, counted once with another reader.
    assert.equal(liver.voxels, 41692);
    assert.ok(liver.centroidMm[0] > 0, "the liver lies on the patient's right");
  });

  it("does not depend on the folder the code runs in", async () => {
    const before = process.cwd();
    const elsewhere = await mkdtemp(path.join(tmpdir(), "samples-"));
    try {
      process.chdir(elsewhere);
      assert.equal((await openSample("abdomen-ct")).ct.data.length, 122 * 101 * 112);
    } finally {
      process.chdir(before);
      await rm(elsewhere, { recursive: true });
    }
  });

  it("halves the resolution at tiny scale and keeps the organs' volumes about the same", async () => {
    const full = await openSample("abdomen-ct");
    const tiny = await openSample("abdomen-ct", { scale: "tiny" });
    assert.deepEqual(tiny.ct.shape, [61, 51, 56]);
    assert.deepEqual(tiny.labels.shape, tiny.ct.shape);
    assert.deepEqual(tiny.ct.spacingMm, [6, 6, 6]);
    const volume = ({ labels }: typeof full): number =>
      measureRegions(labels).find((region) => region.name === "liver")!.volumeMl;
    assert.ok(Math.abs(volume(tiny) / volume(full) - 1) < 0.03);
  });

  it("lists the samples there are when the name is none", async () => {
    assert.deepEqual(sampleNames, ["abdomen-ct"]);
    await assert.rejects(
      openSample("brain"),
      (error) => error instanceof LabError && error.found === '"brain"' && error.expected === "abdomen-ct",
    );
  });

  it("refuses a file that is missing or not the one that was shipped, and says how to get it back", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "samples-"));
    try {
      await cp(shipped, folder, { recursive: true });
      await truncate(path.join(folder, "example_ct.nii.gz"), 1000);
      await assert.rejects(
        openSample("abdomen-ct", { folder }),
        (error) =>
          error instanceof LabError && /sha256/.test(error.found) && /git checkout/.test(error.advice),
      );
      await unlink(path.join(folder, "example_ct.nii.gz"));
      await assert.rejects(
        openSample("abdomen-ct", { folder }),
        (error) => error instanceof LabError && /ENOENT/.test(error.found),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
