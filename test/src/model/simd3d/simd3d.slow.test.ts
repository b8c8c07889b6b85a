import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Rank, Tensor, Tensor5D } from "@tensorflow/tfjs";
import { createKey } from "tumorlab/internal/core/random";
import { openEngine } from "tumorlab/internal/model/engines";
import { conv3d, convTransposed3d } from "tumorlab/internal/model/ops/convolution";
import { segmentationLoss } from "tumorlab/internal/model/ops/loss";
import { leakyRelu, normLeakyRelu } from "tumorlab/internal/model/ops/normalize";
import { adamWStep, gradientNorm, stepWeights, type WeightStep } from "tumorlab/internal/model/ops/optimizer";
import { concatChannels } from "tumorlab/internal/model/ops/resolution";
import { prepareSimdEngine, setSimdThreads, simdMemory } from "tumorlab/internal/model/simd3d/engine";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { compare, compareConvolutions, compareOtherOps, randomValues } from "./compare-engines.js";

const tf = loadTensorFlow();

describe("the simd engine", function () {
  this.timeout(300_000);
  let threads: number;
  before(async () => {
    await openEngine({ engine: "reference" });
    ({ threads } = await openEngine({ engine: "simd", threads: 2 }));
  });
  after(() => setSimdThreads(tf, 1));

  it("has the threads asked for", () => {
    assert.equal(threads, 2);
  });

  it("convolves as the reference does, for any shape, both strides, outputs and gradients", () =>
    compareConvolutions(6));

  it("convolves many channels of few voxels: parts of the filter gradient by groups of channels", async () => {
    await compare(
      (x, filter) => conv3d(x as Tensor5D, filter as Tensor5D),
      [
        [1, 2, 3, 5, 24],
        [3, 3, 3, 24, 40],
      ],
    );
  });

  it("computes rows whose blocks do not fill whole tiles two pairs at a time or one by one, to the same bytes", async () => {
    for (const nz of [12, 10, 2]) {
      const shapes = [
        [2, 3, 8, nz, 8],
        [3, 3, 3, 8, 16],
      ];
      const results: Float32Array[] = [];
      // Two pairs side by side on one thread; on five there would be too little for each.
      for (const count of [1, 5]) {
        await setSimdThreads(tf, count);
        await compare((x, filter) => conv3d(x as Tensor5D, filter as Tensor5D), shapes);
        await tf.setBackend("simd3d");
        const [x, filter] = shapes.map((shape, i) => tf.tensor(randomValues(`rows ${i}`, shape), shape));
        const output = conv3d(x as Tensor5D, filter as Tensor5D);
        results.push(output.dataSync<"float32">());
        tf.dispose([x, filter, output]);
      }
      assert.deepEqual(results[1], results[0], `rows of ${nz}`);
    }
    await setSimdThreads(tf, 2);
  });

  it("takes what its kernels do not, such as four taps or unpadded ones, to the reference's", async () => {
    await compare(
      (x, filter) => tf.conv3d(x as Tensor5D, filter as Tensor5D, 1, "valid"),
      [
        [1, 5, 5, 4, 2],
        [3, 3, 3, 2, 4],
      ],
    );
    await compare(
      (x, filter) => tf.conv3d(x as Tensor5D, filter as Tensor5D, 1, "same"),
      [
        [1, 4, 5, 4, 2],
        [4, 4, 4, 2, 3],
      ],
    );
  });

  it("convolves transposed, normalises, joins and changes grids as the reference does", () =>
    compareOtherOps(2));

  it("has the loss of the reference, whatever is ignored or absent, and refuses the same labels", async () => {
    for (const [classes, absent] of [
      [2, 1],
      [3, 3],
      [6, 4],
    ]) {
      const shape = [2, 7, 12, 9, classes];
      const stream = createKey(4).split("labels").stream();
      const values = Int32Array.from({ length: 2 * 7 * 12 * 9 }, () => {
        const label = stream.integer(0, classes);
        return label === classes || label === absent ? 255 : label;
      });
      await compare(
        (x) => segmentationLoss(x as Tensor5D, tf.tensor4d(values, [2, 7, 12, 9], "int32")),
        [shape],
      );
    }
    await tf.setBackend("simd3d");
    const live = simdMemory().liveBytes;
    tf.tidy(() =>
      assert.throws(
        () => segmentationLoss(tf.zeros([1, 2, 1, 1, 3]), tf.tensor4d([0, 3], [1, 2, 1, 1], "int32")),
        /labels: found 3, expected classes from 0 to 2, or 255/,
      ),
    );
    assert.equal(simdMemory().liveBytes, live);
  });

  /** Shapes of weights: a few numbers, some that fill no whole vector, and more than a block of them. */
  const stepShapes = [[5], [3, 7, 11], [40_001]];

  /** All that a step of an engine moves, each list of tensors after the other; those they were made of must stay as they were. */
  async function stepOn(backend: string, slots: number, options: WeightStep): Promise<Float32Array[]> {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const start = Array.from({ length: slots + 2 }, (_, list) =>
      stepShapes.map((shape, i) => tf.tensor(randomValues(`list ${list} ${i}`, shape).map(Math.abs), shape)),
    );
    const lists = start.map((tensors) => tensors.map((tensor) => tf.variable(tensor)));
    const gradients = stepShapes.map((shape, i) => tf.tensor(randomValues(`gradient ${i}`, shape), shape));
    const values = () => [...lists, gradients].flat().map((tensor) => tensor.dataSync<"float32">().slice());
    const first = values();
    const [weights, averages, ...memory] = lists;
    stepWeights({ weights, slots: memory, averages }, gradients, options);
    const made = [...start, gradients].flat();
    made.forEach((tensor, i) => assert.deepEqual(tensor.dataSync(), first[i], `tensor ${i} was shared`));
    const norm = tf.tidy(() => gradientNorm([...gradients, ...weights]).dataSync<"float32">());
    const after = [...values(), norm];
    tf.dispose([...lists.flat(), ...made]);
    assert.equal(tf.memory().numTensors, before);
    return after;
  }

  it("steps by gradient descent, and moves averages, to the last bit as the reference does", async () => {
    const options: WeightStep = {
      kind: "sgd",
      learningRate: 0.01,
      weightDecay: 0.1,
      gradientScale: 0.7,
      averageDecay: 0.9,
    };
    const [expected, found] = [await stepOn("cpu", 1, options), await stepOn("simd3d", 1, options)];
    // The norm alone is summed in another order.
    assert.ok(Math.abs(expected.pop()![0] / found.pop()![0] - 1) < 1e-5);
    assert.deepEqual(found, expected);
  });

  it("steps by AdamW as the reference does, and averages what came out", async () => {
    const averageDecay = 0.99;
    const options: WeightStep = {
      kind: "adamw",
      learningRate: 0.01,
      step: 3,
      gradientScale: 0.7,
      averageDecay,
    };
    const [expected, found] = [await stepOn("cpu", 2, options), await stepOn("simd3d", 2, options)];
    found.forEach((values, i) =>
      values.forEach((value, j) =>
        assert.ok(Math.abs(value - expected[i][j]) < 1e-5 * (1 + Math.abs(value)), `${i} ${j}`),
      ),
    );
    const { fround } = Math;
    stepShapes.forEach((shape, i) => {
      const old = randomValues(`list 1 ${i}`, shape).map(Math.abs);
      const weight = found[i];
      const average = old.map((value, j) =>
        fround(fround(fround(averageDecay) * value) + fround(fround(1 - averageDecay) * weight[j])),
      );
      assert.deepEqual(found[stepShapes.length + i], average);
    });
  });

  /** A small network's loss and gradients, and what AdamW makes of its weights. */
  function train(steps: number, each: () => void = () => undefined): Float32Array[] {
    const shapes = [
      [3, 3, 3, 1, 8],
      [3, 3, 3, 8, 16],
      [2, 2, 2, 8, 16],
      [1, 1, 1, 16, 3],
    ];
    const variables = shapes.map((shape, i) =>
      tf.tidy(() => tf.variable(tf.tensor(randomValues(`weight ${i}`, shape), shape).mul(0.2))),
    );
    const moments = shapes.map((shape) => [0, 1].map(() => tf.tidy(() => tf.variable(tf.zeros(shape)))));
    const image = tf.tensor<Rank.R5>(randomValues("image", [1, 12, 12, 12, 1]), [1, 12, 12, 12, 1]);
    const labels = tf.tidy(() =>
      tf.cast(image.greater(0), "int32").reshape<Tensor<Rank.R4>>([1, 12, 12, 12]),
    );
    for (let step = 1; step <= steps; step++) {
      const { value, grads } = tf.variableGrads(() => {
        const [a, b, c, d] = variables as unknown as Tensor5D[];
        const fine = normLeakyRelu(conv3d(image, a), tf.ones([8]), tf.zeros([8]));
        const coarse = leakyRelu(conv3d(fine, b, { stride: 2 }));
        return segmentationLoss(conv3d(concatChannels([fine, convTransposed3d(coarse, c)]), d), labels);
      }, variables);
      variables.forEach((variable, i) => {
        const [first, second] = moments[i];
        adamWStep(variable, { first, second }, grads[variable.name], { learningRate: 0.01, step });
      });
      tf.dispose([value, grads]);
      each();
    }
    const result = variables.map((variable) => Float32Array.from(variable.dataSync()));
    tf.dispose([...variables, ...moments.flat(), image, labels]);
    return result;
  }

  it("gives the same bytes for every number of threads", async () => {
    await tf.setBackend("simd3d");
    const results: Float32Array[][] = [];
    for (const count of [1, 2, 5]) {
      assert.equal(await setSimdThreads(tf, count), count);
      results.push(train(3));
    }
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
    assert.ok(results[0].every((values) => values.every(Number.isFinite)));
    await setSimdThreads(tf, 2);
  });

  it("takes no more memory after the first steps, and leaves none behind", async () => {
    await tf.setBackend("simd3d");
    const before = { tensors: tf.memory().numTensors, ...simdMemory() };
    const seen: { tensors: number; heapBytes: number; liveBytes: number }[] = [];
    train(30, () => seen.push({ tensors: tf.memory().numTensors, ...simdMemory() }));
    const [, , third] = seen;
    for (const { tensors, heapBytes, liveBytes } of seen.slice(3))
      assert.deepEqual([tensors, heapBytes, liveBytes], [third.tensors, third.heapBytes, third.liveBytes]);
    assert.equal(tf.memory().numTensors, before.tensors);
    assert.equal(simdMemory().liveBytes, before.liveBytes);
  });

  it("keeps a part of a tensor whole when the tensor's memory is used again", async () => {
    await tf.setBackend("simd3d");
    const whole = tf.tidy(() => leakyRelu(tf.ones([64, 64])));
    const part = tf.slice(whole, [3, 0], [2, 64]);
    whole.dispose();
    const other = tf.tidy(() => leakyRelu(tf.fill([64, 64], 7)));
    assert.ok(part.dataSync().every((value) => value === 1));
    const values = other.dataSync();
    other.dispose();
    tf.tidy(() => leakyRelu(tf.zeros([64, 64])).dataSync());
    assert.ok(
      values.every((value) => value === 7),
      "what was read is the reader's",
    );
    part.dispose();
  });

  it("says so when a kernel leaves its memory, on one thread and on two, and goes on", async () => {
    const { crew } = prepareSimdEngine(tf);
    for (const count of [1, 2]) {
      await setSimdThreads(tf, count);
      const beyond = 0xfffffff0;
      for (const items of [1, 8])
        assert.throws(
          () => crew.run("addArrays", items, [beyond, beyond, beyond, 16384 * items]),
          /engine simd: found "kernel addArrays left its memory"/,
        );
      await compare((x) => leakyRelu(x), [[40_000]]);
    }
  });

  it("refuses tensors that are no numbers of 4 bytes", () => {
    const flags = tf.tensor1d([true, false], "bool");
    assert.throws(
      () => prepareSimdEngine(tf).addressOf(flags),
      /tensor: found "bool", expected float32 or int32/,
    );
    flags.dispose();
  });
});

describe("the simd engine's modules", function () {
  this.timeout(120_000);

  it("are what their source compiles to", async () => {
    const build = (await import(pathToFileURL("src/model/simd3d/assembly/build.mjs").href)) as {
      compileModule(relaxed: boolean): Promise<Buffer>;
    };
    const modules = (await import(pathToFileURL("src/dist/model/simd3d/modules.js").href)) as {
      plainModule: string;
      relaxedModule: string;
    };
    assert.equal((await build.compileModule(false)).toString("base64"), modules.plainModule);
    assert.equal((await build.compileModule(true)).toString("base64"), modules.relaxedModule);
  });
});
