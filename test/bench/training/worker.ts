import { createKey } from "tumorlab/internal/core/random";
import { type EngineName, openEngine } from "tumorlab/internal/model/engines";
import { runNetwork } from "tumorlab/internal/model/network";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { computeGradients } from "tumorlab/internal/model/ops/gradients";
import { segmentationLoss } from "tumorlab/internal/model/ops/loss";
import { adamWStep } from "tumorlab/internal/model/ops/optimizer";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { initializeWeights } from "tumorlab/internal/model/weights";
import { readPeakMb } from "../volumes/interleave.js";
import type { Job, SideOutput } from "./main.js";

/** Our side of the training benchmark: a job as JSON in, one line of JSON out. */
async function main(): Promise<void> {
  const { widths, batch, size, threads, steps, engine } = JSON.parse(process.argv[2]) as Job & {
    engine: EngineName;
  };
  const tf = loadTensorFlow();
  const { detail } = await openEngine({ engine, threads });
  const network = createNetworkConfig({ classes: 3, widths, patch: [size, size, size] });
  const weights = initializeWeights(network, createKey(1));
  const variables = weights.map(({ data, shape }) => tf.variable(tf.tensor(data, [...shape])));
  const parameters = new Map(weights.map(({ name }, i) => [name, variables[i]]));
  const moments = variables.map((variable) => ({
    first: tf.variable(tf.zerosLike(variable)),
    second: tf.variable(tf.zerosLike(variable)),
  }));
  const stream = createKey(2).stream();
  const values = Float32Array.from({ length: batch * size ** 3 }, () => stream.normal());
  const image = tf.tensor5d(values, [batch, size, size, size, 1]);
  const classes = Int32Array.from(values, (value) => (value > 1 ? 2 : value > 0 ? 1 : 0));
  const labels = tf.tensor4d(classes, [batch, size, size, size], "int32");

  let step = 0;
  const train = async () => {
    const { value, gradients } = computeGradients(
      () => segmentationLoss(runNetwork(network, image, parameters)[0], labels),
      variables,
    );
    step++;
    variables.forEach((variable, i) =>
      adamWStep(variable, moments[i], gradients[i], { learningRate: 1e-3, step }),
    );
    await value.data();
    tf.dispose([value, ...gradients]);
  };
  const infer = async () => {
    const [logits] = tf.tidy(() => runNetwork(network, image, parameters));
    if (engine !== "simd") await logits.data();
    logits.dispose();
  };
  const result: SideOutput = {
    train: await measure(steps, train),
    infer: await measure(steps, infer),
    peakMb: readPeakMb(),
    detail,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Times in ms; the first two of three or more calls only warm up. */
async function measure(steps: number, call: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.slice(Math.min(2, steps - 1));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
