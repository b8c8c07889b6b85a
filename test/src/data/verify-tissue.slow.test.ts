import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Vec3, Volume } from "tumorlab/internal/core/types";
import { openSample, sampleNames } from "tumorlab/internal/data/samples";
import { checkTissue } from "tumorlab/internal/data/verify/check-tissue";
import { verifyCohort } from "tumorlab/internal/data/verify/verify";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";

/** The same grid with its voxels turned round along the axes of `axes`, bit 0 being x. */
function mirror<V extends Volume>(volume: V, axes: number): V {
  const [nx, ny, nz] = volume.shape;
  const data = volume.data.slice();
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++)
        data[i] =
          volume.data[
            (axes & 1 ? nx - 1 - x : x) +
              nx * ((axes & 2 ? ny - 1 - y : y) + ny * (axes & 4 ? nz - 1 - z : z))
          ];
  return { ...volume, data };
}

const check = (ct: Volume, labels: LabelMap, names = labels.names) =>
  checkTissue("c", ct, "ct.nii.gz", labels, names, (value) => `label-${value}.nii.gz`);
/** All organs in one file. */
const checkMap = (ct: Volume, labels: LabelMap) =>
  checkTissue("c", ct, "ct.nii.gz", labels, labels.names, () => "labels.nii.gz");
const only = ({ names }: LabelMap, pattern: RegExp): Record<number, string> =>
  Object.fromEntries(Object.entries(names).filter(([, name]) => pattern.test(name)));

