import assert from "node:assert/strict";
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { createKey } from "tumorlab/internal/core/random";
import { createNetworkConfig, type NetworkConfig } from "tumorlab/internal/model/network-config";
import { estimateCost, listParameters } from "tumorlab/internal/model/network-plan";
import { readSafetensors, writeSafetensors } from "tumorlab/internal/model/safetensors";
import { loadModel, saveModel, type TrainedModel } from "tumorlab/internal/model/store";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { useBackend } from "tumorlab/internal/model/tensorflow-runner";
import { hashWeights, initializeWeights, matchWeights } from "tumorlab/internal/model/weights";
import { mean, standardDeviation } from "tumorlab/internal/stats/describe";

const small = createNetworkConfig({ classes: 3, widths: [8, 16, 32], patch: [48, 48, 48] });
const tiny = createNetworkConfig({ classes: 2, widths: [4, 8], patch: [4, 4, 4] });

function modelOf(config: NetworkConfig): TrainedModel {
  return {
    config,
    weights: initializeWeights(config, createKey(1)),
    classNames: ["background", "liver"],
    spacingMm: [4, 4, 4],
    windowHu: [-175, 250],
    training: { step: 7 },
  };
}

describe("a network's plan", () => {
  it("lists every tensor of a plain U-Net in the order of the walk", () => {
    const names = listParameters(tiny).map(({ name, shape }) => `${name} ${shape.join("x")}`);
    assert.deepEqual(names, [
      "encoder.0.0.filter 3x3x3x1x4",
      "encoder.0.0.gain 4",
      "encoder.0.0.shift 4",
      "encoder.0.1.filter 3x3x3x4x4",
      "encoder.0.1.gain 4",
      "encoder.0.1.shift 4",
      "encoder.1.0.filter 3x3x3x4x8",
      "encoder.1.0.gain 8",
      "encoder.1.0.shift 8",
      "encoder.1.1.filter 3x3x3x8x8",
      "encoder.1.1.gain 8",
      "encoder.1.1.shift 8",
      "decoder.0.up.filter 2x2x2x4x8",
      "decoder.0.0.filter 3x3x3x8x4",
      "decoder.0.0.gain 4",
      "decoder.0.0.shift 4",
      "decoder.0.1.filter 3x3x3x4x4",
      "decoder.0.1.gain 4",
      "decoder.0.1.shift 4",
      "head.0.filter 1x1x1x4x2",
      "head.0.bias 2",
    ]);
  });

  it("counts parameters and operations as by hand", () => {
    // Level by level: 27 (1*8 + 8*8), 27 (8*16 + 16*16), 27 (16*32 + 32*32); up 8 (32*16 + 16*8);
    // down again 27 (32*16 + 16*16), 27 (16*8 + 8*8); head 8*3 + 3; gain and shift of ten convolutions.
    const filters = 27 * (72 + 384 + 1536 + 768 + 192) + 8 * 640 + 24;
    const cost = estimateCost(small);
    assert.equal(cost.parameters, filters + 3 + 2 * (4 * 8 + 4 * 16 + 2 * 32));
    const [fine, middle, coarse] = [48 ** 3, 24 ** 3, 12 ** 3];
    const flops =
      2 * 27 * (fine * (72 + 192) + middle * (384 + 768) + coarse * 1536) +
      2 * 8 * (coarse * 512 + middle * 128) +
      2 * fine * 24;
    assert.equal(cost.forwardFlops, flops);
    assert.equal(cost.trainFlops, 6 * flops);
    assert.ok(cost.trainBytes > cost.predictBytes && cost.predictBytes > 4 * cost.parameters);
    const twice = estimateCost(small, { batch: 4, shape: [96, 48, 48] });
    assert.equal(twice.trainFlops, 4 * cost.trainFlops);
  });

  it("adds stem, shortcuts and the coarser heads of a residual net with deep supervision", () => {
    const config = createNetworkConfig({
      encoder: "residual",
      classes: 2,
      widths: [4, 8, 8],
      encoderBlocks: [1, 2, 1],
      patch: [8, 8, 8],
      deepSupervision: true,
      normalization: "none",
    });
    const names = listParameters(config).map(({ name }) => name);
    assert.ok(names.includes("stem.filter"));
    // The first level keeps its channels and its grid: nothing to learn on the straight way.
    assert.ok(!names.includes("encoder.0.0.skip.filter"));
    assert.ok(names.includes("encoder.1.0.skip.filter") && !names.includes("encoder.1.1.skip.filter"));
    assert.deepEqual(
      names.filter((name) => name.startsWith("head")),
      ["head.1.filter", "head.1.bias", "head.0.filter", "head.0.bias"],
    );
    assert.ok(!names.some((name) => name.endsWith(".gain")) && names.includes("stem.shift"));
  });

  it("refuses settings that make no network, naming them", () => {
    const base = { classes: 3, widths: [8, 16], patch: [8, 8, 8] } as const;
    const refused: [Partial<NetworkConfig>, RegExp][] = [
      [{ encoder: "dense" as never }, /^LabError: encoder: found "dense"/],
      [{ normalization: "batch" as never }, /^LabError: normalization: /],
      [{ inputChannels: 0 }, /^LabError: inputChannels: found 0/],
      [{ classes: 0 }, /^LabError: classes: found 0/],
      [{ widths: [8, 10] }, /^LabError: widths: .*multiples of 4/],
      [{ encoderBlocks: [2] }, /^LabError: encoderBlocks: /],
      [{ decoderBlocks: [2, 2] }, /^LabError: decoderBlocks: /],
      [{ slope: 1 }, /^LabError: slope: found 1/],
      [{ patch: [8, 8, 9] }, /^LabError: patch: found .*three multiples of 2. 2 levels halve/],
    ];
    for (const [change, message] of refused)
      assert.throws(() => createNetworkConfig({ ...base, ...change }), message);
    assert.throws(() => estimateCost(small, { batch: 0 }), /^LabError: batch: found 0/);
    assert.throws(() => estimateCost(small, { shape: [48, 48, 50] }), /^LabError: shape: /);
  });
});

