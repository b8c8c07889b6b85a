import assert from "node:assert/strict";
import type { Tensor, Tensor4D, Tensor5D } from "@tensorflow/tfjs";
import { createKey } from "tumorlab/internal/core/random";
import { openEngine } from "tumorlab/internal/model/engines";
import { runNetwork, toTensors } from "tumorlab/internal/model/network";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { computeGradients } from "tumorlab/internal/model/ops/gradients";
import { segmentationLoss } from "tumorlab/internal/model/ops/loss";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { initializeWeights } from "tumorlab/internal/model/weights";

describe("computeGradients", function () {
  this.timeout(60_000);
  const tf = loadTensorFlow();
  /** The gradients of TensorFlow.js itself, before any is watched. */
  const plain = new Map(
    tf
      .getKernelsForBackend("cpu")
      .map(({ kernelName }) => [kernelName, tf.getGradient(kernelName)?.gradFunc]),
  );

  for (const engine of ["simd", "reference"] as const)
    it(`gives the bits of TensorFlow.js's own variableGrads on ${engine}, and leaves no tensor behind`, async () => {
      await openEngine({ engine, threads: 1 });
      for (const change of [
        {},
        { encoder: "residual" as const, deepSupervision: true },
        { normalization: "none" as const },
      ]) {
        const config = createNetworkConfig({ classes: 3, widths: [4, 8, 8], patch: [8, 8, 8], ...change });
        const before = tf.memory().numTensors;
        const tensors = toTensors(initializeWeights(config, createKey(2)));
        const variables = [...tensors.values()].map((tensor) => tf.variable(tensor));
        const parameters = new Map([...tensors.keys()].map((name, i) => [name, variables[i]]));
        const stream = createKey(3).stream();
        const values = Float32Array.from({ length: 512 }, () => stream.normal());
        const image: Tensor5D = tf.tensor5d(values, [1, 8, 8, 8, 1]);
        const labels: Tensor4D = tf.tensor4d(
          Array.from(values, (value) => (value > 0 ? 1 : 0)),
          [1, 8, 8, 8],
          "int32",
        );
        const loss = () => segmentationLoss(runNetwork(config, image, parameters)[0], labels);
        const right = tf.variableGrads(loss, variables);
        const found = computeGradients(loss, variables);
        assert.deepEqual(await found.value.data(), await right.value.data());
        for (const [i, variable] of variables.entries()) {
          const gradient = right.grads[variable.name];
          // Of an answer that the loss does not use, both know no gradient.
          assert.equal(found.gradients[i] === undefined, gradient === undefined);
          if (gradient) assert.deepEqual(await found.gradients[i].data(), await gradient.data());
        }
        tf.dispose([
          right.value,
          right.grads,
          found.value,
          found.gradients,
          image,
          labels,
          ...tensors.values(),
        ]);
        tf.dispose(variables);
        assert.equal(tf.memory().numTensors, before);
      }
    });

  it("needs less memory, and works on after a loss that throws", async () => {
    await openEngine({ engine: "simd", threads: 1 });
    tf.engine().startScope();
    const filter = tf.variable(tf.ones([3, 3, 3, 4, 4]));
    const image = tf.ones([1, 16, 16, 16, 4]);
    let heldBytes = 0; // when the way back has come to the first layer
    const watch = tf.customGrad((x) => ({
      value: (x as Tensor).clone(),
      gradFunc: (dy: Tensor) => {
        heldBytes = tf.memory().numBytes;
        return dy.clone();
      },
    }));
    const loss = () => {
      let x = image as Tensor5D;
      for (let layer = 0; layer < 6; layer++) {
        x = tf.mul(tf.conv3d(x, filter as Tensor5D, 1, "same"), 0.01);
        if (layer === 0) x = watch(x) as Tensor5D;
      }
      return tf.sum(x.reshape([-1])).asScalar();
    };
    computeGradients(loss, [filter]);
    const ours = heldBytes;
    tf.variableGrads(loss, [filter]);
    const theirs = heldBytes;
    assert.ok(ours < 0.7 * theirs, `${ours} of ${theirs} bytes`);
    // The register of gradients is one for the process: a package with a TensorFlow.js of its own, such as danfo.js, puts
    // its own into it when it is loaded.
    for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
      const config = tf.getGradient(kernelName);
      if (config)
        tf.registerGradient({
          ...config,
          gradFunc: (dy, saved, attributes) => plain.get(kernelName)!(dy, saved, attributes),
        });
    }
    computeGradients(loss, [filter]);
    assert.ok(heldBytes < 0.7 * theirs, `${heldBytes} of ${theirs} bytes once others are registered`);
    const fail = () => {
      loss();
      throw new Error("no loss");
    };
    assert.throws(() => computeGradients(fail, [filter]), /no loss/);
    const again = computeGradients(loss, [filter]);
    assert.deepEqual(
      again.gradients[0].dataSync(),
      tf.variableGrads(loss, [filter]).grads[filter.name].dataSync(),
    );
    tf.engine().endScope();
    filter.dispose();
  });
});
