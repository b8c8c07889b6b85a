import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap } from "tumorlab/internal/core/types";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { mean, standardDeviation } from "tumorlab/internal/stats/describe";
import {
  type Augmentation,
  changeIntensities,
  noAugmentation,
  samplePlacement,
} from "tumorlab/internal/training/augmentation";
import { type Batch, makeBatch } from "tumorlab/internal/training/batch";
import { createBatchFeed, startBatchFeed } from "tumorlab/internal/training/batch-feed";
import type { BatchWork } from "tumorlab/internal/training/batch-worker";
import { openBank, readPreparedCase, writePreparedCase } from "tumorlab/internal/training/case-bank";
import { extractPatch } from "tumorlab/internal/training/patch";
import { prepareCase, type PreparedCase, requireClasses } from "tumorlab/internal/training/prepared-case";
import { presets, type TrainingConfig } from "tumorlab/internal/training/training-config";
import { reorient } from "tumorlab/internal/volume/orientation";
import { ballScan, placeScan } from "./scans.js";

const recipe: TrainingConfig = {
  ...presets.tiny,
  network: createNetworkConfig({ classes: 3, widths: [4, 8], patch: [8, 6, 4] }),
  targets: [
    { name: "liver", structures: ["liver"] },
    { name: "tumor", structures: ["liver_lesion"] },
  ],
  spacingMm: [4, 4, 4],
};
const exact = { ...recipe, spacingMm: [1, 1, 1] as const, windowHu: [0, 8000] as const };

/** Patch of a case under a key, with its arrays. */
function cut(source: PreparedCase, key: number, changes: Partial<Augmentation> = {}, aim?: number) {
  const patch = recipe.network.patch;
  const into = { image: new Float32Array(8 * 6 * 4).fill(9), labels: new Int32Array(8 * 6 * 4).fill(9) };
  const augmentation = { ...noAugmentation, ...changes };
  extractPatch(source, { patch, aim, augmentation }, createKey(key), into);
  return into;
}

describe("prepareCase", () => {
  it("brings a scan to the config's grid, window and classes whatever its orientation", () => {
    const scan = ballScan(1);
    const prepared = prepareCase(scan, recipe);
    assert.deepEqual(prepared.shape, [20, 18, 16]);
    assert.equal(prepared.patient, "patient-1");
    const liver = prepared.image.filter((_, i) => prepared.labels[i] === 1);
    const tumor = prepared.image.filter((_, i) => prepared.labels[i] === 2);
    assert.ok(Math.abs(mean([...liver]) - (140 + 175) / 425) < 0.01);
    assert.ok(Math.abs(mean([...tumor]) - (40 + 175) / 425) < 0.01);
    prepared.voxelsOfClass.forEach((voxels, at) =>
      assert.ok(voxels.length > 0 && voxels.every((voxel) => prepared.labels[voxel] === at + 1)),
    );
    const turned = {
      ...scan,
      ct: reorient(scan.ct, "LPI"),
      labels: reorient<LabelMap>(scan.labels, "LPI"),
    };
    assert.deepEqual(prepareCase(turned, recipe), prepared);
  });

  it("resamples scan and labels to one grid", () => {
    const prepared = prepareCase(ballScan(1, [20, 18, 16], [2, 2, 3]), recipe);
    assert.deepEqual(prepared.shape, [10, 9, 12]);
    assert.equal(prepared.labels.length, prepared.image.length);
    const share = (values: Uint8Array, value: number) =>
      values.filter((each) => each === value).length / values.length;
    const former = prepareCase(ballScan(1, [20, 18, 16], [4, 4, 4]), recipe);
    assert.ok(Math.abs(share(prepared.labels, 1) - share(former.labels, 1)) < 0.03);
  });

  it("keeps voxels to ignore out of the loss", () => {
    const prepared = prepareCase(ballScan(1), {
      ...recipe,
      targets: [recipe.targets[0]],
      ignore: ["liver_lesion", "spleen"],
    });
    assert.ok(prepared.labels.includes(255) && !prepared.labels.includes(2));
  });

  it("remembers a few thousand voxels of a large class, all over it", () => {
    const prepared = prepareCase(placeScan([40, 40, 40]), exact);
    const [liver] = prepared.voxelsOfClass;
    assert.equal(liver.length, 4096);
    assert.ok(liver[0] < 100 && liver[4095] > 63_000);
    assert.ok(liver.every((voxel, at) => at === 0 || voxel > liver[at - 1]));
  });

  it("refuses labels of another grid, and label maps without the structures of a class", () => {
    const scan = ballScan(1);
    assert.throws(
      () => prepareCase({ ...scan, labels: ballScan(1, [20, 18, 12]).labels }, recipe),
      /ball-1, labels/,
    );
    const targets = [recipe.targets[0], { name: "kidney", structures: ["kidney_left", "kidney_right"] }];
    assert.throws(
      () => prepareCase(scan, { ...recipe, targets }),
      /ball-1, labels of class kidney: found .*expected at least one of kidney_left, kidney_right/,
    );
    assert.throws(() => requireClasses([], recipe), /cases: found "none"/);
    const empty = { voxelsOfClass: [Int32Array.of(1), new Int32Array(0)] };
    assert.throws(() => requireClasses([empty], recipe), /class tumor: found "no voxel in 1 cases"/);
    requireClasses([empty, prepareCase(scan, recipe)], recipe);
  });
});