describe("initializeWeights", () => {
  it("draws filters with He's variance, the same for the same key", () => {
    const weights = initializeWeights(small, createKey(3));
    const filter = weights.find(({ name }) => name === "encoder.2.1.filter")!;
    const values = [...filter.data];
    const expected = Math.sqrt(2 / (1.0001 * 27 * 32));
    assert.ok(Math.abs(standardDeviation(values) / expected - 1) < 0.02);
    assert.ok(Math.abs(mean(values)) < 0.02 * expected * 2);
    assert.ok(weights.find(({ name }) => name === "encoder.2.1.gain")!.data.every((value) => value === 1));
    assert.ok(weights.find(({ name }) => name === "head.0.bias")!.data.every((value) => value === 0));
    assert.equal(hashWeights(weights), hashWeights(initializeWeights(small, createKey(3))));
    assert.notEqual(hashWeights(weights), hashWeights(initializeWeights(small, createKey(4))));
  });

  it("gives a tensor the same numbers whatever other layers there are", () => {
    const deeper = createNetworkConfig({
      ...small,
      widths: [8, 16, 32, 32],
      encoderBlocks: [2, 2, 2, 1],
      decoderBlocks: [2, 2, 2],
    });
    const find = (config: NetworkConfig) =>
      initializeWeights(config, createKey(3)).find(({ name }) => name === "encoder.1.0.filter")!.data;
    assert.deepEqual(find(small), find(deeper));
  });
});

