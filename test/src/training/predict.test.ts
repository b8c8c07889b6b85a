import assert from "node:assert/strict";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Vec3, Volume } from "tumorlab/internal/core/types";
import { openEngine } from "tumorlab/internal/model/engines";
import { runNetwork, toTensors } from "tumorlab/internal/model/network";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { initializeWeights } from "tumorlab/internal/model/weights";
import { cleanLabels } from "tumorlab/internal/training/clean-labels";
import { openPredictor } from "tumorlab/internal/training/predict-scan";
import { prepareCase } from "tumorlab/internal/training/prepared-case";
import {
  predictPlanes,
  windowNetwork,
  type WindowOptions,
  windowStarts,
} from "tumorlab/internal/training/sliding-window";
import { validate } from "tumorlab/internal/training/validate";
import { reorient } from "tumorlab/internal/volume/orientation";
import { ballScan } from "./scans.js";
import { thresholdModel } from "./threshold-model.js";
import { ballRecipe } from "./training-configs.js";

function blobs(shape: Vec3, spacingMm: Vec3 = [2, 2, 2]): Volume<Int16Array> {
  const data = Int16Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => {
    const [x, y, z] = [
      i % shape[0],
      Math.floor(i / shape[0]) % shape[1],
      Math.floor(i / (shape[0] * shape[1])),
    ];
    return Math.round(50 + 45 * Math.sin(x / 3) * Math.cos(y / 4) * Math.sin(z / 3 + 1));
  });
  return createVolume(data, shape, { spacingMm });
}

describe("windowStarts", () => {
  it("cover the axis evenly, from edge to edge", () => {
    assert.deepEqual(windowStarts(20, 8, 0.5), [0, 4, 8, 12]);
    assert.deepEqual(windowStarts(21, 8, 0.5), [0, 3, 7, 10, 13]);
    assert.deepEqual(windowStarts(20, 8, 0), [0, 6, 12]);
    assert.deepEqual(windowStarts(8, 8, 0.5), [0]);
    assert.deepEqual(windowStarts(5, 8, 0.5), [-1]);
  });
});

describe("predictPlanes", function () {
  this.timeout(60_000);
  before(() => openEngine({ engine: "reference" }));
  const config = createNetworkConfig({
    classes: 3,
    widths: [4, 8],
    encoderBlocks: [1, 1],
    decoderBlocks: [1],
    patch: [8, 6, 4],
  });
  const weights = initializeWeights(config, createKey(3));
  const stream = createKey(4).stream();
  const noise = (shape: Vec3) => ({
    shape,
    data: Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => stream.uniform()),
  });

  async function planes(image: { shape: Vec3; data: Float32Array }, options: WindowOptions = {}) {
    const parameters = toTensors(weights);
    const found: Float32Array[] = [];
    await predictPlanes(
      config,
      windowNetwork(config, parameters),
      image,
      (z, probabilities) => {
        assert.equal(z, found.length);
        found.push(probabilities.slice());
      },
      options,
    );
    loadTensorFlow().dispose([...parameters.values()]);
    return found;
  }

  it("gives the network's own probabilities where one window is the image", async () => {
    const image = noise([8, 6, 4]);
    const found = await planes(image);
    const tf = loadTensorFlow();
    const expected = tf.tidy(() => {
      const shown = tf.transpose(tf.tensor(image.data, [4, 6, 8]), [2, 1, 0]).reshape([1, 8, 6, 4, 1]);
      const [logits] = runNetwork(config, shown as never, toTensors(weights));
      return tf.transpose(tf.softmax(logits).reshape([8, 6, 4, 3]), [2, 3, 1, 0]).dataSync();
    });
    found.forEach((plane, z) =>
      plane.forEach((value, i) => assert.ok(Math.abs(value - expected[z * 144 + i]) < 1e-5)),
    );
  });

  it("averages windows to probabilities, and mirror images to their mean", async () => {
    const image = noise([11, 9, 7]);
    const sums = (found: Float32Array[]) =>
      found.flatMap((plane) =>
        Array.from({ length: 99 }, (_, i) => plane[i] + plane[99 + i] + plane[198 + i]),
      );
    const plain = await planes(image);
    assert.equal(plain.length, 7);
    assert.ok(sums(plain).every((sum) => Math.abs(sum - 1) < 1e-5));
    const small = noise([8, 6, 4]);
    const mirrored = { ...small, data: small.data.slice() };
    for (let row = 0; row < 24; row++) mirrored.data.subarray(8 * row, 8 * row + 8).reverse();
    const [one, other, both] = [
      await planes(small),
      await planes(mirrored),
      await planes(small, { mirrorAxes: [0] }),
    ];
    both.forEach((plane, z) =>
      plane.forEach((value, i) => {
        const back = i - (i % 8) + 7 - (i % 8);
        assert.ok(Math.abs(value - (one[z][i] + other[z][back]) / 2) < 1e-5);
      }),
    );
    const all = await planes(image, { mirrorAxes: [0, 1, 2], overlap: 0 });
    assert.ok(sums(all).every((sum) => Math.abs(sum - 1) < 1e-5));
  });

  it("takes air for background without asking the network, and stops when told to", async () => {
    const air = { shape: [9, 9, 9] as Vec3, data: new Float32Array(729) };
    const found = await planes(air);
    assert.ok(found.every((plane) => plane.every((value, i) => value === (i < 81 ? 1 : 0))));
    const controller = new AbortController();
    const windows: number[] = [];
    const progress = ({ done, total }: { done: number; total?: number }) => {
      windows.push(done);
      assert.equal(total, 8);
      if (done === 3) controller.abort(new Error("enough"));
    };
    await assert.rejects(planes(noise([12, 9, 6]), { progress, signal: controller.signal }), /enough/);
    assert.deepEqual(windows, [1, 2, 3]);
    await assert.rejects(planes(air, { overlap: 1 }), /overlap: found 1/);
  });
});