describe("drawPatch", () => {
  const place = prepareCase(placeScan(), exact);
  const voxelAt = (image: Float32Array, i: number, j: number, k: number) =>
    Math.round(image[(i * 6 + j) * 4 + k] * 8000);

  it("cuts patches in the network's order, each inside the scan", () => {
    for (let key = 0; key < 50; key++) {
      const { image, labels } = cut(place, key);
      const first = voxelAt(image, 0, 0, 0);
      assert.equal(voxelAt(image, 1, 0, 0), first + 1);
      assert.equal(voxelAt(image, 0, 1, 0), first + 20);
      assert.equal(voxelAt(image, 0, 0, 1), first + 400);
      assert.equal(voxelAt(image, 7, 5, 3), first + 7 + 100 + 1200);
      const [x, y, z] = [first % 20, Math.floor(first / 20) % 20, Math.floor(first / 400)];
      assert.ok(x <= 8 && y <= 8 && z <= 8);
      assert.equal(labels[0], x < 8 ? 1 : 0);
    }
  });

  it("aims at a class, however rare, where the case has it", () => {
    // One voxel of tumor in a corner.
    const hits = (aim?: number, source = place): number =>
      Array.from({ length: 100 }, (_, key) => cut(source, key, {}, aim)).filter(({ labels }) =>
        labels.includes(2),
      ).length;
    assert.equal(hits(2), 100);
    assert.ok(hits() < 10 && hits(1) < 20);
    const without = { ...place, voxelsOfClass: [place.voxelsOfClass[0], new Int32Array(0)] };
    assert.deepEqual(cut(without, 5, {}, 2), cut(place, 5));
  });

  it("lays a scan smaller than the patch in its middle", () => {
    const small = prepareCase(placeScan([4, 6, 2]), exact);
    const { image, labels } = cut(small, 1);
    assert.equal(image[0], 0);
    assert.equal(voxelAt(image, 2, 0, 1), 0);
    assert.equal(voxelAt(image, 3, 1, 2), 421);
    assert.equal(labels.filter((label) => label > 0).length, 48);
  });

  it("mirrors, turns and scales image and labels alike", () => {
    const flip = { flip: [1, 0, 0] as const };
    const flipped = cut(place, 3, flip);
    const plain = cut(place, 3);
    for (let i = 0; i < 8; i++)
      for (let j = 0; j < 24; j++) {
        assert.ok(Math.abs(flipped.image[i * 24 + j] - plain.image[(7 - i) * 24 + j]) < 1e-6);
        assert.equal(flipped.labels[i * 24 + j], plain.labels[(7 - i) * 24 + j]);
      }
    // A linear image stays linear under any turn, and labels stay where the image says x < 8.
    const turn = {
      rotation: { probability: 1, maxDegrees: 10 },
      scaling: { probability: 1, low: 1.2, high: 1.3 },
    };
    const turned = cut(place, 3, turn);
    const [a, b, c] = [0, 1, 2].map((i) => turned.image[(i * 6 + 3) * 4 + 2]);
    assert.ok(Math.abs(b - a - (c - b)) < 1e-5 && Math.abs(b - a) > 1e-6);
    assert.notDeepEqual(turned.image, plain.image);
    const far = cut(place, 4, { scaling: { probability: 1, low: 0.2, high: 0.2 } });
    assert.equal(far.image[0], 0);
    assert.equal(far.labels[0], 0);
  });
});

