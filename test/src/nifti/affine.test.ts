import assert from "node:assert/strict";
import { orientationOf } from "tumorlab/internal/core/affine";
import { formsDisagree } from "tumorlab/internal/nifti/affine";
import { readNiftiHeader, readVolume } from "tumorlab/internal/nifti/read";
import { readGolden } from "../../golden/volumes.js";
import { makeNifti, useFolder, type NiftiParts } from "./make-nifti.js";

describe("geometry of a header", () => {
  const folder = useFolder();
  const read = (parts: NiftiParts) => readNiftiHeader(folder.write("a.nii", makeNifti(parts)));
  const near = (found: readonly number[], expected: readonly number[], tolerance: number) =>
    found.forEach((value, k) =>
      assert.ok(Math.abs(value - expected[k]) <= tolerance, `${k}: ${value}, expected ${expected[k]}`),
    );

  it("gives nibabel's matrix of a qform, left- and right-handed, in both versions", async () => {
    const golden = readGolden<{ version: 1 | 2; quaternion: number[]; qfac: number; affine: number[] }>(
      "qform",
    );
    assert.equal(golden.cases.length, 48);
    for (const { version, quaternion, qfac, affine } of golden.cases) {
      const header = await read({
        version,
        sformCode: 0,
        qformCode: 1,
        quaternion,
        qoffset: [-10.5, 20, 30],
        pixdim: [qfac, 0.7, 0.8, 5, 1, 1, 1, 1],
      });
      assert.equal(header.affineFrom, "qform");
      near(header.affine, affine, 1e-12);
      assert.deepEqual(header.spacingMm, version === 1 ? [0.7, 0.8, 5].map(Math.fround) : [0.7, 0.8, 5]);
    }
  });

  it("takes the sform over the qform whenever its code is above 0", async () => {
    const both = {
      qformCode: 4,
      sformCode: 1,
      sform: [-2, 0, 0, 9, 0, 3, 0, 8, 0, 0, 4, 7],
      pixdim: [1, 2, 3, 4],
    };
    for (const version of [1, 2] as const) {
      const header = await read({ ...both, version });
      assert.equal(header.affineFrom, "sform");
      assert.deepEqual(header.affine, [-2, 0, 0, 9, 0, 3, 0, 8, 0, 0, 4, 7, 0, 0, 0, 1]);
      assert.equal((await read({ ...both, version, sformCode: 0 })).affineFrom, "qform");
    }
  });

  it("falls back to the spacing alone, from the origin", async () => {
    const header = await read({ version: 2, sformCode: 0, pixdim: [-1, 0.7, 0.8, 5] });
    assert.equal(header.affineFrom, "spacing");
    assert.deepEqual(header.affine, [0.7, 0, 0, 0, 0, 0.8, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1]);
  });

  it("tells how far apart qform and sform put a corner, whatever the unit and version", async () => {
    const sform = [0.7, 0, 0, -10, 0, 0.8, 0, -20, 0, 0, 5, 30];
    for (const version of [1, 2] as const) {
      const both = { version, qformCode: 1, sformCode: 2, sform };
      assert.ok((await read(both)).formsApartMm! < 1e-5);
      assert.ok(Math.abs((await read({ ...both, qoffset: [-10, -17, 34] })).formsApartMm! - 5) < 1e-5);
      // Half a turn about z: corner x of 3 voxels lies 2 x 2.1 mm off, corner y of 2 voxels 2 x 1.6 mm.
      const turned = await read({ ...both, quaternion: [0, 0, 1] });
      assert.ok(Math.abs(turned.formsApartMm! - Math.hypot(4.2, 3.2)) < 1e-5, String(turned.formsApartMm));
      const metres = {
        ...both,
        units: 1,
        sform: sform.map((mm) => mm / 1000),
        pixdim: [1, 7e-4, 8e-4, 5e-3],
      };
      const far = await read({ ...metres, qoffset: [-0.01, -0.02, 0.04] });
      assert.ok(Math.abs(far.formsApartMm! - 10) < 1e-4, String(far.formsApartMm));
      assert.equal((await read({ ...both, qoffset: [NaN, 0, 0] })).formsApartMm, Infinity);
      assert.equal((await read({ ...both, qformCode: 0, qoffset: [9, 9, 9] })).formsApartMm, undefined);
    }
    assert.equal(formsDisagree({ formsApartMm: 0.3, spacingMm: [0.7, 0.7, 5] }), false);
    assert.equal(formsDisagree({ formsApartMm: 0.6, spacingMm: [3, 3, 3] }), true);
    assert.equal(formsDisagree({ spacingMm: [3, 3, 3] }), false);
  });

  it("repairs a quaternion longer than 1 into a half turn", async () => {
    const header = await read({
      version: 2,
      sformCode: 0,
      qformCode: 1,
      quaternion: [0, 0, 1.2],
      pixdim: [1, 1, 1, 5],
    });
    near(header.affine, [-1, 0, 0, -10, 0, -1, 0, -20, 0, 0, 5, 30, 0, 0, 0, 1], 1e-12);
  });

  it("takes spacing from the affine where pixdim contradicts it, and its size where it is negative", async () => {
    const sform = [3, 0, 0, 0, 0, 0, -2, 0, 0, 4, 0, 0];
    assert.deepEqual((await read({ sform, pixdim: [1, 1, 1, 1] })).spacingMm, [3, 4, 2]);
    assert.deepEqual((await read({ sform, pixdim: [1, 0, 0, 0] })).spacingMm, [3, 4, 2]);
    assert.deepEqual((await read({ sform, pixdim: [1, -3, -4, -2] })).spacingMm, [3, 4, 2]);
    assert.deepEqual((await read({ sformCode: 0, pixdim: [1, -3, 4, 2] })).spacingMm, [3, 4, 2]);
    assert.deepEqual(
      (await read({ sformCode: 0, dim: [2, 4, 3, 0], pixdim: [1, 3, 4, 0] })).spacingMm,
      [3, 4, 1],
    );
  });

  it("turns metres and micrometres into millimetres", async () => {
    for (const [units, factor] of [
      [1, 1000],
      [3, 0.001],
      [2, 1],
      [0, 1],
    ]) {
      const sized = {
        version: 2 as const,
        units,
        pixdim: [1, 2, 3, 4],
        sform: [2, 0, 0, 1, 0, 3, 0, 1, 0, 0, 4, 1],
      };
      for (const codes of [{ sformCode: 1 }, { sformCode: 0, qformCode: 1 }, { sformCode: 0 }]) {
        const header = await read({ ...sized, ...codes });
        near(header.spacingMm, [2 * factor, 3 * factor, 4 * factor], 1e-15 * factor);
        near([header.affine[0], header.affine[5], header.affine[10]], header.spacingMm, 1e-15 * factor);
      }
    }
  });

  it("names oblique and sheared grids as nibabel does", () => {
    for (const { affine, code } of readGolden<{ affine: number[]; code: string }>("orientation").cases)
      assert.equal(orientationOf(affine), code);
  });

  it("carries the geometry into the volume", async () => {
    const path = folder.write("a.nii.gz", makeNifti({ sform: [0, -0.8, 0, 1, 0.7, 0, 0, 2, 0, 0, 5, 3] }));
    const { affine, spacingMm } = await readVolume(path);
    assert.equal(orientationOf(affine), "ALS");
    assert.deepEqual(spacingMm, [0.7, 0.8, 5].map(Math.fround));
  });
});