describe("openPredictor", function () {
  this.timeout(60_000);
  const engine = { engine: "reference" as const };

  it("labels a scan on its own grid, whatever the windows", async () => {
    const ct = blobs([19, 13, 11]);
    const predictor = await openPredictor(thresholdModel([2, 2, 2]), engine);
    const before = loadTensorFlow().memory().numTensors;
    const found = await predictor.predict(ct);
    assert.deepEqual(
      [...found.data],
      Array.from(ct.data, (hu) => (hu > 50 ? 1 : 0)),
    );
    assert.deepEqual(found.names, { 1: "bright" });
    assert.deepEqual((await predictor.predict(ct, { overlap: 0.25, mirrorAxes: [1] })).data, found.data);
    assert.equal(loadTensorFlow().memory().numTensors, before);
    predictor.dispose();
    assert.ok(loadTensorFlow().memory().numTensors < before);
  });

  it("gives the scan's own shape and affine back in every orientation", async () => {
    const ct = blobs([9, 8, 7]);
    const predictor = await openPredictor(thresholdModel([2, 2, 2]), engine);
    for (const orientation of ["RAS", "LPS", "SAL", "IRP"]) {
      const turned = reorient(ct, orientation);
      const found = await predictor.predict(turned);
      assert.deepEqual(found.shape, turned.shape);
      assert.deepEqual(found.affine, turned.affine);
      assert.deepEqual(
        [...found.data],
        Array.from(turned.data, (hu) => (hu > 50 ? 1 : 0)),
      );
    }
    predictor.dispose();
  });

  it("brings probabilities back from the network's spacing linearly, coarser or finer", async () => {
    const ct = blobs([20, 18, 16], [1, 1, 1.5]);
    for (const spacing of [
      [2, 2, 2],
      [0.7, 1.1, 1.5],
    ] as Vec3[]) {
      const predictor = await openPredictor(thresholdModel(spacing), engine);
      const found = await predictor.predict(ct);
      assert.deepEqual(found.shape, ct.shape);
      const wrong = ct.data.filter((hu, i) => found.data[i] !== (hu > 50 ? 1 : 0));
      // Only where the image is near the threshold may the detour over the other grid tell.
      assert.ok(
        wrong.every((hu) => Math.abs(hu - 50) < 10) && wrong.length < 0.1 * ct.data.length,
        `${wrong.length}`,
      );
      predictor.dispose();
    }
  });

  it("keeps the probabilities of the classes asked for, on the scan's own grid in any orientation", async () => {
    const ct = blobs([19, 13, 11]);
    const predictor = await openPredictor(thresholdModel([2, 2, 2]), engine);
    const { labels, probabilities } = await predictor.predictProbabilities(ct, [1]);
    assert.deepEqual(labels, await predictor.predict(ct));
    const [bright] = probabilities;
    assert.deepEqual([bright.shape, bright.affine, bright.spacingMm], [ct.shape, ct.affine, ct.spacingMm]);
    ct.data.forEach((hu, i) => {
      // The network's two logits are 0 and 2 v - 1 of v, the HU within its window from 0 to 100.
      const v = Math.min(1, Math.max(0, hu / 100));
      assert.ok(Math.abs(bright.data[i] * bright.rescale!.slope - 1 / (1 + Math.exp(1 - 2 * v))) < 1e-4);
    });
    const turned = await predictor.predictProbabilities(reorient(ct, "LIP"), [1]);
    const back = reorient(turned.probabilities[0], "RAS");
    assert.ok(back.data.every((value, i) => Math.abs(value - bright.data[i]) <= 1));
    const cleaned = await predictor.predictProbabilities(ct, [1], {
      cleaning: { largestPieces: { bright: 1 } },
    });
    assert.deepEqual(cleaned.probabilities[0].data, bright.data);
    for (const wrong of [0, 2])
      await assert.rejects(predictor.predictProbabilities(ct, [wrong]), /classes: found .*from 1 to 1/);
    predictor.dispose();
  });

  it("cleans what it is told to", async () => {
    const ct = blobs([19, 13, 11]);
    const predictor = await openPredictor(thresholdModel([2, 2, 2]), engine);
    const cleaning = { largestPieces: { bright: 1 } };
    const found = await predictor.predict(ct, { cleaning });
    assert.deepEqual(found.data, cleanLabels(await predictor.predict(ct), cleaning).data);
    predictor.dispose();
  });
});