describe("augmentation", () => {
  it("draws turns that keep lengths in mm on voxels that are no cubes", () => {
    const spacing = [1, 2, 3] as const;
    const augmentation = { ...noAugmentation, rotation: { probability: 1, maxDegrees: 90 } };
    const matrix = samplePlacement(augmentation, spacing, createKey(5).stream())!;
    const millimetres = (column: number) =>
      Math.hypot(...[0, 1, 2].map((row) => matrix[3 * row + column] * spacing[row])) / spacing[column];
    for (const column of [0, 1, 2]) assert.ok(Math.abs(millimetres(column) - 1) < 1e-12);
    assert.equal(samplePlacement(noAugmentation, spacing, createKey(5).stream()), undefined);
  });

  it("changes intensities as it says", () => {
    const shape = [16, 16, 16] as const;
    const ramp = () => Float32Array.from({ length: 4096 }, (_, i) => 0.2 + (0.6 * (i % 16)) / 15);
    const change = (settings: Partial<Augmentation>, image = ramp()) => {
      changeIntensities(image, shape, { ...noAugmentation, ...settings }, createKey(2).stream());
      return image;
    };
    const always = (low: number, high = low) => ({ probability: 1, low, high });
    assert.deepEqual(change({}), ramp());
    const original = ramp();
    const close = (found: Float32Array, of: (value: number) => number) =>
      found.forEach((value, i) => assert.ok(Math.abs(value - of(original[i])) < 1e-6));
    close(change({ brightness: always(0.5) }), (value) => value / 2);
    close(change({ contrast: always(0.5) }), (value) => 0.5 + (value - 0.5) / 2);
    close(change({ gamma: always(2) }), (value) => value ** 2);
    assert.equal(Math.max(...change({ brightness: always(4) })), 1);
    const noisy = change({ noise: { probability: 1, maxDeviation: 0.1 } }, new Float32Array(4096).fill(0.5));
    const deviation = standardDeviation([...noisy]);
    assert.ok(deviation > 0.001 && deviation < 0.11, `${deviation}`);
    // Twice as coarse: slopes stay but at the ends of a line.
    const coarse = change({ lowResolution: always(2) });
    close(
      coarse.map((value, i) => (i % 16 > 0 && i % 16 < 15 ? value : original[i])),
      (value) => value,
    );
  });
});

describe("makeBatch", () => {
  const cases = [1, 2, 3].map((seed) => prepareCase(ballScan(seed), recipe));
  const reader = openBank({ kind: "memory", cases });

  it("is a function of key and step alone", async () => {
    const key = createKey(4);
    const batches = await Promise.all([7, 3, 7].map((step) => makeBatch(reader, recipe, key, step)));
    assert.deepEqual(batches[0], batches[2]);
    assert.notDeepEqual(batches[0], batches[1]);
    assert.equal(batches[0].images.length, 2 * 8 * 6 * 4);
    const steps = Array.from({ length: 60 }, (_, step) => makeBatch(reader, recipe, key, step));
    const names = (await Promise.all(steps)).flatMap(({ cases }) => cases);
    assert.deepEqual([...new Set(names)].sort(), ["ball-1", "ball-2", "ball-3"]);
  });

  it("shows a class that one case of many has as often as one that all have", async () => {
    const key = createKey(6);
    const without = { ...cases[0], voxelsOfClass: [cases[0].voxelsOfClass[0], new Int32Array(0)] };
    const many = [...Array.from({ length: 9 }, (_, i) => ({ ...without, name: `none-${i}` })), cases[1]];
    const reader = openBank({ kind: "memory", cases: many });
    assert.deepEqual([reader.withClass(1).length, [...reader.withClass(2)]], [10, [9]]);
    const aimed = { ...recipe, foregroundShare: 1 };
    const steps = Array.from({ length: 100 }, (_, step) => makeBatch(reader, aimed, key, step));
    const names = (await Promise.all(steps)).flatMap((batch) => batch.cases);
    const share = names.filter((name) => name === "ball-2").length / names.length;
    // Half are aimed at the tumor, which one case has, and a tenth of the other half falls on that case.
    assert.ok(share > 0.45 && share < 0.65, `${share}`);
    // Nothing to aim at: any place of any case.
    const empty = { ...without, voxelsOfClass: [0, 1].map(() => new Int32Array(0)) };
    const blind = await makeBatch(openBank({ kind: "memory", cases: [empty] }), aimed, key, 0);
    assert.equal(blind.cases.length, 2);
  });

  it("takes the asked share of its patches from synthetic cases, and leaves the other patches be", async () => {
    const key = createKey(4);
    const made: string[] = [];
    const synthesize = (caseKey: { words: readonly number[] }) => {
      made.push(caseKey.words.join());
      return { ...ballScan(caseKey.words[0] % 1000), name: "synthetic" };
    };
    const mixed = { ...recipe, syntheticShare: 0.5 };
    const batches = await Promise.all(
      Array.from({ length: 50 }, (_, step) => makeBatch(reader, mixed, key, step, synthesize)),
    );
    const share = batches.flatMap((batch) => batch.cases).filter((name) => name === "synthetic").length;
    assert.ok(share > 30 && share < 70, `${share} of 100`);
    assert.equal(new Set(made).size, made.length);
    const step = batches.findIndex(
      (batch) => batch.cases[0] !== "synthetic" && batch.cases[1] === "synthetic",
    );
    const plain = await makeBatch(reader, recipe, key, step);
    assert.deepEqual(batches[step].images.subarray(0, 192), plain.images.subarray(0, 192));
    await assert.rejects(
      makeBatch(reader, { ...recipe, syntheticShare: 1 }, key, 0),
      /syntheticShare: found 1/,
    );
    await assert.rejects(
      makeBatch(openBank({ kind: "memory", cases: [] }), recipe, key, 0),
      /cases: found "none"/,
    );
  });
});