describe("saveModel and loadModel", () => {
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-model-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("give back the same model to the last bit, and replace an earlier one", async () => {
    const folder = join(root, "same");
    await saveModel(folder, { ...modelOf(tiny), weights: initializeWeights(tiny, createKey(2)) });
    const model = modelOf(tiny);
    await saveModel(folder, model);
    const found = await loadModel(folder);
    assert.deepEqual(found, model);
    assert.equal(hashWeights(found.weights), hashWeights(model.weights));
    assert.deepEqual(readdirSync(root), ["same"]);
    const { tensors, metadata } = await readSafetensors(join(folder, "model.safetensors"));
    assert.deepEqual(tensors, model.weights);
    assert.deepEqual(JSON.parse(metadata.network), tiny);
  });

  it("find the former model where writing was killed between two renames, and write over it", async () => {
    const folder = join(root, "killed");
    await saveModel(folder, modelOf(tiny));
    renameSync(folder, `${folder}.former`);
    assert.deepEqual(await loadModel(folder), modelOf(tiny));
    await saveModel(folder, modelOf(tiny));
    assert.deepEqual(await loadModel(folder), modelOf(tiny));
    assert.deepEqual(
      readdirSync(root).filter((name) => name.startsWith("killed")),
      ["killed"],
    );
  });

  it("write what TensorFlow.js reads as the weights of a LayersModel", async () => {
    const folder = join(root, "layers");
    const model = modelOf(tiny);
    await saveModel(folder, model);
    const file = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    assert.equal(file.format, "layers-model");
    const bytes = readFileSync(join(folder, "weights.bin"));
    const tf = loadTensorFlow();
    await useBackend(tf, "cpu");
    const tensors = tf.io.decodeWeights(new Uint8Array(bytes).buffer, file.weightsManifest[0].weights);
    for (const { name, shape, data } of model.weights) {
      assert.deepEqual(tensors[name].shape, shape);
      assert.deepEqual(tensors[name].dataSync(), data);
    }
    tf.dispose(tensors);
  });

  it("refuse a damaged, shortened or foreign file and name it", async () => {
    const folder = join(root, "damaged");
    const paths = { json: join(folder, "model.json"), bin: join(folder, "weights.bin") };
    await assert.rejects(loadModel(folder), /damaged.model\.json: found "no such file"/);
    const model = modelOf(tiny);

    await saveModel(folder, model);
    const bytes = readFileSync(paths.bin);
    bytes[100] ^= 1;
    writeFileSync(paths.bin, bytes);
    await assert.rejects(loadModel(folder), /weights\.bin: found "sha256 .*cut short/);
    truncateSync(paths.bin, 100);
    await assert.rejects(loadModel(folder), /weights\.bin: found "100 bytes", expected \d+ bytes/);

    await saveModel(folder, model);
    const text = readFileSync(paths.json, "utf8");
    writeFileSync(paths.json, text.slice(0, 200));
    await assert.rejects(loadModel(folder), /model\.json: found .*expected a model of this project/);
    writeFileSync(
      paths.json,
      JSON.stringify({ format: "layers-model", modelTopology: { class_name: "Model" } }),
    );
    await assert.rejects(loadModel(folder), /model\.json: found "Model"/);
    // A network of the same size in other words: the first tensor that does not fit is named.
    writeFileSync(paths.json, text.replaceAll('"encoder.1.0.gain"', '"encoder.1.9.gain"'));
    await assert.rejects(loadModel(folder), /tensor encoder\.1\.0\.gain: found "no such tensor"/);
  });

  it("refuse weights that do not fit, naming the tensor, and leave the former model alone", async () => {
    const folder = join(root, "kept");
    const model = modelOf(tiny);
    await saveModel(folder, model);
    const changed = (name: string, change: object) => ({
      ...model,
      weights: model.weights.map((tensor) => (tensor.name === name ? { ...tensor, ...change } : tensor)),
    });
    await assert.rejects(
      saveModel(folder, changed("head.0.filter", { shape: [1, 1, 1, 2, 4] })),
      /tensor head\.0\.filter: found "shape 1 x 1 x 1 x 2 x 4", expected shape 1 x 1 x 1 x 4 x 2/,
    );
    await assert.rejects(
      saveModel(folder, changed("head.0.bias", { data: Float32Array.of(0, NaN) })),
      /tensor head\.0\.bias: found "NaN at 1"/,
    );
    assert.throws(
      () =>
        matchWeights(
          tiny,
          [...model.weights, { name: "stranger", shape: [1], data: new Float32Array(1) }],
          "here",
        ),
      /here, tensor stranger: found "a tensor"/,
    );
    assert.deepEqual(await loadModel(folder), model);
    writeFileSync(join(root, "file"), "");
    await assert.rejects(saveModel(join(root, "file", "model"), model), LabError);
  });
});

describe("safetensors", () => {
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-safetensors-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("have the published form: little-endian header length, JSON, numbers at a multiple of 8", async () => {
    const path = join(root, "a.safetensors");
    await writeSafetensors(path, [{ name: "é", shape: [2], data: Float32Array.of(1, -2) }], { made: "here" });
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE());
    assert.equal(length % 8, 0);
    assert.deepEqual(JSON.parse(bytes.toString("utf8", 8, 8 + length)), {
      __metadata__: { made: "here" },
      é: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
    });
    assert.equal(bytes.readFloatLE(8 + length), 1);
    assert.equal(bytes.readFloatLE(12 + length), -2);
  });

  it("are refused when they are not there, no safetensors, cut short or of other numbers", async () => {
    const path = join(root, "b.safetensors");
    await assert.rejects(readSafetensors(path), /b\.safetensors: found "no such file"/);
    writeFileSync(path, "not one");
    await assert.rejects(readSafetensors(path), /expected a safetensors file/);
    await writeSafetensors(path, [{ name: "w", shape: [4], data: new Float32Array(4) }]);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 4));
    await assert.rejects(readSafetensors(path), /tensor w: found "bytes 0 to 16 of 12".*cut short/);
    writeFileSync(path, bytes.toString("latin1").replace("F32", "F16"), "latin1");
    await assert.rejects(readSafetensors(path), /tensor w: found "F16", expected F32/);
    writeFileSync(path, bytes.toString("latin1").replace('"shape":[4]', '"shape": 4 '), "latin1");
    await assert.rejects(readSafetensors(path), /tensor w: found .*expected dtype, shape and data_offsets/);
  });
});
