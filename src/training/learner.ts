import type { Scalar, Variable } from "@tensorflow/tfjs";
import { ignoreLabel } from "../anatomy/label-classes.js";
import { LabError } from "../core/errors.js";
import { type ParameterTensors, runNetwork } from "../model/network.js";
import { computeGradients } from "../model/ops/gradients.js";
import { segmentationLoss } from "../model/ops/loss.js";
import { gradientNorm, stepWeights } from "../model/ops/optimizer.js";
import { loadTensorFlow } from "../model/tensorflow.js";
import type { Weights, WeightTensor } from "../model/weights.js";
import type { Batch } from "./batch.js";
import { learningRateAt, type TrainingConfig } from "./training-config.js";

/** What a step did. */
export interface StepReport {
  /** Number of the step, the first being 0. */
  step: number;
  /** Dice and cross-entropy of the batch before the step. */
  loss: number;
  learningRate: number;
  /** Length of the gradient before it was clipped. */
  gradientNorm: number;
}

/** All numbers of a training: equal states go on equally. */
export interface LearnerState {
  weights: Weights;
  /** What the optimizer remembers of each weight, one list each: momentum, or both moments. */
  slots: readonly Weights[];
  /** Running average of the weights; absent where the config has none. */
  average?: Weights;
}

/** Weights on the engine in use, with what moves them. Dispose of it when done. */
export interface Learner {
  /**
   * Moves the weights by one batch.
   *
   * @throws LabError when loss or gradient are no finite numbers, naming step and cases; the weights stay as they were.
   */
  step(batch: Batch, step: number): Promise<StepReport>;
  /** The tensors to predict with: the running average where there is one, else the weights. Do not dispose of them. */
  parameters(): ParameterTensors;
  /** The numbers of {@link parameters}. */
  result(): Promise<WeightTensor[]>;
  state(): Promise<LearnerState>;
  dispose(): void;
}

/** Puts weights, and the rest of an earlier state, on the engine in use. */
export function createLearner(
  recipe: TrainingConfig,
  start: Pick<LearnerState, "weights"> & Partial<LearnerState>,
): Learner {
  const tf = loadTensorFlow();
  const toVariable = ({ shape, data }: WeightTensor): Variable =>
    tf.tidy(() => tf.variable(tf.tensor(data, [...shape])));
  const zeros = start.weights.map(({ name, shape, data }) => ({
    name,
    shape,
    data: new Float32Array(data.length),
  }));
  const slotCount = recipe.optimizer.kind === "sgd" ? 1 : 2;
  const weights = start.weights.map(toVariable);
  const slots = Array.from({ length: slotCount }, (_, i) => (start.slots?.[i] ?? zeros).map(toVariable));
  const average = recipe.averageDecay > 0 ? (start.average ?? start.weights).map(toVariable) : undefined;
  const names = start.weights.map(({ name }) => name);
  const byName = (variables: Variable[]): ParameterTensors =>
    new Map(variables.map((variable, i) => [names[i], variable]));
  const current = byName(weights);

  const read = async (variables: Variable[]): Promise<WeightTensor[]> =>
    Promise.all(
      variables.map(async (variable, i) => ({
        name: names[i],
        shape: start.weights[i].shape,
        data: Float32Array.from((await variable.data()) as Float32Array),
      })),
    );

  return {
    async step(batch, step) {
      const learningRate = learningRateAt(recipe, step);
      const { value, gradients } = computeGradients(() => batchLoss(recipe, batch, current), weights);
      const length = gradientNorm(gradients);
      try {
        const [[loss], [norm]] = await Promise.all([value.data(), length.data()]);
        if (!Number.isFinite(loss) || !Number.isFinite(norm))
          throw new LabError(
            `step ${step} on ${batch.cases.join(", ")}`,
            `loss ${loss}, gradient ${norm}`,
            "finite numbers",
            "Training stopped before this step changed anything: resume with a smaller learning rate, or look at the case",
          );
        const { gradientClip } = recipe;
        const gradientScale = gradientClip > 0 && norm > gradientClip ? gradientClip / norm : 1;
        const settings = {
          ...recipe.optimizer,
          learningRate,
          gradientScale,
          // Less at first: the weights of the first steps should be forgotten.
          averageDecay: Math.min(recipe.averageDecay, (1 + step) / (10 + step)),
        };
        stepWeights(
          { weights, slots, averages: average },
          gradients,
          settings.kind === "sgd" ? settings : { ...settings, step: step + 1 },
        );
        return { step, loss, learningRate, gradientNorm: norm };
      } finally {
        tf.dispose([value, length, ...gradients]);
      }
    },
    parameters: () => (average ? byName(average) : current),
    result: () => read(average ?? weights),
    async state() {
      const state: LearnerState = { weights: await read(weights), slots: await Promise.all(slots.map(read)) };
      return average ? { ...state, average: await read(average) } : state;
    },
    dispose: () => tf.dispose([...weights, ...slots.flat(), ...(average ?? [])]),
  };
}

/** Loss of a batch; coarser outputs count half as much each as the next finer one. */
function batchLoss(recipe: TrainingConfig, batch: Batch, parameters: ParameterTensors): Scalar {
  const tf = loadTensorFlow();
  const { network } = recipe;
  const [x, y, z] = network.patch;
  const image = tf.tensor5d(batch.images, [batch.cases.length, x, y, z, 1]);
  const outputs = runNetwork(network, image, parameters);
  const total = outputs.reduce((sum, _, level) => sum + 0.5 ** level, 0);
  const losses = outputs.map((logits, level) => {
    const labels = coarseLabels(batch.labels, [batch.cases.length, x, y, z], 2 ** level);
    const shape = logits.shape.slice(0, 4) as [number, number, number, number];
    const loss = segmentationLoss(logits, tf.tensor4d(labels, shape, "int32"), { ignoreLabel });
    return outputs.length === 1 ? loss : tf.mul(loss, 0.5 ** level / total);
  });
  return losses.length === 1 ? (losses[0] as Scalar) : tf.addN(losses).asScalar();
}

/** Every so many voxels along each axis. */
function coarseLabels(
  labels: Int32Array,
  [batch, nx, ny, nz]: readonly [number, number, number, number],
  factor: number,
): Int32Array {
  if (factor === 1) return labels;
  const coarse = new Int32Array(labels.length / factor ** 3);
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let x = 0; x < nx; x += factor)
      for (let y = 0; y < ny; y += factor)
        for (let z = 0; z < nz; z += factor) coarse[at++] = labels[((b * nx + x) * ny + y) * nz + z];
  return coarse;
}