describe("validate", function () {
  this.timeout(60_000);

  it("scores each class over all cases together, without the voxels to ignore", async () => {
    await openEngine({ engine: "reference" });
    const recipe = {
      ...ballRecipe,
      network: thresholdModel([4, 4, 4]).config,
      targets: [ballRecipe.targets[0]],
      windowHu: [0, 140] as const,
      spacingMm: [4, 4, 4] as const,
    };
    const cases = [1, 2].map((seed) => prepareCase(ballScan(seed), { ...recipe, ignore: ["liver_lesion"] }));
    const parameters = toTensors(thresholdModel([4, 4, 4]).weights);
    const reader = { count: 2, open: (i: number) => cases[i] };
    const point = await validate(recipe, parameters, reader, 9);
    assert.equal(point.step, 9);
    assert.ok(point.dice.liver! > 0.95, `${point.dice.liver}`);
    assert.equal(point.meanDice, point.dice.liver);
    const empty = {
      ...cases[0],
      image: new Float32Array(cases[0].image.length),
      labels: new Uint8Array(cases[0].labels.length),
    };
    const nothing = await validate(recipe, parameters, { count: 1, open: () => empty }, 9);
    assert.deepEqual(nothing, { step: 9, dice: { liver: null }, meanDice: 0 });
    loadTensorFlow().dispose([...parameters.values()]);
  });
});

describe("cleanLabels", () => {
  /** A row of voxels of 1 mm: `"aa.b"` is two of a, one background, one of b. */
  function row(text: string): LabelMap {
    const names = { 1: "liver", 2: "tumor" };
    const data = Uint8Array.from(text, (letter) => ".lt".indexOf(letter));
    return toLabelMap(createVolume(data, [text.length, 1, 1]), names);
  }
  const show = (labels: LabelMap) => Array.from(labels.data, (value) => ".lt"[value]).join("");

  it("keeps the largest pieces of a structure and leaves the others be", () => {
    const labels = row("lll.l.ll.t.l");
    assert.equal(show(cleanLabels(labels, { largestPieces: { liver: 1 } })), "lll......t..");
    assert.equal(show(cleanLabels(labels, { largestPieces: { liver: 2 } })), "lll...ll.t..");
    assert.equal(show(cleanLabels(labels, { largestPieces: { liver: 9 } })), show(labels));
    assert.equal(show(cleanLabels(row("tt.t"), { largestPieces: { liver: 1 } })), "tt.t");
  });

  it("keeps lesions near their organs", () => {
    const near = (marginMm: number) =>
      show(cleanLabels(row("ll.tt...t"), { nearOrgans: { lesion: "tumor", organs: ["liver"], marginMm } }));
    assert.equal(near(2), "ll.t.....");
    assert.equal(near(3), "ll.tt....");
    assert.equal(near(9), "ll.tt...t");
  });

  it("drops pieces smaller than a ball of the radius", () => {
    // Balls of 1, 2 and 3 voxels of 1 mm3 have radii of 0.62, 0.78 and 0.89 mm.
    const least = (radius: number) =>
      show(cleanLabels(row("t.tt.ttt.l"), { minimumRadiusMm: { tumor: radius } }));
    assert.equal(least(0), "t.tt.ttt.l");
    assert.equal(least(0.7), "..tt.ttt.l");
    assert.equal(least(0.8), ".....ttt.l");
    assert.equal(least(5), ".........l");
  });

  it("refuses structures the map does not name, and numbers that are none", () => {
    const labels = row("lt");
    assert.throws(
      () => cleanLabels(labels, { largestPieces: { spleen: 1 } }),
      /cleaning: found "spleen", expected one of liver, tumor/,
    );
    assert.throws(
      () => cleanLabels(labels, { largestPieces: { liver: 0 } }),
      /largestPieces\.liver: found 0/,
    );
    assert.throws(() => cleanLabels(labels, { minimumRadiusMm: { tumor: -1 } }), /minimumRadiusMm\.tumor/);
    const nearOrgans = { lesion: "tumor", organs: ["liver"], marginMm: -1 };
    assert.throws(() => cleanLabels(labels, { nearOrgans }), /marginMm: found -1/);
  });
});
