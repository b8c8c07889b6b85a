import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Tensor4D, Tensor5D } from "@tensorflow/tfjs";
import { type EngineName, listEngines, openEngine } from "tumorlab/internal/model/engines";
import { runNetwork } from "tumorlab/internal/model/network";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { listParameters } from "tumorlab/internal/model/network-plan";
import { segmentationLoss } from "tumorlab/internal/model/ops/loss";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";

interface Packed {
  shape: number[];
  base64: string;
}

interface GoldenCase {
  config: {
    encoder: "plain" | "residual";
    widths: number[];
    classes: number;
    patch: [number, number, number];
  };
  image: Packed;
  labels: Packed;
  weights: Record<string, Packed>;
  logits: Packed;
  loss: number;
  gradients: Record<string, Packed>;
}

/** Made by PyTorch, see test/golden/network/make.py. */
const golden = JSON.parse(readFileSync("test/golden/network/unet.json", "utf8")) as {
  call: string;
  cases: GoldenCase[];
};

const bytesOf = ({ base64 }: Packed) => Uint8Array.from(Buffer.from(base64, "base64")).buffer;
const numbersOf = (packed: Packed) => new Float32Array(bytesOf(packed));

/** Length of the difference as a share of the length of what is right. */
function relativeError(found: ArrayLike<number>, right: Float32Array): number {
  assert.equal(found.length, right.length);
  let off = 0;
  let all = 0;
  right.forEach((value, i) => {
    off += (found[i] - value) ** 2;
    all += value ** 2;
  });
  return Math.sqrt(off / all);
}

describe("the U-Net beside PyTorch in double precision", function () {
  this.timeout(300_000);
  const tf = loadTensorFlow();
  const engines: EngineName[] = ["tensorflow", "webgpu", "simd", "reference"];
  let missing: Map<EngineName, string>;

  before(async () => {
    const absent = (await listEngines()).filter(({ available }) => !available);
    missing = new Map(absent.map(({ name, detail }) => [name, detail]));
  });

  it("covers the simd and the reference engine", () => {
    assert.ok(!missing.has("simd") && !missing.has("reference"));
    assert.equal(golden.call, "python3 test/golden/network/make.py");
  });

  for (const engine of engines)
    for (const { config, image, labels, weights, logits, loss, gradients } of golden.cases)
      it(`has the same logits, loss and gradients on ${engine}, ${config.encoder} encoder, to 1e-4`, async function () {
        if (missing.has(engine)) {
          console.log(`      not run: ${missing.get(engine)}`);
          this.skip();
        }
        await openEngine({ engine, threads: 2 });
        const network = createNetworkConfig(config);
        const specs = listParameters(network);
        assert.deepEqual(specs.map(({ name }) => name).sort(), Object.keys(weights).sort());
        tf.engine().startScope();
        try {
          const variables = specs.map(({ name }) => {
            const { shape } = weights[name];
            return tf.variable(tf.tensor(numbersOf(weights[name]), shape));
          });
          const parameters = new Map(specs.map(({ name }, i) => [name, variables[i]]));
          const x: Tensor5D = tf.tensor(numbersOf(image)).reshape(image.shape);
          const y: Tensor4D = tf.tensor1d(new Int32Array(bytesOf(labels)), "int32").reshape(labels.shape);
          const found = await runNetwork(network, x, parameters)[0].data();
          assert.ok(relativeError(found, numbersOf(logits)) < 1e-4, "logits");
          const { value, grads } = tf.variableGrads(
            () => segmentationLoss(runNetwork(network, x, parameters)[0], y),
            variables,
          );
          assert.ok(Math.abs((await value.data())[0] - loss) < 1e-4 * loss, "loss");
          for (const [i, { name }] of specs.entries()) {
            const error = relativeError(await grads[variables[i].name].data(), numbersOf(gradients[name]));
            assert.ok(error < 1e-4, `gradient of ${name} off by ${error}`);
          }
          tf.dispose(variables);
        } finally {
          tf.engine().endScope();
        }
      });
});
