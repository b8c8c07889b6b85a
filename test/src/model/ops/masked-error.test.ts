import assert from "node:assert/strict";
import { openEngine } from "tumorlab/internal/model/engines";
import { computeGradients } from "tumorlab/internal/model/ops/gradients";
import { type ErrorPower, maskedError } from "tumorlab/internal/model/ops/masked-error";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";

const tf = loadTensorFlow();

/** Error of four numbers, of which the third counts for nothing, and its gradient. */
function errorOf(power: ErrorPower, weights = [1, 3, 0, 0]): { value: number; gradient: number[] } {
  const found = tf.variable(tf.tensor1d([1, -2, 9, 5]));
  const { value, gradients } = computeGradients(
    () => maskedError(found, tf.tensor1d([3, -1, 0, 5]), tf.tensor1d(weights), power),
    [found],
  );
  // A slope of -0 is none.
  const gradient = [...gradients[0].dataSync()].map((slope) => slope + 0);
  const result = { value: value.dataSync()[0], gradient };
  tf.dispose([value, ...gradients, found]);
  return result;
}

// Against finite differences: `gradientCases` has it, and `engines.slow.test.ts` runs those on every engine.
for (const engine of ["reference", "simd"] as const)
  describe(`the masked error on ${engine}`, function () {
    this.timeout(60_000);
    before(() => openEngine({ engine, threads: 1 }));

    it("is the weighted mean, by hand", () => {
      // (1 |1 - 3| + 3 |-2 + 1|) / 4 and (1 * 4 + 3 * 1) / 4.
      assert.deepEqual(errorOf(1), { value: 1.25, gradient: [-0.25, -0.75, 0, 0] });
      assert.deepEqual(errorOf(2), { value: 1.75, gradient: [-1, -1.5, 0, 0] });
    });

    it("is 0 without slope where nothing counts, and where both are equal", () => {
      assert.deepEqual(errorOf(2, [0, 0, 0, 0]), { value: 0, gradient: [0, 0, 0, 0] });
      assert.deepEqual(errorOf(1, [0, 0, 0, 2]), { value: 0, gradient: [0, 0, 0, 0] });
    });

    it("refuses other shapes, naming which", () => {
      const two = tf.tensor1d([1, 2]);
      assert.throws(() => maskedError(two, tf.tensor1d([1]), two, 1), /truth: found \[1\], expected \[2\]/);
      assert.throws(() => maskedError(two, two, tf.tensor2d([[1, 2]]), 1), /weights: found \[1, ?2\]/);
    });
  });