describe("cohort verify, labels against the image", function () {
  this.timeout(120_000);
  /** Phantoms of each phase: without contrast agent, arterial, venous. */
  const phantoms: { phase: string; ct: Volume; labels: LabelMap }[] = [];
  let sample: { ct: Volume; labels: LabelMap };
  before(async () => {
    for (let index = 0; phantoms.length < 3; index++) {
      const options = { seed: 5, spacingMm: 5, shape: [80, 72, 72] as Vec3 };
      const { ct, labels, metadata } = createPhantomCase(index, options);
      if (!phantoms.some(({ phase }) => phase === metadata.phase))
        phantoms.push({ phase: metadata.phase, ct, labels });
    }
    sample = await openSample(sampleNames[0]);
  });

  it("finds nothing in labels that lie right: the real sample, phantoms of every phase, each organ alone, with noise", () => {
    assert.deepEqual(phantoms.map(({ phase }) => phase).sort(), ["arterial", "plain", "venous"]);
    for (const { ct, labels } of [sample, ...phantoms]) {
      assert.deepEqual(checkMap(ct, labels), []);
      for (const organ of [/^liver$/, /^spleen$/, /^kidney/, /^kidney_left$/, /^lung/])
        assert.deepEqual(check(ct, labels, only(labels, organ)), []);
      const stream = createKey(1).split("noise").stream();
      const noisy = { ...ct, data: Float32Array.from(ct.data, (hu) => hu + 60 * stream.normal()) };
      assert.deepEqual(checkMap(noisy, labels), []);
    }
  });

  it("finds nothing in a fatty liver, nor in cuts through the body", () => {
    for (const { ct, labels } of [sample, ...phantoms]) {
      const liver = Number(Object.keys(only(labels, /^liver$/))[0]);
      const fatty = Float32Array.from(ct.data, (hu, i) => (labels.data[i] === liver ? hu - 75 : hu));
      assert.deepEqual(checkMap({ ...ct, data: fatty }, labels), []);
    }
    const stream = createKey(2).split("cuts").stream();
    const { ct, labels } = sample;
    for (let time = 0; time < 20; time++) {
      const from = ct.shape.map((n) => Math.floor(stream.uniformBetween(0, 0.6 * n)));
      const size = ct.shape.map((n, axis) => Math.min(n - from[axis], Math.ceil(0.4 * n)));
      const cut = <V extends Volume>(volume: V): V => {
        const [nx, ny] = volume.shape;
        const at = (i: number): number => {
          const [x, y, z] = [
            i % size[0],
            Math.floor(i / size[0]) % size[1],
            Math.floor(i / (size[0] * size[1])),
          ];
          return x + from[0] + nx * (y + from[1] + ny * (z + from[2]));
        };
        const data = volume.data.slice(0, size[0] * size[1] * size[2]);
        for (let i = 0; i < data.length; i++) data[i] = volume.data[at(i)];
        return { ...volume, data, shape: [size[0], size[1], size[2]] };
      };
      assert.deepEqual(checkMap(cut(ct), cut(labels)), [], `${from.join(", ")} on`);
    }
  });

  const ways: [number, RegExp][] = [
    [1, /Mirrored along x \(left to right\) the labels fit/],
    [2, /Mirrored along y \(front to back\) the labels fit/],
    [4, /Mirrored along z \(head to foot\) the labels fit/],
    [3, /Mirrored along x \(left to right\) and y \(front to back\) the labels fit/],
  ];
  for (const [axes, pattern] of ways)
    it(`tells labels turned round and how: ${pattern.source.slice(15, 45)}`, () => {
      for (const { ct, labels } of [sample, ...phantoms]) {
        const [finding, ...more] = checkMap(ct, mirror(labels, axes));
        assert.deepEqual(more, []);
        assert.equal(finding.check, "wrong-tissue");
        assert.match(finding.message, pattern);
        assert.match(finding.found, /liver with median -?\d+ HU, \d+(\.\d+)? % below -80/);
        assert.match(finding.expected, /liver 20 to 180 HU/);
        // The image may as well be the one that was turned.
        assert.match(checkMap(mirror(ct, axes), labels)[0].message, pattern);
      }
    });

  it("names the axis by the patient, however the voxels run", () => {
    const { ct, labels } = sample;
    const affine = [0, 3, 0, 0, 0, 0, 3, 0, 3, 0, 0, 0, 0, 0, 0, 1];
    const turned = mirror({ ...labels, affine }, 4);
    assert.match(checkMap({ ...ct, affine }, turned)[0].message, /along z \(front to back\)/);
  });

  it("tells each mask by its own file, and labels that no mirror mends", () => {
    const { ct, labels } = sample;
    const lungs = only(labels, /^lung/);
    const [lung] = Object.keys(lungs).map(Number);
    const called = { [Number(Object.keys(only(labels, /^liver$/))[0])]: "lung_left", [lung]: "liver" };
    const exchanged = check(ct, labels, called);
    assert.deepEqual(
      exchanged.map(({ file }) => file).sort(),
      Object.keys(called)
        .map((value) => `label-${value}.nii.gz`)
        .sort(),
    );
    assert.match(exchanged[0].message, /under another organ's name\?$/);
    const far = { ...labels, data: labels.data.map((_, i) => labels.data[i + 30 * 122 * 101] ?? 0) };
    assert.match(checkMap(ct, far)[0].message, /liver .*are the labels shifted, of another scan/);
    assert.deepEqual(check(ct, labels, { 5: "something", 9: "stomach" }), []);
  });

  describe("in a folder", () => {
    let root: string;
    before(() => (root = mkdtempSync(join(tmpdir(), "verify-tissue-"))));
    after(() => rmSync(root, { recursive: true, force: true }));
    const verify = async (name: string, ct: Volume, labels: Volume, names: Record<string, number>) => {
      const folder = join(root, name);
      await writeVolume(join(folder, "imagesTr", "c_0000.nii.gz"), ct);
      await writeVolume(join(folder, "labelsTr", "c.nii.gz"), labels);
      const dataset = { channel_names: { 0: "CT" }, labels: { background: 0, ...names }, numTraining: 1 };
      writeFileSync(join(folder, "dataset.json"), JSON.stringify({ ...dataset, file_ending: ".nii.gz" }));
      return verifyCohort(folder);
    };
    const shape: Vec3 = [30, 26, 20];
    /** A ball in air with a smaller one in it, off the middle of the grid by a voxel. */
    const ball = (): { ct: Volume; labels: LabelMap } => {
      const stream = createKey(3).split("ball").stream();
      const labels = new Uint8Array(30 * 26 * 20);
      for (let i = 0; i < labels.length; i++) {
        const [x, y, z] = [i % 30, Math.floor(i / 30) % 26, Math.floor(i / 780)];
        const far = Math.hypot(x - 15.5, y - 12.5, z - 9.5);
        labels[i] = far < 3 ? 2 : far < 8 ? 1 : 0;
      }
      const ct = Int16Array.from(labels, (label) =>
        Math.round((label === 0 ? -850 : 60) + 12 * stream.normal()),
      );
      return {
        ct: createVolume(ct, shape, { spacingMm: [2, 2, 2] }),
        labels: toLabelMap(createVolume(labels, shape, { spacingMm: [2, 2, 2] }), {}),
      };
    };

    it("warns of labels that are off at their edge alone, and not where the image is in no HU or the grids differ", async () => {
      const { ct, labels } = ball();
      const names = { spleen: 1, lesion: 2 };
      assert.deepEqual((await verify("right", ct, labels, names)).findings, []);
      const turned = await verify("turned", ct, mirror(labels, 1), names);
      assert.deepEqual(
        [turned.findings.map((each) => each.check), turned.errors, turned.warnings],
        [["wrong-tissue"], 0, 1],
      );
      assert.match(
        turned.findings[0].message,
        /labelsTr\/c\.nii\.gz: spleen .*imagesTr\/c_0000\.nii\.gz: spleen 20 to 220 HU\. Mirrored along x/,
      );
      const scaled = { ...ct, data: Float32Array.from(ct.data, (hu) => hu / 1000) };
      const inNoHu = await verify("scaled", scaled, mirror(labels, 1), names);
      assert.deepEqual(
        inNoHu.findings.map((each) => each.check),
        ["not-hu"],
      );
      const moved = createVolume(mirror(labels, 1).data, shape, { spacingMm: [2, 2, 3] });
      const elsewhere = await verify("elsewhere", ct, moved, names);
      assert.deepEqual(
        elsewhere.findings.map((each) => each.check),
        ["spacing"],
      );
    });

    it("warns of an organ within its lesion, whatever the organ, but not of a piece cut out round one", async () => {
      const { ct, labels } = ball();
      const swapped = await verify("swapped", ct, labels, { kidney: 2, kidney_lesion: 1 });
      const told = swapped.findings.find(({ check }) => check === "organ-in-lesion");
      assert.match(
        told!.message,
        /label 2 \(kidney\) of \d+ voxels within label 1 \(kidney_lesion\) of \d+.*exchanged\?/,
      );
      assert.equal(told!.severity, "warning");
      const right = await verify("ordered", ct, labels, { pancreas: 1, pancreas_tumor: 2 });
      assert.deepEqual(right.findings, []);
      // Both are all there is in a piece of the scan, the lesion the larger one.
      const piece = labels.data.map((label, i) => (label === 2 ? 2 : i % 30 < 11 ? 2 : 1));
      const cut = await verify("piece", ct, { ...labels, data: piece }, { colon: 1, colon_lesion: 2 });
      assert.ok(!cut.findings.some(({ check }) => check === "organ-in-lesion"));
    });
  });
});
