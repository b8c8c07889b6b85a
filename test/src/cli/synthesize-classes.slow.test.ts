import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readClassesFile } from "tumorlab/internal/anatomy/classes-file";
import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { readLabelMap } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { openBank } from "tumorlab/internal/training/case-bank";
import { findLabelledScans, prepareScans } from "tumorlab/internal/training/cohort-scan";
import type { LabelledScan } from "tumorlab/internal/training/prepared-case";
import { presets } from "tumorlab/internal/training/training-config";
import { ballScan } from "../tumor/scans.js";
import { run } from "./run.js";

/** Numberings of hosts: the value of the organ and the names, of other structures too. */
interface Numbering {
  organ: TumorOrgan;
  value: number;
  names: Record<number, string>;
  /** Named in dataset.json (default) or by a shipped label map. */
  map?: string;
  /** The lesion's value afterwards. */
  lesion: number;
}

const numberings: Record<string, Numbering> = {
  TotalSegmentator: { organ: "liver", value: 5, names: {}, map: "totalsegmentator", lesion: 118 },
  AbdomenAtlas: { organ: "liver", value: 5, names: {}, map: "abdomenatlas", lesion: 27 },
  "nnU-Net's 1 and 2": { organ: "liver", value: 1, names: { 1: "liver", 2: "tumor" }, lesion: 2 },
  Decathlon: { organ: "pancreas", value: 1, names: { 1: "Pancreas", 2: "Cancer" }, lesion: 2 },
  KiTS: { organ: "kidney", value: 1, names: {}, map: "kits", lesion: 2 },
  PANORAMA: { organ: "pancreas", value: 4, names: {}, map: "panorama", lesion: 1 },
};

describe("what tumorlab synthesize writes, tumorlab train learns", function () {
  this.timeout(60_000);
  let root: string;
  const at = (...names: string[]): string => join(root, ...names);
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-chain-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  for (const [title, { organ, value, names, map, lesion }] of Object.entries(numberings))
    it(`whatever the numbering: ${title}`, async () => {
      const host = ballScan(24, [3, 3, 3], 32);
      const data = host.labels.data.map((label) => (label === 0 ? 0 : value));
      const [ct, labels] = [at(title, "scan.nii.gz"), at(title, "labels", "scan.nii.gz")];
      await writeVolume(ct, host.ct);
      await writeVolume(labels, { ...host.labels, data });
      if (!map) writeFileSync(at(title, "labels", "dataset.json"), JSON.stringify({ labels: names }));
      const out = at(title, "made");
      const words = ["--ct", ct, "--labels", labels, "--organ", organ, "--size", "small", "--seed", "1"];
      const made = await run("synthesize", ...words, "--out", out, ...(map ? ["--label-map", map] : []));
      assert.equal(made.code, 0, made.err);

      const written = await readLabelMap(join(out, "BDMAP_80000000", "combined_labels.nii.gz"));
      const count = (list: ArrayLike<number>, wanted: number): number =>
        Array.from(list).filter((each) => each === wanted).length;
      assert.ok(count(written.data, lesion) > 20, `lesion ${lesion}`);
      assert.equal(count(written.data, value) + count(written.data, lesion), count(data, value));
      assert.ok((await readClassesFile(out))?.labels[lesion], "classes.json names the lesion");

      const scans = await findLabelledScans(out);
      const structures = organ === "kidney" ? ["kidney_left", "kidney_right"] : [organ];
      const lesionName = { liver: "liver_lesion", pancreas: "pancreatic_lesion", kidney: "kidney_lesion" }[
        organ as "liver" | "pancreas" | "kidney"
      ];
      const targets = [
        { name: organ, structures },
        { name: "tumor", structures: [lesionName] },
      ];
      const recipe = { ...presets.tiny, targets, spacingMm: [3, 3, 3] as const };
      const [prepared] = await prepareScans(scans, recipe, at(title, "prepared"));
      const { labels: learned } = openBank({ kind: "files", paths: [prepared.file], maxBytes: 1e8 }).open(0);
      assert.deepEqual(
        [count(learned, 1), count(learned, 2)],
        [count(written.data, value), count(written.data, lesion)],
      );
      const { findings } = await verifyCohort(out);
      assert.deepEqual(
        findings.filter(({ check }) => check === "unexpected-label" || check === "label-values"),
        [],
      );
    });

  it("ends where nothing says what the values mean", async () => {
    const scan: Pick<LabelledScan, "ct" | "labels"> = ballScan(24, [3, 3, 3], 32);
    await writeVolume(at("bare", "ct.nii.gz"), scan.ct);
    await writeVolume(at("bare", "seg.nii.gz"), scan.labels);
    const words = ["--ct", at("bare", "ct.nii.gz"), "--labels", at("bare", "seg.nii.gz"), "--seed", "1"];
    const { code, err } = await run("synthesize", ...words, "--organ", "liver", "--out", at("none"));
    assert.equal(code, 1);
    assert.match(err, /seg\.nii\.gz, labels: found "values that nothing names".*--label-map/);
  });

  it("takes no label map for the scan", async () => {
    const map = at("KiTS", "labels", "scan.nii.gz");
    const words = ["--label-map", "kits", "--organ", "kidney", "--seed", "1", "--out", at("exchanged")];
    const { code, err } = await run("synthesize", "--ct", map, "--labels", map, ...words);
    assert.equal(code, 1);
    assert.match(err, /found "what looks like a label map", expected a CT in HU/);
  });

  it("keeps to one numbering in a folder", async () => {
    const folder = at("AbdomenAtlas", "made");
    const before = readFileSync(join(folder, "classes.json"), "utf8");
    const scan = ["--ct", at("KiTS", "scan.nii.gz"), "--labels", at("KiTS", "labels", "scan.nii.gz")];
    const more = ["--label-map", "kits", "--organ", "kidney", "--seed", "2", "--out", folder];
    const { code, err } = await run("synthesize", ...scan, ...more);
    assert.equal(code, 1);
    assert.match(err, /classes\.json, label 1: found "aorta", expected kidney/);
    assert.equal(readFileSync(join(folder, "classes.json"), "utf8"), before);
  });
});
