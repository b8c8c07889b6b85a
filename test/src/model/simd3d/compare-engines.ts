import assert from "node:assert/strict";
import type { Tensor, Tensor5D } from "@tensorflow/tfjs";
import fc from "fast-check";
import { createKey } from "tumorlab/internal/core/random";
import { addBias, conv3d, convTransposed3d } from "tumorlab/internal/model/ops/convolution";
import { leakyRelu, normLeakyRelu } from "tumorlab/internal/model/ops/normalize";
import {
  averagePool,
  concatChannels,
  maxPool,
  upsampleNearest,
} from "tumorlab/internal/model/ops/resolution";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";

const tf = loadTensorFlow();

/** The same values of a normal distribution for the same name. */
export function randomValues(name: string, shape: readonly number[]): Float32Array {
  const stream = createKey(4).split(name).stream();
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.normal());
}

type Op = (...inputs: Tensor[]) => Tensor;

/** Output and gradients of an operation on an engine, for random inputs and a random gradient of the output. */
async function compute(
  backend: string,
  op: Op,
  shapes: readonly (readonly number[])[],
): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => tf.tensor(randomValues(`input ${i}`, shape), [...shape]));
    const output = op(...inputs);
    const upstream = tf.tensor(randomValues("upstream", output.shape), output.shape);
    const gradients = tf.grads(op)(inputs, upstream);
    return [output, ...gradients].map((tensor) => Float32Array.from(tensor.dataSync()));
  });
}

/** Fails where output or gradients on the engine simd differ from those of the reference. */
export async function compare(op: Op, shapes: readonly (readonly number[])[]): Promise<void> {
  const right = await compute("cpu", op, shapes);
  const found = await compute("simd3d", op, shapes);
  right.forEach((values, i) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    const off = values.reduce((most, value, j) => Math.max(most, Math.abs(value - found[i][j])), 0);
    assert.ok(off <= 2e-5 * largest, `${i === 0 ? "output" : `gradient ${i}`} off by ${off} of ${largest}`);
  });
}

const channels = fc.constantFrom(1, 2, 3, 4, 7, 8, 12, 17);
const side = fc.integer({ min: 1, max: 13 });

/** Convolutions of any shape, both strides. @param runs shapes that are drawn */
export async function compareConvolutions(runs: number): Promise<void> {
  const cases = fc.record({
    grid: fc.tuple(fc.integer({ min: 1, max: 2 }), side, side, side, channels),
    to: channels,
    k: fc.constantFrom(1, 3),
    stride: fc.constantFrom<1 | 2>(1, 2),
  });
  await fc.assert(
    fc.asyncProperty(cases, ({ grid, to, k, stride }) =>
      compare(
        (x, filter) => conv3d(x as Tensor5D, filter as Tensor5D, { stride }),
        [grid, [k, k, k, grid[4], to]],
      ),
    ),
    { numRuns: runs, seed: 6 },
  );
}

/** All else of a network: grids changed, joined, normalised, activated. @param runs shapes that are drawn */
export async function compareOtherOps(runs: number): Promise<void> {
  const cases = fc.record({
    grid: fc.tuple(fc.integer({ min: 1, max: 2 }), side, side, side, channels),
    to: channels,
    slope: fc.constantFrom(0, 0.01, 1),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ grid, to, slope }) => {
      const [batch, x, y, z, c] = grid;
      await compare(
        (x, filter) => convTransposed3d(x as Tensor5D, filter as Tensor5D),
        [grid, [2, 2, 2, to, c]],
      );
      // One voxel has no spread to normalise by, and few make the gradient a small difference of large numbers.
      await compare(
        (x, gain, shift) => normLeakyRelu(x as Tensor5D, gain.as1D(), shift.as1D(), { slope }),
        [[batch, x + 2, y + 2, z + 2, c], [c], [c]],
      );
      await compare((a, b) => concatChannels([a as Tensor5D, b as Tensor5D]), [grid, [batch, x, y, z, to]]);
      await compare((x) => upsampleNearest(x as Tensor5D), [grid]);
      const even = [batch, 2 * x, 2 * y, 2 * z, c];
      await compare((x) => maxPool(x as Tensor5D), [even]);
      await compare((x) => averagePool(x as Tensor5D), [even]);
      await compare((x, bias) => addBias(x as Tensor5D, bias.as1D()), [[2, 16, 4, 8, c], [c]]);
      await compare((a, b) => leakyRelu(tf.add(a, b), slope), [even, even]);
    }),
    { numRuns: runs, seed: 6 },
  );
}