describe("a case bank of files", () => {
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-bank-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("gives back what was written, holding few cases at a time", async () => {
    const cases = [1, 2, 3].map((seed) => prepareCase(ballScan(seed), recipe));
    const paths = cases.map(({ name }) => join(root, `${name}.case`));
    for (const [i, each] of cases.entries()) await writePreparedCase(paths[i], each, "how");
    assert.deepEqual(readPreparedCase(paths[0]), { prepared: cases[0], preparation: "how" });
    await writePreparedCase(paths[1], cases[1], "how", "no HU");
    assert.deepEqual(readPreparedCase(paths[1]), {
      prepared: cases[1],
      preparation: "how",
      doubt: "no HU",
    });
    const one = openBank({ kind: "files", paths, maxBytes: 1 });
    const all = openBank({ kind: "files", paths, maxBytes: 1e9 });
    assert.deepEqual(
      [0, 1, 0].map((i) => one.open(i)),
      [cases[0], cases[1], cases[0]],
    );
    assert.deepEqual(
      [1, 2, 3].map((label) => one.withClass(label)),
      [[0, 1, 2], [0, 1, 2], []],
    );
    assert.notEqual(one.open(1), one.open(0) && one.open(1));
    assert.equal(all.open(2), all.open(0) && all.open(2));
  });

  it("refuses files that are missing, something else or cut short", async () => {
    const path = join(root, "broken.case");
    assert.throws(() => readPreparedCase(path), /broken\.case: found "ENOENT"/);
    writeFileSync(path, "something else");
    assert.throws(() => readPreparedCase(path), /expected a prepared case/);
    await writePreparedCase(path, prepareCase(ballScan(1), recipe), "how");
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    assert.throws(() => readPreparedCase(path), /broken\.case: found "\d+ bytes"/);
  });
});

describe("batch feeds", function () {
  this.timeout(60_000);
  const bank = { kind: "memory" as const, cases: [1, 2].map((seed) => prepareCase(ballScan(seed), recipe)) };
  const work: BatchWork = { bank, recipe, seed: 9 };

  it("make the same batches in a thread as in this one, from any step on", async () => {
    const here = createBatchFeed(work);
    const there = startBatchFeed(work, 6);
    const later = startBatchFeed(work, 6);
    try {
      const batches: Batch[] = [];
      for (let step = 0; step < 6; step++) batches.push(await there.next(step));
      for (let step = 0; step < 6; step++) assert.deepEqual(await here.next(step), batches[step]);
      assert.deepEqual(await later.next(4), batches[4]);
      assert.deepEqual(await later.next(5), batches[5]);
    } finally {
      await Promise.all([here, there, later].map((feed) => feed.close()));
    }
  });

  it("load a synthesizer from its module", async () => {
    const synthesis = {
      path: join(__dirname, "synthesis.js"),
      create: "createBalls",
      options: { first: 50 },
    };
    const feed = startBatchFeed({ ...work, recipe: { ...recipe, syntheticShare: 1 }, synthesis }, 1);
    try {
      const { cases } = await feed.next(0);
      assert.ok(cases.every((name) => name.startsWith("ball-5")));
    } finally {
      await feed.close();
    }
  });

  it("hand on what goes wrong in the thread, and say when it is gone", async () => {
    const broken = startBatchFeed({ ...work, recipe: { ...recipe, syntheticShare: 1 } }, 4);
    await assert.rejects(broken.next(0), /syntheticShare: found 1/);
    await broken.close();
    await assert.rejects(broken.next(9), /batches: found "its thread ended/);
    const unloadable = startBatchFeed({ ...work, synthesis: { path: "/nowhere.js", create: "f" } }, 4);
    await assert.rejects(unloadable.next(0), /Cannot find module/);
    await unloadable.close();
    await assert.rejects(createBatchFeed({ ...work, bank: { kind: "memory", cases: [] } }).next(0), /cases/);
  });
});
