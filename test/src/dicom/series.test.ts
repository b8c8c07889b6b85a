import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { applyAffine, isRigid } from "tumorlab/internal/core/affine";
import { LabError } from "tumorlab/internal/core/errors";
import { rescaleValue } from "tumorlab/internal/core/grid";
import { collectDicom } from "tumorlab/internal/dicom/collect";
import { listSources } from "tumorlab/internal/dicom/sources";
import { notesOf } from "tumorlab/internal/formats/notes";
import { readVolume } from "tumorlab/internal/formats/read";
import { makeDicom, makeSlice, type Part, type SliceSettings, syntaxes } from "./make-dicom";
import { makeZip } from "./make-zip";

describe("DICOM series", () => {
  let root: string;
  let count = 0;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "dicom-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const folderOf = (files: readonly Uint8Array[]): string => {
    const folder = path.join(root, String(++count));
    mkdirSync(folder);
    files.forEach((bytes, k) => writeFileSync(path.join(folder, `${(k * 7) % 11}-${k}.dcm`), bytes));
    return folder;
  };
  const pixel = (z: number) => (x: number, y: number) => 100 * z + 10 * y + x - 150;
  const slices = (positions: readonly (readonly number[])[], more: Partial<SliceSettings> = {}): Buffer[] =>
    positions.map((position, z) => makeSlice({ position, pixel: pixel(z), ...more }));
  const along = [0, 1, 2, 3, 4].map((z) => [-10, -20, 30 + 2.5 * z]);
  const near = (found: readonly number[], wanted: readonly number[], mm = 1e-9): void =>
    found.forEach((value, k) =>
      assert.ok(Math.abs(value - wanted[k]) <= mm, `${found.join()} is not ${wanted.join()}`),
    );

  for (const [name, syntax] of Object.entries(syntaxes))
    it(`reads ${name} transfer syntax, voxel by voxel`, async () => {
      const volume = await readVolume(folderOf(slices(along, { syntax })));
      assert.deepEqual(volume.shape, [6, 4, 5]);
      // Row spacing is 2, column spacing 1.5; LPS to RAS.
      near(volume.affine, [-1.5, 0, 0, 10, 0, -2, 0, 20, 0, 0, 2.5, 30, 0, 0, 0, 1]);
      for (let i = 0; i < 120; i++)
        assert.equal(volume.data[i], pixel(Math.floor(i / 24))(i % 6, Math.floor(i / 6) % 4));
      assert.deepEqual(notesOf(volume), []);
    });

  it("places prone and feet-first scans where their headers say", async () => {
    // By hand from PS3.3, C.7.6.2.1.1.
    const prone = await readVolume(folderOf(slices(along, { orientation: [-1, 0, 0, 0, -1, 0] })));
    near(prone.affine, [1.5, 0, 0, 10, 0, 2, 0, 20, 0, 0, 2.5, 30, 0, 0, 0, 1]);
    const feetFirst = await readVolume(folderOf(slices(along, { orientation: [-1, 0, 0, 0, 1, 0] })));
    // Along row x column means downward: the last file is the first slice.
    near(feetFirst.affine, [1.5, 0, 0, 10, 0, -2, 0, 20, 0, 0, -2.5, 40, 0, 0, 0, 1]);
    assert.equal(feetFirst.data[0], pixel(4)(0, 0));
  });

  /** A scan whose value is a plane in space: what is resampled must keep it. */
  const plane = (x: number, y: number, z: number): number => 3 * x + 20 * y + 40 * z;
  const scanOfPlane = (
    positions: readonly (readonly number[])[],
    orientation = [1, 0, 0, 0, 1, 0],
  ): Buffer[] =>
    positions.map((position) =>
      makeSlice({
        position,
        orientation,
        columns: 12,
        rows: 24,
        pixel: (c, r) =>
          Math.round(
            plane(
              ...([0, 1, 2].map(
                (k) => position[k] + 1.5 * c * orientation[k] + 2 * r * orientation[3 + k],
              ) as [number, number, number]),
            ),
          ),
      }),
    );
  const requirePlane = (volume: Awaited<ReturnType<typeof readVolume>>, fill: number): number => {
    let compared = 0;
    const [nx, ny, nz] = volume.shape;
    for (let z = 0; z < nz; z++)
      for (let y = 1; y < ny - 1; y++) {
        const stored = volume.data[nx * (y + ny * z) + 3];
        const around = [y - 1, y, y + 1].map((row) => volume.data[nx * (row + ny * z) + 3]);
        if (around.includes(fill)) continue;
        const [r, a, s] = applyAffine(volume.affine, [3, y, z]);
        const wanted = plane(-r, -a, s);
        if (Math.abs(stored - wanted) <= 2) compared++;
        else assert.ok(y < 8 || y > ny - 9, `${stored} at ${y}, ${z} is not ${wanted}`);
      }
    return compared;
  };

  it("straightens a tilted gantry, and says how far", async () => {
    const turn = (18.5 * Math.PI) / 180;
    const tilted = [1, 0, 0, 0, Math.cos(turn), -Math.sin(turn)];
    const volume = await readVolume(folderOf(scanOfPlane(along, tilted)));
    assert.ok(isRigid(volume.affine));
    // 10 mm along z are 10 sin 18.5 = 3.17 mm in the plane.
    assert.match(notesOf(volume)[0], /tilted by 18\.5 degrees: resampled .* largest displacement is 3\.2 mm/);
    assert.equal(volume.shape[1], 26);
    assert.ok(requirePlane(volume, Math.min(...volume.data)) > 60);
    await assert.rejects(
      readVolume(folderOf(scanOfPlane(along, tilted)), { irregular: "refuse" }),
      /tilted by 18\.5/,
    );
  });

  it("resamples uneven gaps, and says how far slices were off", async () => {
    const uneven = [0, 2, 5, 6.4, 9].map((z) => [-10, -20, z]);
    const volume = await readVolume(folderOf(scanOfPlane(uneven)));
    // A regular grid of 2.25 mm would put the third slice at 4.5 and the fourth at 6.75 mm.
    assert.match(notesOf(volume)[0], /1\.40 to 3\.00 mm apart: .* largest displacement is 0\.5 mm/);
    assert.deepEqual([volume.shape[2], volume.spacingMm[2].toFixed(4)], [7, "1.5000"]);
    assert.ok(requirePlane(volume, NaN) > 100);
  });

  it("refuses a missing slice and doubled ones, and passes copies over", async () => {
    const all = slices(along, {});
    await assert.rejects(readVolume(folderOf(all.filter((_, k) => k !== 2))), /as if 1 slice is missing/);
    const filled = await readVolume(folderOf(all.filter((_, k) => k !== 2)), { irregular: "resample" });
    assert.deepEqual(filled.shape, [6, 4, 5]);
    const other = makeSlice({ position: along[1], pixel: pixel(9) });
    await assert.rejects(readVolume(folderOf([...all, other])), /two slices in one place/);
    const copied = await readVolume(folderOf([...all, all[1]]));
    assert.match(notesOf(copied).join(), /a copy of another file/);
    assert.deepEqual(copied.shape, [6, 4, 5]);
  });

  it("lists several series, passes of one series too, and takes one by name or number", async () => {
    const folder = folderOf([
      ...slices(along),
      ...slices(along.slice(0, 3), { series: "9.9", seriesName: "Lung" }),
      ...slices(along, { acquisition: 2 }),
      Buffer.from("notes of somebody"),
      makeDicom([[0x00080060, "CS", "SR"]]),
    ]);
    await assert.rejects(
      readVolume(folder),
      /found "3 series", expected one of "Abdomen part 1" \(number 7, 5 slices\).*"Lung"/,
    );
    assert.deepEqual((await readVolume(folder, { series: "Lung" })).shape, [6, 4, 3]);
    await assert.rejects(readVolume(folder, { series: "Head" }), /series of .*found "Head"/);
    const { skipped, identifying } = await collectDicom(folder);
    assert.deepEqual(skipped.map(({ reason }) => reason).sort(), ["no DICOM", "no image"]);
    assert.deepEqual(identifying, { "Patient's Name": 13 });
  });

  it("takes a series by a pattern, of which the names themselves come first", async () => {
    const names = ["Abdomen (venous) 3.0", "t1_vibe*", "t1_vibe_late", "Lung"];
    const folder = folderOf(
      names.flatMap((seriesName, k) => slices(along.slice(0, k + 1), { series: `9.${k}`, seriesName })),
    );
    const countOf = async (series: string): Promise<number> =>
      (await readVolume(folder, { series })).shape[2];
    assert.equal(await countOf("*VENOUS*"), 1);
    assert.equal(await countOf("abdomen (v?nous) 3.0"), 1);
    assert.equal(await countOf("nothing*|l*g"), 4);
    assert.equal(await countOf("t1_vibe*"), 2);
    assert.equal(await countOf("T1*late"), 3);
    await assert.rejects(
      readVolume(folder, { series: "T1*" }),
      /found "T1\*", expected what fits one alone; it fits (?=.*"t1_vibe\*").*"t1_vibe_late"/,
    );
    // Neither part of a name nor what would be a regular expression.
    for (const series of ["lung*.", "abdomen", "lun", "[a-z]*"])
      await assert.rejects(
        readVolume(folder, { series }),
        /the name, number or UID of one of .*or a pattern/,
      );
  });

  it("splits slices of other sizes or orientation off, rather than mix them", async () => {
    const sizes = folderOf([...slices(along), ...slices([[0, 0, 99]], { columns: 8 })]);
    await assert.rejects(readVolume(sizes), /found "2 series"/);
    const turned = folderOf([
      ...slices(along),
      ...slices([[0, 0, 99]], { orientation: [0, 1, 0, 0, 0, -1] }),
    ]);
    await assert.rejects(readVolume(turned), /found "2 series"/);
  });

  it("takes the sign and bits that the header says, slope and intercept, and slices that differ in them", async () => {
    const raw = (value: number) => makeSlice({ position: [0, 0, 0], pixel: () => value, bitsStored: 12 });
    assert.equal((await readVolume(folderOf([raw(0xf800)]))).data[0], -2048);
    const plain = makeSlice({
      position: [0, 0, 0],
      pixel: () => 0xf064,
      bitsStored: 12,
      signed: false,
      intercept: -1024,
    });
    const volume = await readVolume(folderOf([plain]));
    assert.equal(rescaleValue(volume.data[0], volume.rescale), 100 - 1024);
    assert.match(notesOf(volume)[0], /one slice: its depth is the thickness/);
    const differing = [1, 2].map((slope, z) =>
      makeSlice({ position: [0, 0, z], pixel: () => 50, slope, intercept: -slope }),
    );
    const real = await readVolume(folderOf(differing));
    assert.deepEqual([real.data[0], real.data[24], real.rescale], [49, 98, undefined]);
    // Padding is a stored number, which means another one in each slice: no voxel of a tilted scan is filled with it.
    const tilted = [0, 1, 2].map((z) =>
      makeSlice({
        position: [0, 2 * z, 3 * z],
        pixel: () => 50,
        slope: z + 1,
        more: [[0x00280120, "SS", [-2000]]],
      }),
    );
    const straight = await readVolume(folderOf(tilted));
    assert.equal(Math.min(...straight.data), 50);
    assert.doesNotMatch(notesOf(straight).join(), /outside of the picture/);
  });

  it("reads the frames of an enhanced file, each in its place", async () => {
    const frames = [3, 1, 2].map((z): Part[] => [
      [0x00209113, "SQ", [[[0x00200032, "DS", `0\\0\\${4 * z}`]]]],
    ]);
    const shared: Part[] = [
      [0x00209116, "SQ", [[[0x00200037, "DS", "1\\0\\0\\0\\1\\0"]]]],
      [0x00289110, "SQ", [[[0x00280030, "DS", "2\\1.5"]]]],
      [
        0x00289145,
        "SQ",
        [
          [
            [0x00281052, "DS", "-1000"],
            [0x00281053, "DS", "2"],
          ],
        ],
      ],
    ];
    const us = (tag: number, value: number): Part => [tag, "US", [value]];
    const bytes = Uint8Array.from([3, 3, 3, 3, 1, 1, 1, 1, 2, 2, 2, 2]);
    for (const syntax of [syntaxes.little, syntaxes.implicit]) {
      const file = makeDicom(
        [
          [0x00080018, "UI", "1.5"],
          [0x00280008, "IS", "3"],
          ...[us(0x00280010, 2), us(0x00280011, 2), us(0x00280100, 8), us(0x00280103, 0)],
          [0x52009229, "SQ", [shared]],
          [0x52009230, "SQ", frames],
          [0x7fe00010, "OW", bytes],
        ],
        syntax,
      );
      const volume = await readVolume(folderOf([file]));
      assert.deepEqual([...volume.data], [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
      near(volume.affine, [-1.5, 0, 0, 0, 0, -2, 0, 0, 0, 0, 4, 4, 0, 0, 0, 1]);
      assert.deepEqual(volume.rescale, { slope: 2, intercept: -1000 });
    }
  });

  it("reads a series in a zip archive, and refuses a damaged one", async () => {
    const zip = makeZip(slices(along).map((bytes, k) => ({ name: `scan/${k}.dcm`, bytes })));
    const file = path.join(root, "scan.zip");
    writeFileSync(file, zip);
    assert.deepEqual((await readVolume(file)).shape, [6, 4, 5]);
    zip[60] ^= 255;
    writeFileSync(file, zip);
    await assert.rejects(readVolume(file), LabError);
    writeFileSync(file, zip.subarray(0, 300));
    await assert.rejects(readVolume(file), /no directory/);
  });

  it("reads the beginning of a file in an archive without the rest of it", async () => {
    const noise = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * i * 2654435761) >>> 13));
    const files = [noise, Buffer.alloc(60_000, "abc"), noise.subarray(0, 900)];
    const zip = makeZip(files.map((bytes, k) => ({ name: String(k), bytes })));
    const file = path.join(root, "starts.zip");
    writeFileSync(file, zip);
    for (const [k, source] of (await listSources(file)).entries()) {
      const start = await source.read(1000);
      const least = Math.min(1000, files[k].length);
      assert.ok(start.length >= least);
      assert.deepEqual(Buffer.from(start.subarray(0, least)), files[k].subarray(0, least));
      assert.deepEqual(Buffer.from(await source.read()), files[k]);
    }
    // Damage at its end is seen by who reads it whole alone.
    zip[40_000] ^= 255;
    writeFileSync(file, zip);
    const [first] = await listSources(file);
    assert.equal((await first.read(1000)).length < 60_000, true);
    await assert.rejects(first.read(), LabError);
  });

  const real = path.resolve(__dirname, "../../../../../shared/data/dicom_ct/In");
  it("reads real series where dcm2niix has them", async function () {
    if (!existsSync(real)) return this.skip();
    // dcm2niix -z n v1.0.20220720, read by nibabel 5.0.0: get_fdata().sum(), and the affine with its y axis turned back.
    const philips = await readVolume(path.join(real, "Philips"));
    near(
      philips.affine,
      [-0.451171875, 0, 0, 115.5, 0, -0.451171875, 0, 1.85, 0, 0, 5, 696.21, 0, 0, 0, 1],
      1e-4,
    );
    const sum = (philips.data as Uint16Array).reduce((total, value) => total + value - 1024, 0);
    assert.equal(sum, -6096677910);
    assert.match(notesOf(philips).join(), /DIRFILE is passed over: no image/);
    const sagittal = await readVolume(path.join(real, "HFP"));
    near(sagittal.affine, [0, 0, 4.8, -81.6, -1.015625, 0, 0, 130, 0, -1.015625, 0, 130, 0, 0, 0, 1], 1e-4);
    assert.equal(
      (sagittal.data as Uint16Array).reduce((total, value) => total + value, 0),
      579461108,
    );
    const tilted = await readVolume(path.join(real, "GE"));
    // dcm2niix makes 611 rows of it as well: `GE_2_Tilt_Eq_1.nii`.
    assert.deepEqual(tilted.shape.slice(0, 2), [512, 611]);
    assert.match(notesOf(tilted)[0], /tilted by 18\.5 degrees and 1\.08 to 7\.00 mm apart/);
  });
});
