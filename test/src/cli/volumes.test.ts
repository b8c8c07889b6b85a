import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Vec3 } from "tumorlab/internal/core/types";
import { makeNifti } from "../nifti/make-nifti.js";
import { writeBoxes } from "./boxes.js";
import { run } from "./run.js";

describe("tumorlab resample, reorient and components", () => {
  let folder: string;
  const at = (...names: string[]): string => join(folder, ...names);
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-cli-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const boxes: [number, Vec3, Vec3][] = [
    [1, [0, 0, 0], [2, 2, 2]],
    [1, [4, 3, 2], [6, 5, 4]],
  ];
  before(() => writeBoxes(at("two.nii.gz"), boxes));
  const infoOf = async (
    file: string,
  ): Promise<{ shape: number[]; spacingMm: number[]; orientation: string; labels: object }> =>
    JSON.parse((await run("info", "--json", file)).out);

  it("resample gives the spacing asked for, and the grid of another file back", async () => {
    const finer = await run(
      "resample",
      at("two.nii.gz"),
      "--out",
      at("fine.nii.gz"),
      "--spacing-mm",
      "0.5,1,1.25",
      "--method",
      "nearest",
      "--json",
    );
    assert.equal(finer.code, 0, finer.err);
    assert.deepEqual(JSON.parse(finer.out).shape, [12, 10, 8]);
    const fine = await infoOf(at("fine.nii.gz"));
    assert.deepEqual(fine.spacingMm, [0.5, 1, 1.25]);
    assert.deepEqual(fine.labels, { 0: 960 - 128, 1: 128 });
    await run(
      "resample",
      at("fine.nii.gz"),
      "--out",
      at("back.nii.gz"),
      "--like",
      at("two.nii.gz"),
      "--method",
      "nearest",
    );
    assert.deepEqual((await infoOf(at("back.nii.gz"))).labels, (await infoOf(at("two.nii.gz"))).labels);
  });

  it("reorient turns the axes and loses nothing", async () => {
    const { out } = await run(
      "reorient",
      at("two.nii.gz"),
      "--out",
      at("turned.nii.gz"),
      "--orientation",
      "SLP",
    );
    assert.match(out, /4 x 6 x 5 voxels of 2\.5 x 1 x 2 mm, SLP/);
    await run("reorient", at("turned.nii.gz"), "--out", at("again.nii.gz"));
    assert.deepEqual(
      { ...(await infoOf(at("again.nii.gz"))), file: "" },
      { ...(await infoOf(at("two.nii.gz"))), file: "" },
    );
  });

  it("components measures each piece and paints their numbers", async () => {
    const { out } = await run(
      "components",
      at("two.nii.gz"),
      "--label-map",
      "kits",
      "--out",
      at("pieces.nii.gz"),
      "--json",
    );
    const { components } = JSON.parse(out);
    assert.equal(components.length, 2);
    // 8 voxels of 1 x 2 x 2.5 mm are 0.04 ml; the first box spans voxels 0 and 1
    assert.ok(Math.abs(components[0].volumeMl - 0.04) < 1e-12);
    assert.deepEqual(components[0].centroidMm, [0.5, 1, 1.25]);
    assert.deepEqual(
      [components[1].boxMin, components[1].boxMax],
      [
        [4, 3, 2],
        [5, 4, 3],
      ],
    );
    assert.equal(components[1].name, "kidney");
    assert.deepEqual((await infoOf(at("pieces.nii.gz"))).labels, { 0: 104, 1: 8, 2: 8 });
    assert.match((await run("components", at("two.nii.gz"))).out, /label 1 +8 +0\.04/);
  });

  it("refuse bad words and leave nothing behind", async () => {
    const out = ["--out", at("never.nii.gz")];
    const faults: [string[], RegExp, number][] = [
      [["resample", at("two.nii.gz"), ...out], /either --spacing-mm or --like/, 2],
      [["resample", at("two.nii.gz"), ...out, "--spacing-mm", "1,2"], /--spacing-mm: found "1,2"/, 1],
      [
        ["resample", at("two.nii.gz"), ...out, "--spacing-mm", "1", "--method", "cubic"],
        /expected linear or nearest/,
        2,
      ],
      [["resample", at("two.nii.gz"), "--spacing-mm", "1"], /--out is missing/, 2],
      [["reorient", at("two.nii.gz"), ...out, "--orientation", "RAX"], /RAX/, 1],
      [["reorient", at("none.nii.gz"), ...out], /none\.nii\.gz/, 1],
      [["components", at("two.nii.gz"), "--connectivity", "8"], /6, 18 or 26/, 2],
      [["resample", at("two.nii.gz"), "--out", at("never.txt"), "--spacing-mm", "1"], /never\.txt/, 1],
      [
        ["reorient", at("two.nii.gz"), "--out", at("two.nii.gz", "in.nii.gz")],
        /in\.nii\.gz: found "a file where its folder would be", expected a place that can be written/,
        1,
      ],
      [
        ["resample", at("two.nii.gz"), ...out, "--spacing-mm", "1", "--volume", "3"],
        /two\.nii\.gz volume: found 3, expected one volume.*--volume 0 on a command line/,
        1,
      ],
    ];
    for (const [args, message, exit] of faults) {
      const { code, err } = await run(...args);
      assert.match(err, message);
      assert.equal(code, exit, err);
    }
    assert.equal(existsSync(at("never.nii.gz")), false);
  });
});

describe("tumorlab info", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-info-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  it("shows codes, what they leave open, shear, ml of labels by name and what is not finite", async () => {
    const sform = [2, 0, 1, 0, 0, 3, 0, 0, 0, 0, 5, 0];
    const file = write(
      "map.nii",
      makeNifti({
        datatype: 2,
        sform,
        qformCode: 1,
        qoffset: [0, 0, 9],
        pixdim: [1, 2, 3, 5],
        voxels: Array.from({ length: 24 }, (_, i) => i % 3),
      }),
    );
    write("dataset.json", Buffer.from('{"labels": {"background": 0, "liver": 1}}'));
    const text = (await run("info", file)).out;
    assert.match(text, /RAS, axes not at right angles \(11\.\d+ degrees off\)/);
    assert.match(text, /qform code 1, sform code 1; they disagree: corners lie up to 9\.\d+ mm apart/);
    assert.match(text, / 1 {2}8 voxels {2}0\.240 ml {2}liver\n/);
    assert.doesNotMatch(text, /not finite/);
    const told = JSON.parse((await run("info", "--json", file)).out);
    assert.deepEqual([told.qformCode, told.sformCode, told.affineFrom], [1, 1, "sform"]);
    assert.deepEqual(told.labelNames, { 1: "liver" });
    assert.ok(Math.abs(told.labelsMl[2] - 0.24) < 1e-9);

    const bare = write(
      "bare.nii",
      makeNifti({ datatype: 16, sformCode: 0, voxels: [NaN, Infinity, ...Array(22).fill(0.5)] }),
    );
    const other = (await run("info", bare)).out;
    assert.match(other, /orientation {2}not stated/);
    assert.match(other, /not finite {3}2 voxels are NaN or infinite/);
    assert.equal(JSON.parse((await run("info", "--json", bare)).out).notFinite, 2);
  });
});
