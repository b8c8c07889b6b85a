import assert from "node:assert/strict";
import {
  addToChannels,
  convolutionGeometry,
  convolve,
  convolveTransposed,
  diceCrossEntropy,
  joinChannels,
  leakyRelu,
  normalize,
  pool,
  upsample,
} from "tumorlab/internal/model/plain-ops";

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

describe("convolve", () => {
  it("sums neighbours with zeros outside, by hand along one axis", () => {
    const geometry = convolutionGeometry([4, 1, 1, 1], [3, 1, 1], 1, 1);
    const filter = Float64Array.of(1, 10, 100);
    assert.deepEqual([...convolve(Float64Array.of(1, 2, 3, 4), filter, geometry)], [210, 321, 432, 43]);
  });

  it("strides from where TensorFlow's same padding starts: for 4 voxels and 3 taps, the first voxel", () => {
    const geometry = convolutionGeometry([4, 1, 1, 1], [3, 1, 1], 1, 2);
    assert.deepEqual(geometry.coarse, [2, 1, 1, 1]);
    const filter = Float64Array.of(1, 10, 100);
    assert.deepEqual([...convolve(Float64Array.of(1, 2, 3, 4), filter, geometry)], [321, 43]);
  });

  it("mixes channels through the filter", () => {
    const geometry = convolutionGeometry([1, 1, 1, 2], [1, 1, 1], 3, 1);
    const filter = Float64Array.of(1, 2, 3, 10, 20, 30);
    assert.deepEqual([...convolve(Float64Array.of(5, 7), filter, geometry)], [75, 150, 225]);
  });
});

describe("convolveTransposed", () => {
  it("is the transpose of the convolution: both give the same inner product", () => {
    for (const stride of [1, 2] as const) {
      const geometry = convolutionGeometry([5, 4, 3, 2], [3, 3, 3], 3, stride);
      const [cx, cy, cz, cc] = geometry.coarse;
      const wave = (n: number, f: number) => Float64Array.from({ length: n }, (_, i) => Math.sin(f * i + 1));
      const x = wave(5 * 4 * 3 * 2, 0.7);
      const y = wave(cx * cy * cz * cc, 1.3);
      const filter = wave(27 * 6, 2.1);
      const left = dot(convolve(x, filter, geometry), y);
      const right = dot(x, convolveTransposed(y, filter, geometry));
      assert.ok(Math.abs(left - right) < 1e-10 * Math.abs(left));
    }
  });
});

describe("the other operations", () => {
  it("give values one can work out", () => {
    assert.deepEqual([...leakyRelu(Float64Array.of(-2, 0, 3), 0.1)], [-0.2, 0, 3]);
    const settings = { classes: 2, ignoreLabel: 9, diceWeight: 0, crossEntropyWeight: 1, smooth: 0 };
    const logits = Float64Array.of(1000, 1000, 7, 7, 0, 50);
    const even = diceCrossEntropy(logits, [0, 1, 9], settings);
    assert.ok(Math.abs(even[0] - Math.log(2)) < 1e-12);
    // Class 1: probability 1/2 at both voxels, truth at one: 2 * 1/2 / (1 + 1).
    const dice = diceCrossEntropy(logits, [0, 1, 9], { ...settings, diceWeight: 1, crossEntropyWeight: 0 });
    assert.ok(Math.abs(dice[0] - 0.5) < 1e-12);
    // No voxel of class 1: no Dice to speak of.
    assert.equal(
      diceCrossEntropy(logits, [0, 0, 9], { ...settings, diceWeight: 1, crossEntropyWeight: 0 })[0],
      0,
    );
    const normalized = normalize(
      Float64Array.of(1, 10, 3, 10),
      Float64Array.of(2, 1),
      Float64Array.of(5, -1),
      2,
      0,
    );
    assert.deepEqual([...normalized].slice(0, 1), [3]);
    assert.equal(normalized[2], 7);
    assert.ok(Number.isNaN(normalized[1]), "no spread and no epsilon: nothing to divide by");
    assert.equal(normalize(Float64Array.of(4, 4), Float64Array.of(1), Float64Array.of(9), 1, 1e-5)[0], 9);
  });

  it("move between grids of one and two voxels an axis, channel by channel", () => {
    const fine = Float64Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? i / 2 : -1));
    assert.deepEqual([...pool(fine, [1, 1, 1, 2], "max")], [7, -1]);
    assert.deepEqual([...pool(fine, [1, 1, 1, 2], "mean")], [3.5, -1]);
    const raised = upsample(Float64Array.of(1, 2), [1, 1, 2, 1]);
    assert.deepEqual([...raised], [1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2]);
    assert.deepEqual(
      [...joinChannels(Float64Array.of(1, 2), Float64Array.of(3, 4, 5, 6), 1, 2)],
      [1, 3, 4, 2, 5, 6],
    );
    assert.deepEqual(
      [...addToChannels(Float64Array.of(1, 2, 3, 4), Float64Array.of(10, 20))],
      [11, 22, 13, 24],
    );
  });
});
