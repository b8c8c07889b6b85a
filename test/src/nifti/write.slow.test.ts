import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { spacingOfAffine } from "tumorlab/internal/core/affine";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { readLabelMap, readNiftiHeader, readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { reorient } from "tumorlab/internal/volume/orientation";
import { makeNifti, useFolder } from "./make-nifti.js";

function sameVolume(found: Volume, expected: Volume): void {
  assert.equal(found.data.constructor, expected.data.constructor);
  assert.deepEqual(found.data, expected.data);
  assert.deepEqual(found.shape, expected.shape);
  assert.deepEqual([...found.affine], [...expected.affine]);
  assert.deepEqual([...found.spacingMm], [...expected.spacingMm]);
  assert.deepEqual(found.rescale, expected.rescale);
}

describe("writeVolume", () => {
  const folder = useFolder();

  it("comes back to the last bit, whatever the numbers, orientation, version, unit and compression", async () => {
    const arrays = [
      Uint8Array,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
      Float32Array,
      Float64Array,
    ];
    const coordinate = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    let file = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 3 }),
        ),
        fc.array(fc.double({ min: 0.1, max: 8, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.array(coordinate, { minLength: 3, maxLength: 3 }),
        fc.constantFrom(...arrays),
        fc.constantFrom("RAS", "LPS", "SPL", "ASR", "IRP"),
        fc.option(
          fc.record({ slope: fc.double({ min: 0.001, max: 9, noNaN: true }), intercept: coordinate }),
          {
            nil: undefined,
          },
        ),
        fc.record({
          version: fc.constantFrom(1 as const, 2 as const),
          spaceUnit: fc.constantFrom("mm", "m", "um"),
        }),
        fc.boolean(),
        async (shape: Vec3, spacing, origin, Numbers, orientation, rescale, options, compressed) => {
          const data = new Numbers(shape[0] * shape[1] * shape[2]);
          for (let i = 0; i < data.length; i++) data[i] = (i * 37) % 100;
          const [x, y, z] = spacing;
          const grid = createVolume(data, shape, {
            // A little shear, so that the qform cannot stand in for the sform.
            affine: [x, 0.01 * y, 0, origin[0], 0, y, 0, origin[1], 0, 0, z, origin[2], 0, 0, 0, 1],
          });
          const scaled =
            rescale && !(rescale.slope === 1 && rescale.intercept === 0) ? { rescale: { ...rescale } } : {};
          const volume = { ...reorient(grid, orientation), ...scaled };
          const path = `${folder.path}/${file++}.nii${compressed ? ".gz" : ""}`;
          await writeVolume(path, volume, options);
          sameVolume(await readVolume(path), volume);
          assert.equal((await readNiftiHeader(path)).spaceUnit, options.spaceUnit);
        },
      ),
      { numRuns: 120 },
    );
  });

  it("sets both forms, and they agree where there is no shear", async () => {
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    for (const sign of [1, -1]) {
      const affine = [-0.7 * c, 0.7 * s, 0, 4, 0.7 * s, 0.7 * c, 0, 5, 0, 0, 5 * sign, 6, 0, 0, 0, 1];
      const volume = createVolume(new Int16Array(8), [2, 2, 2], { affine });
      const path = `${folder.path}/both.nii`;
      await writeVolume(path, volume);
      const header = await readNiftiHeader(path);
      assert.deepEqual([header.qformCode, header.sformCode, header.affineFrom], [1, 1, "sform"]);
      // The qform alone leads to the same grid, to the digits of 32-bit floats.
      const bytes = readFileSync(path);
      bytes.writeInt16LE(0, 254);
      const alone = await readNiftiHeader(folder.write("qform.nii", bytes));
      assert.equal(alone.affineFrom, "qform");
      alone.affine.forEach((value, k) =>
        assert.ok(Math.abs(value - affine[k]) < 1e-5, `${k}: ${value} ${affine[k]}`),
      );
    }
  });

  it("leaves the qform without a code where the axes are not at right angles, in both versions", async () => {
    const cases: [number, number][] = [
      [0.3, 0],
      [0.001, 0],
      [-0.0005, 0],
      [1e-6, 1],
      [0, 1],
    ];
    for (const version of [1, 2] as const)
      for (const [shear, code] of cases)
        for (const orientation of ["RAS", "LPS", "SPL"]) {
          const affine = [0.8, 0, 0, 1, 0, 0.9, 2 * shear, 2, 0, 0, 2, 3, 0, 0, 0, 1];
          const volume = reorient(createVolume(new Uint8Array(8), [2, 2, 2], { affine }), orientation);
          const path = `${folder.path}/shear.nii`;
          await writeVolume(path, volume, { version });
          const header = await readNiftiHeader(path);
          assert.deepEqual([header.qformCode, header.sformCode], [code, 1], `${shear} ${orientation}`);
          assert.deepEqual([...header.affine], [...volume.affine]);
        }
  });

  it("gives permuted axes a qform that is exactly a half turn", async () => {
    // KiTS masks lie so: x runs down the body.
    const affine = [0, 0, -0.75, 0, 0, -0.75, 0, 0, -3, 0, 0, 0, 0, 0, 0, 1];
    await writeVolume(`${folder.path}/turn.nii`, createVolume(new Uint8Array(8), [2, 2, 2], { affine }));
    const bytes = readFileSync(`${folder.path}/turn.nii`);
    bytes.writeInt16LE(0, 254);
    const alone = await readNiftiHeader(folder.write("qform.nii", bytes));
    alone.affine.forEach((value, k) =>
      assert.ok(Math.abs(value - affine[k]) < 1e-6, `${k}: ${value} ${affine[k]}`),
    );
  });

  it("keeps the exact numbers only while they round to the header's", async () => {
    const volume = createVolume(new Int16Array(2), [2, 1, 1], { spacingMm: [0.7, 0.8, 5.1] });
    const path = `${folder.path}/a.nii`;
    await writeVolume(path, volume);
    assert.deepEqual((await readNiftiHeader(path)).spacingMm, [0.7, 0.8, 5.1]);
    const bytes = readFileSync(path);
    // Another tool moves the grid by a millimetre and leaves the extension as it is.
    bytes.writeFloatLE(1, 280 + 12);
    const edited = await readNiftiHeader(folder.write("b.nii", bytes));
    assert.equal(edited.affine[3], 1);
    assert.equal(edited.affine[0], Math.fround(0.7));
    assert.deepEqual((await readVolume(`${folder.path}/b.nii`)).shape, [2, 1, 1]);
  });

  it("adds nothing to the header where 32 bits say it all", async () => {
    const path = `${folder.path}/a.nii`;
    await writeVolume(path, createVolume(new Int16Array(2), [2, 1, 1], { spacingMm: [0.5, 0.75, 5] }));
    assert.equal(readFileSync(path).length, 352 + 4);
  });

  it("takes NIfTI-2 for an axis that NIfTI-1 cannot count", async () => {
    const path = `${folder.path}/long.nii.gz`;
    const volume = createVolume(new Uint8Array(40000).fill(3), [40000, 1, 1], { spacingMm: [0.7, 0.7, 5] });
    await writeVolume(path, volume);
    assert.equal((await readNiftiHeader(path)).version, 2);
    sameVolume(await readVolume(path), volume);
    await assert.rejects(
      writeVolume(path, volume, { version: 1 }),
      /version: found 1, expected 2 for an axis of 40000/,
    );
  });

  it("keeps what a third file said", async () => {
    const source = folder.write(
      "source.nii",
      makeNifti({ slope: 0.3, inter: -1024, pixdim: [1, 0.7, 0.8, 5] }),
    );
    const volume = await readVolume(source);
    await writeVolume(`${folder.path}/copy.nii.gz`, volume);
    sameVolume(await readVolume(`${folder.path}/copy.nii.gz`), volume);
  });

  it("writes label maps, views into larger buffers included", async () => {
    const labels = toLabelMap(createVolume(Uint16Array.of(9, 9, 0, 300, 2).subarray(2, 5), [3, 1, 1]));
    const path = `${folder.path}/l.nii.gz`;
    await writeVolume(path, labels);
    assert.deepEqual((await readLabelMap(path)).data, Uint16Array.of(0, 300, 2));
    assert.equal(gunzipSync(readFileSync(path)).readInt16LE(70), 512);
  });

  it("refuses what could not be read back, and leaves no file", async () => {
    const volume = createVolume(new Int16Array(2), [2, 1, 1]);
    const path = `${folder.path}/a.nii.gz`;
    const attempts: [Promise<void>, RegExp][] = [
      [writeVolume(`${folder.path}/a.mha`, volume), /path: found .*a name that ends in \.nii\.gz or \.nii/],
      [writeVolume(path, { ...volume, shape: [3, 1, 1] }), /data: found "2 values", expected 3 values/],
      [writeVolume(path, { ...volume, spacingMm: [NaN, 1, 1] }), /spacingMm: found \[NaN, 1, 1\]/],
      [writeVolume(path, { ...volume, affine: Array<number>(16).fill(0) }), /last row of \[0, 0, 0, 1\]/],
      [writeVolume(path, volume, { level: 0 }), /level: found 0/],
      [writeVolume(path, volume, { description: "x".repeat(80) }), /description: .*at most 79/],
    ];
    for (const [attempt, pattern] of attempts) await assert.rejects(attempt, pattern);
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it("makes folders, replaces whole files, and keeps the old one when it fails", async () => {
    const volume = createVolume(Int16Array.of(1, 2), [2, 1, 1]);
    const path = `${folder.path}/deep/er/a.nii`;
    await writeVolume(path, volume);
    await writeVolume(path, createVolume(Int16Array.of(3, 4), [2, 1, 1]));
    assert.deepEqual([...(await readVolume(path)).data], [3, 4]);
    assert.deepEqual(readdirSync(`${folder.path}/deep/er`), ["a.nii"]);
    mkdirSync(`${folder.path}/taken.nii`);
    await assert.rejects(
      writeVolume(`${folder.path}/taken.nii`, volume),
      /taken\.nii: found "a folder of that name|ENOTEMPTY|EEXIST/,
    );
    assert.deepEqual(readdirSync(folder.path), ["deep", "taken.nii"]);
    if (process.getuid?.() !== 0) {
      chmodSync(`${folder.path}/deep`, 0o500);
      await assert.rejects(writeVolume(`${folder.path}/deep/b.nii`, volume), /b\.nii: found "no permission/);
      chmodSync(`${folder.path}/deep`, 0o700);
    }
    assert.ok(existsSync(path));
  });

  it("spaces its grids by the affine", async () => {
    const affine = [0, 0, 5, 1, -0.7, 0, 0, 2, 0, 0.8, 0, 3, 0, 0, 0, 1];
    const path = `${folder.path}/s.nii`;
    await writeVolume(path, createVolume(new Uint8Array(24), [2, 3, 4], { affine }));
    assert.deepEqual((await readVolume(path)).spacingMm, spacingOfAffine(affine));
  });
});
