import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { Volume } from "tumorlab/internal/core/types";
import { openScan, type Scan, tellAbsent } from "tumorlab/internal/data/open-scan";
import { writeVolume } from "tumorlab/internal/formats/write";
import { measureRegions } from "tumorlab/internal/volume/regions";
import { onTinyGrid, paintBoxes, tinyCt, tinyLesion, tinyOrgans, writeTinyCohort } from "./tiny-cohort.js";

const real = path.resolve("../shared/data");

describe("openScan", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "open-scan-"))));
  after(() => rm(folder, { recursive: true }));

  const maps = () => onTinyGrid(paintBoxes([...tinyOrgans, tinyLesion]));
  async function write(...files: [string, Parameters<typeof writeVolume>[1]][]): Promise<void> {
    for (const [name, volume] of files) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeVolume(path.join(folder, name), volume);
    }
  }
  function found({ name, organs, tumors, notes }: Scan): unknown[] {
    return [name, [...organs].sort(), tumors, notes];
  }
  const abdomen = [["liver", "pancreas"], ["liver_lesion"], []];

  it("opens the shipped scan by its name, with what it is", async () => {
    const scan = await openScan("abdomen-ct", { scale: "tiny" });
    assert.equal(scan.kind, "CT, plain");
    assert.match(scan.about.join("\n"), /phase: plain, by the aorta of \d+ HU\nlabelled: 61 structures, no/);
    assert.deepEqual([scan.notes, scan.tumors, scan.license], [[], [], "Apache-2.0"]);
    assert.equal(
      tellAbsent(scan.labels, ["liver", "gall_bladder", "esophagus", "uterus"]),
      "Not labelled in this scan, and left out: esophagus, uterus.",
    );
    assert.equal(tellAbsent(scan.labels, ["liver", "gall_bladder"]), "");
  });

  it("opens a case of AbdomenAtlas by its folder, its scan or the cohort's folder", async () => {
    const atlas = path.join(folder, "atlas");
    await writeTinyCohort(atlas, ["BDMAP_1", "BDMAP_2"]);
    for (const each of ["BDMAP_2", "BDMAP_2/ct.nii.gz"])
      assert.deepEqual(found(await openScan(path.join(atlas, each))), ["BDMAP_2", ...abdomen]);
    assert.deepEqual(found(await openScan(atlas, { case: "BDMAP_2" })), ["BDMAP_2", ...abdomen]);
    const first = await openScan(atlas);
    assert.equal(first.name, "BDMAP_1");
    assert.match(first.notes.join(), /holds 2 cases; BDMAP_1 is opened/);
    await assert.rejects(
      openScan(atlas, { case: "BDMAP_9" }),
      /case: found "BDMAP_9", expected BDMAP_1, BDMAP_2/,
    );
  });

  it("takes a folder of masks that lies elsewhere as labels", async () => {
    const mask = (name: string, value: number): [string, Volume] => {
      const map = maps();
      return [
        `masks/${name}.nii.gz`,
        { ...map, data: Uint8Array.from(map.data, (each) => Number(each === value)) },
      ];
    };
    await write(
      ["alone/ct.nii.gz", tinyCt(1)],
      mask("liver", 5),
      mask("pancreas", 6),
      mask("liver_tumor", 27),
    );
    const scan = await openScan(path.join(folder, "alone/ct.nii.gz"), { labels: path.join(folder, "masks") });
    assert.deepEqual(found(scan).slice(1), abdomen);
  });

  it("does not stumble over folders beside the scan that are taken away meanwhile", async () => {
    await write(["busy/ct.nii.gz", tinyCt(1)]);
    const others = Array.from({ length: 40 }, (_, i) => path.join(folder, "busy", `other-${i}`));
    for (let round = 0; round < 3; round++) {
      for (const each of others) await mkdir(path.join(each, "deeper"), { recursive: true });
      // The last of the listing goes first, so that most are gone when they are looked into.
      const takeAway = async (): Promise<void> => {
        for (const each of [...others].reverse()) await rm(each, { recursive: true });
      };
      const [scan] = await Promise.all([openScan(path.join(folder, "busy/ct.nii.gz")), takeAway()]);
      assert.equal(found(scan)[0], "busy");
    }
  });

  it("opens an nnU-Net case with the names of its dataset.json", async () => {
    await write(["nnunet/imagesTr/one_0000.nii.gz", tinyCt(1)], ["nnunet/labelsTr/one.nii.gz", maps()]);
    const labels = { background: 0, liver: 5, pancreas: 6, liver_tumor: 27 };
    await writeFile(path.join(folder, "nnunet/dataset.json"), JSON.stringify({ labels }));
    for (const each of ["nnunet", "nnunet/imagesTr/one_0000.nii.gz"])
      assert.deepEqual(found(await openScan(path.join(folder, each))), ["one", ...abdomen]);
  });

  it("finds the richest label map on the grid of a picture of any name, and names beside it", async () => {
    await write(
      ["loose/patient.nrrd", tinyCt(1)],
      ["loose/few.nii.gz", onTinyGrid(paintBoxes(tinyOrgans, 1))],
      ["loose/many.nii.gz", maps()],
      ["loose/other-grid.nii.gz", createVolume(new Uint8Array(8), [2, 2, 2], { spacingMm: [1, 1, 1] })],
    );
    const names = { 5: "liver", 6: "pancreas", 27: "liver_tumor" };
    await writeFile(path.join(folder, "loose/label_names.json"), JSON.stringify({ labels: names }));
    const scan = await openScan(path.join(folder, "loose"));
    assert.deepEqual(found(scan).slice(0, 3), ["patient", ...abdomen.slice(0, 2)]);
    assert.match(scan.notes.join(), /taken from many.nii.gz; few.nii.gz lies beside it/);
  });

  it("says that nothing names a value, and takes the name that is given", async () => {
    await write(
      ["pair/thigh_CT_image.nii.gz", tinyCt(1)],
      ["pair/thigh_CT_mask.nii.gz", onTinyGrid(paintBoxes([tinyLesion], 1))],
    );
    const file = path.join(folder, "pair/thigh_CT_image.nii.gz");
    const nameless = await openScan(file);
    assert.match(
      nameless.notes.join(),
      /nothing says what value 1 of thigh_CT_mask stands for.*\{ 1: "tumor" \}/,
    );
    assert.equal(nameless.kind, "CT, phase not known");
    const named = await openScan(file, { names: { 1: "tumor" } });
    assert.deepEqual(found(named), ["thigh_CT", [], ["tumor"], []]);
  });

  it("brings labels of another grid onto the scan's, and has an empty map where there are none", async () => {
    const coarse = new Uint8Array(12 * 10 * 12).fill(5);
    await write(
      ["alone/scan.mha", tinyCt(1)],
      [
        "coarse/labels.nii.gz",
        createVolume(coarse, [12, 10, 12], {
          affine: [3, 0, 0, -17.25, 0, 3, 0, -14.25, 0, 0, 3, 100, 0, 0, 0, 1],
        }),
      ],
    );
    const file = path.join(folder, "alone/scan.mha");
    const empty = await openScan(file);
    assert.deepEqual(found(empty).slice(1, 3), [[], []]);
    assert.match(empty.notes.join(), /no labels were found beside it/);
    assert.ok(empty.labels.data.every((value) => value === 0));
    const other = await openScan(file, {
      labels: path.join(folder, "coarse/labels.nii.gz"),
      labelMap: "abdomenatlas",
    });
    assert.deepEqual([other.organs, other.labels.shape], [["liver"], [24, 20, 12]]);
    assert.match(other.notes.join(), /another grid/);
  });

  it("keeps thick slices at scale tiny", async () => {
    const scan = await openScan(path.join(folder, "alone/scan.mha"), { scale: "tiny" });
    assert.deepEqual(scan.ct.shape, [12, 10, 12]);
  });

  it("says of numbers that cannot be HU that they are none", async () => {
    const data = Uint16Array.from({ length: 24 * 20 * 12 }, (_, i) => (i * 37) % 1000);
    await write(["mri/t1.nii.gz", onTinyGrid(data)]);
    const scan = await openScan(path.join(folder, "mri/t1.nii.gz"));
    assert.deepEqual([scan.kind, scan.isHu, scan.phase], ["scan, not in HU", false, undefined]);
    assert.match(scan.notes.join(), /no value below 0 HU/);
  });

  it("opens label maps alone, of which no voxel has a value", async () => {
    await write(["masks/a_segmentation.nii.gz", toLabelMap(maps(), {})]);
    for (const each of ["masks", "masks/a_segmentation.nii.gz"]) {
      const scan = await openScan(path.join(folder, each), { labelMap: "abdomenatlas" });
      assert.deepEqual([scan.kind, scan.isHu], ["labels without a scan", false]);
      assert.deepEqual([[...scan.organs].sort(), scan.tumors], abdomen.slice(0, 2));
      assert.match(scan.notes.join(), /labels without a scan: they are counted and drawn/);
      const [first] = measureRegions(scan.labels, scan.ct);
      assert.ok(first.voxels > 0 && Number.isNaN(first.meanHu));
    }
  });

  it("refuses what is not there", async () => {
    await assert.rejects(openScan(path.join(folder, "nowhere")), /nothing there/);
  });

  it("opens real scans of two data sets by their paths", async function () {
    if (!existsSync(path.join(real, "ibsi_sts_tumour"))) return this.skip();
    const part = await openScan(path.join(real, "totalsegmentator"));
    assert.deepEqual([part.organs.length, part.kind], [41, "CT, plain"]);
    const thigh = await openScan(path.join(real, "ibsi_sts_tumour/STS_002_CT_image.nii.gz"), {
      names: { 1: "tumor" },
    });
    assert.deepEqual([thigh.tumors, thigh.notes], [["tumor"], []]);
  });
});
