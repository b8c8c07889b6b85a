import assert from "node:assert/strict";
import type { Rank, Tensor, Tensor5D } from "@tensorflow/tfjs";
import { LabError } from "tumorlab/internal/core/errors";
import { openEngine } from "tumorlab/internal/model/engines";
import { addBias, conv3d, convTransposed3d } from "tumorlab/internal/model/ops/convolution";
import { segmentationLoss } from "tumorlab/internal/model/ops/loss";
import { leakyRelu, normLeakyRelu } from "tumorlab/internal/model/ops/normalize";
import { adamWStep, gradientNorm, sgdStep, stepWeights } from "tumorlab/internal/model/ops/optimizer";
import { concatChannels, maxPool, upsampleNearest } from "tumorlab/internal/model/ops/resolution";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";

const tf = loadTensorFlow();
const zeros = (...shape: [number, number, number, number, number]) => tf.zeros<Rank.R5>(shape);
const near = (found: ArrayLike<number>, right: readonly number[], tolerance = 1e-6) => {
  assert.equal(found.length, right.length);
  right.forEach((value, i) => assert.ok(Math.abs(found[i] - value) <= tolerance, `${found[i]} is ${value}`));
};

describe("the operations of the network", function () {
  this.timeout(120_000);
  before(() => openEngine({ engine: "reference" }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it("have the shapes they state", () => {
    const x = zeros(2, 5, 4, 6, 3);
    assert.deepEqual(conv3d(x, zeros(3, 3, 3, 3, 7)).shape, [2, 5, 4, 6, 7]);
    assert.deepEqual(conv3d(x, zeros(3, 3, 3, 3, 7), { stride: 2 }).shape, [2, 3, 2, 3, 7]);
    assert.deepEqual(conv3d(x, zeros(1, 1, 1, 3, 2), { stride: 2 }).shape, [2, 3, 2, 3, 2]);
    assert.deepEqual(convTransposed3d(x, zeros(2, 2, 2, 4, 3)).shape, [2, 10, 8, 12, 4]);
    assert.deepEqual(upsampleNearest(x).shape, [2, 10, 8, 12, 3]);
    assert.deepEqual(maxPool(zeros(1, 4, 2, 6, 3)).shape, [1, 2, 1, 3, 3]);
    assert.deepEqual(concatChannels([x, zeros(2, 5, 4, 6, 1)]).shape, [2, 5, 4, 6, 4]);
    assert.deepEqual(normLeakyRelu(x, tf.ones([3]), tf.zeros([3])).shape, x.shape);
    assert.deepEqual(leakyRelu(tf.tensor2d([[-100, 2]]), 0.1).arraySync(), [[-10, 2]]);
  });

  it("start a strided convolution of one tap at the first voxel", () => {
    const x = tf.tensor5d([1, 2, 3, 4], [1, 4, 1, 1, 1]);
    near(conv3d(x, tf.ones([1, 1, 1, 1, 1]), { stride: 2 }).dataSync(), [1, 3]);
  });

  it("add a bias to each channel", () => {
    const filter = tf.tensor5d([1, 0], [1, 1, 1, 1, 2]);
    const y = conv3d(tf.tensor5d([5, 6], [1, 2, 1, 1, 1]), filter, { bias: tf.tensor1d([0.5, -1]) });
    near(y.dataSync(), [5.5, -1, 6.5, -1]);
    const block = convTransposed3d(tf.tensor5d([3], [1, 1, 1, 1, 1]), tf.ones([2, 2, 2, 1, 1]), {
      bias: tf.tensor1d([1]),
    });
    near(block.dataSync(), new Array<number>(8).fill(4));
  });

  it("refuse what does not fit, naming it", () => {
    const x = zeros(1, 4, 4, 3, 2);
    assert.throws(() => conv3d(x, zeros(3, 3, 3, 3, 4)), /filter: found \[3, 3, 3, 3, 4\], expected 2 input/);
    assert.throws(() => conv3d(x, zeros(2, 2, 2, 2, 4)), /an odd cube/);
    assert.throws(() => conv3d(x, zeros(3, 3, 3, 2, 4), { stride: 3 as never }), /stride: found 3/);
    assert.throws(() => convTransposed3d(x, zeros(2, 2, 2, 4, 3)), /filter: .* expected 2 input channels/);
    assert.throws(() => addBias(x, tf.zeros([3])), /bias: found \[3\], expected \[2\]/);
    assert.throws(() => maxPool(x), /input: found \[1, 4, 4, 3, 2\], expected an even number/);
    assert.throws(() => normLeakyRelu(x, tf.zeros([3]), tf.zeros([2])), /gain: found \[3\]/);
    assert.throws(() => leakyRelu(x, 2), /slope: found 2/);
  });
});

describe("segmentationLoss", function () {
  this.timeout(120_000);
  before(() => openEngine({ engine: "reference" }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const labelled = (labels: number[]) => tf.tensor4d(labels, [1, labels.length, 1, 1], "int32");

  it("is what its definition says, by hand", () => {
    const logits = tf.tensor5d([0, 0, 0, Math.log(3), 99, -99], [1, 3, 1, 1, 2]);
    // Voxels 1 and 2 count: probabilities of class 1 are 1/2 and 3/4, truths 0 and 1.
    const crossEntropy = (Math.log(2) + Math.log(4 / 3)) / 2;
    const dice = (2 * 0.75) / (1.25 + 1);
    near(segmentationLoss(logits, labelled([0, 1, 255])).dataSync(), [crossEntropy + 1 - dice], 1e-5);
    const halves = { diceWeight: 0.5, crossEntropyWeight: 0, ignoreLabel: 7 };
    near(segmentationLoss(logits, labelled([0, 1, 7]), halves).dataSync(), [(1 - dice) / 2], 1e-5);
  });

  it("looks at labels again where it is asked about them in another way", () => {
    const labels = labelled([0, 2, 255]);
    const ignored = { ignoreLabel: 2 };
    const loss = () => segmentationLoss(zeros(1, 3, 1, 1, 3), labels).dataSync()[0];
    const first = loss();
    assert.equal(loss(), first);
    assert.throws(() => segmentationLoss(zeros(1, 3, 1, 1, 2), labels), /labels: found 2/);
    assert.throws(() => segmentationLoss(zeros(1, 3, 1, 1, 3), labels, ignored), /labels: found 255/);
  });

  it("leaves a class without a true voxel to the cross-entropy", () => {
    const logits = tf.tensor5d([0, 0, 0, 1, 2, 0], [1, 2, 1, 1, 3]);
    const onlyDice = { crossEntropyWeight: 0 };
    const lossOf = (labels: number[]) => (x: Tensor) =>
      segmentationLoss(x as Tensor5D, labelled(labels), onlyDice);
    // Class 1 alone is there: its probabilities are 1/3 and e^2 / (e + e^2 + 1), its truths 0 and 1.
    const total = Math.E + Math.E ** 2 + 1;
    const own = Math.E ** 2 / total;
    near(lossOf([0, 1])(logits).dataSync(), [1 - (2 * own) / (1 / 3 + own + 1)], 1e-5);
    const { value, grad } = tf.valueAndGrad(lossOf([0, 0]))(logits);
    near(value.dataSync(), [0]);
    near(grad.dataSync(), [0, 0, 0, 0, 0, 0]);
  });

  it("is 0 without gradient where every voxel is ignored", () => {
    const logits = tf.tensor5d([3, -2, 1, 5], [1, 2, 1, 1, 2]);
    const { value, grad } = tf.valueAndGrad((x) => segmentationLoss(x as Tensor5D, labelled([255, 255])))(
      logits,
    );
    near(value.dataSync(), [0]);
    near(grad.dataSync(), [0, 0, 0, 0]);
  });

  it("refuses labels that are no class, other shapes and other types", () => {
    const logits = zeros(1, 2, 1, 1, 3);
    assert.throws(
      () => segmentationLoss(logits, labelled([0, 3])),
      (error: unknown) =>
        error instanceof LabError && /labels: found 3, expected classes from 0 to 2/.test(error.message),
    );
    assert.throws(() => segmentationLoss(logits, labelled([0, -1])), /labels: found -1/);
    assert.throws(() => segmentationLoss(logits, labelled([0])), /labels: found \[1, 1, 1, 1\], expected/);
    assert.throws(() => segmentationLoss(logits, tf.zeros([1, 2, 1, 1])), /labels: found "float32"/);
    assert.throws(() => segmentationLoss(zeros(1, 2, 1, 1, 1), labelled([0, 0])), /at least 2 classes/);
  });
});

describe("sgdStep, adamWStep, stepWeights and gradientNorm", function () {
  this.timeout(120_000);
  before(() => openEngine({ engine: "reference" }));

  it("follow PyTorch's formulas and leave no tensor behind", () => {
    const weight = tf.variable(tf.tensor1d([1, -2]));
    const velocity = tf.variable(tf.tensor1d([0.5, 0]));
    const gradient = tf.tensor1d([0.2, -0.4]);
    const first = tf.variable(tf.zeros([2]));
    const second = tf.variable(tf.zeros([2]));
    const start = tf.tensor1d([1, -2]);
    const before = tf.memory().numTensors;
    sgdStep(weight, velocity, gradient, {
      learningRate: 0.1,
      momentum: 0.9,
      weightDecay: 0.01,
      gradientScale: 0.5,
    });
    near(velocity.dataSync(), [0.56, -0.22]);
    near(weight.dataSync(), [1 - 0.1 * (0.11 + 0.9 * 0.56), -2 - 0.1 * (-0.22 + 0.9 * -0.22)]);

    weight.assign(start);
    for (const step of [1, 2])
      adamWStep(weight, { first, second }, gradient, { learningRate: 0.01, step, weightDecay: 0.1 });
    // With one gradient all along, the corrected moments are the gradient and its square: each step is a sign.
    near(
      weight.dataSync(),
      [1, -2].map((w, i) => (w * 0.999 - 0.01 * (1 - 2 * i)) * 0.999 - 0.01 * (1 - 2 * i)),
      1e-5,
    );
    near(first.dataSync(), [0.2 * 0.19, -0.4 * 0.19]);
    near(second.dataSync(), [0.04 * 0.001999, 0.16 * 0.001999], 1e-9);
    assert.equal(tf.memory().numTensors, before);
    assert.throws(
      () => sgdStep(weight, velocity, tf.zeros([3]), { learningRate: 1 }),
      /gradient: found \[3\]/,
    );
    const moments = { first: velocity, second: velocity };
    assert.throws(() => adamWStep(weight, moments, gradient, { learningRate: 1, step: 0 }), /step: found 0/);
  });

  it("move all weights and their running averages in one call", () => {
    const variables = (...values: number[]) => values.map((value) => tf.variable(tf.tensor1d([value])));
    const [weights, velocities, averages] = [variables(1, -2), variables(0.5, 0), variables(3, 4)];
    const gradients = [tf.tensor1d([0.2]), tf.tensor1d([-0.4])];
    const settings = {
      kind: "sgd",
      learningRate: 0.1,
      momentum: 0.9,
      weightDecay: 0.01,
      gradientScale: 0.5,
    } as const;
    const before = tf.memory().numTensors;
    stepWeights({ weights, slots: [velocities], averages }, gradients, { ...settings, averageDecay: 0.75 });
    const moved = [1 - 0.1 * (0.11 + 0.9 * 0.56), -2 - 0.1 * (-0.22 + 0.9 * -0.22)];
    weights.forEach((weight, i) => near(weight.dataSync(), [moved[i]]));
    averages.forEach((average, i) => near(average.dataSync(), [0.75 * [3, 4][i] + 0.25 * moved[i]]));
    assert.equal(tf.memory().numTensors, before);
  });

  it("give the norm of all gradients together", () => {
    near(gradientNorm([tf.tensor1d([3, 0]), tf.tensor2d([[4], [12]])]).dataSync(), [13], 1e-5);
    assert.equal(gradientNorm([]).dataSync()[0], 0);
  });
});
