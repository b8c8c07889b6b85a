import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rescaleValue } from "tumorlab/internal/core/grid";
import { readNifti, readVolume } from "tumorlab/internal/nifti/read";

const folder = "../shared/data/nifti_conformance";

interface Reference {
  version: "nifti1" | "nifti2";
  endian: "little" | "big";
  dim: number[];
  vox_offset: number;
  slope_used: number;
  inter_used: number;
  zooms: number[];
  shape: number[];
  units: [string, string];
  qform_code: number;
  sform_code: number;
  affine_used_by_nibabel: number[][];
  axcodes: string;
  data_bytes: number;
  data_sha256_as_stored: string;
  scaled_stats: { min: number; max: number; mean: number; n_nonzero: number };
  sample_scaled_values_ijk: [number[], number | string][];
}

const spaceUnits: Record<string, string> = { unknown: "unknown", mm: "mm", meter: "m", micron: "um" };

/** The numbers are those of nibabel 5.0.0 (`made_by` in the file), which opened the same files. */
describe("third-party files, as nibabel reads them", function () {
  if (!existsSync(`${folder}/nibabel_reference.json`)) {
    it(`skipped: ${folder} is not here`, function () {
      this.skip();
    });
    return;
  }
  const { files } = JSON.parse(readFileSync(`${folder}/nibabel_reference.json`, "utf8")) as {
    files: Record<string, Reference>;
  };
  it("are thirteen", () => assert.equal(Object.keys(files).length, 13));

  for (const [name, expected] of Object.entries(files))
    it(name, async () => {
      const { header, data } = await readNifti(`${folder}/${name}`);
      assert.equal(`nifti${header.version}`, expected.version);
      assert.equal(header.littleEndian, expected.endian === "little");
      const shape = [...expected.shape];
      while (shape.length > 3 && shape.at(-1) === 1) shape.pop();
      assert.deepEqual(header.dims, shape);
      assert.equal(header.voxOffset, expected.vox_offset);
      assert.equal(header.spaceUnit, spaceUnits[expected.units[0]]);
      assert.deepEqual([header.qformCode, header.sformCode], [expected.qform_code, expected.sform_code]);
      assert.deepEqual(header.spacingMm, expected.zooms.slice(0, 3));
      assert.equal(header.orientation, expected.axcodes);
      expected.affine_used_by_nibabel.flat().forEach((value, k) => {
        // The sform is stored as read; the qform goes through a rotation whose last digits may differ.
        if (header.affineFrom === "sform") assert.equal(header.affine[k], value);
        else assert.ok(Math.abs(header.affine[k] - value) < 1e-9, `${k}: ${header.affine[k]} and ${value}`);
      });

      const stored = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      assert.equal(stored.length, expected.data_bytes);
      const asInFile = Buffer.from(stored);
      if (!header.littleEndian) asInFile.swap16();
      assert.equal(createHash("sha256").update(asInFile).digest("hex"), expected.data_sha256_as_stored);

      const scale = { slope: expected.slope_used, intercept: expected.inter_used };
      assert.deepEqual(header.rescale ?? { slope: 1, intercept: 0 }, scale);
      let [least, most, sum, nonzero] = [Infinity, -Infinity, 0, 0];
      for (const value of data) {
        const real = rescaleValue(value, header.rescale);
        least = Math.min(least, real);
        most = Math.max(most, real);
        sum += real;
        if (real !== 0) nonzero++;
      }
      const { scaled_stats: stats } = expected;
      const close = (a: number, b: number) =>
        assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${a} ${b}`);
      close(least, stats.min);
      close(most, stats.max);
      close(sum / data.length, stats.mean);
      assert.equal(nonzero, stats.n_nonzero);
      for (const [index, value] of expected.sample_scaled_values_ijk) {
        const at = index.reduceRight((sum, k, axis) => sum * expected.shape[axis] + k, 0);
        close(rescaleValue(data[at], header.rescale), Number(value));
      }
    });

  it("give each volume of a series by its number", async () => {
    const path = `${folder}/nibabel/example_nifti2.nii.gz`;
    const { header, data } = await readNifti(path);
    const length = data.length / 2;
    assert.equal(header.volumes, 2);
    for (const volume of [0, 1])
      assert.deepEqual(
        (await readVolume(path, { volume })).data,
        data.slice(volume * length, (volume + 1) * length),
      );
  });
});
