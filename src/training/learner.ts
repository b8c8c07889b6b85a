import { LabError } from "../core/errors.js";
import type { ParameterTensors } from "../model/network.js";
import { computeGradients } from "../model/ops/gradients.js";
import { gradientNorm, stepWeights } from "../model/ops/optimizer.js";
import type { Scalar, Variable } from "../model/tensor-types.js";
import { loadTensorFlow } from "../model/tensorflow.js";
import type { Weights, WeightTensor } from "../model/weights.js";
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

/** What of a config a learner moves weights by. */
export type LearnerConfig = Pick<TrainingConfig, "optimizer" | "steps" | "gradientClip" | "averageDecay">;

/** What a batch costs with the weights as they are: what a learner brings down. Differentiable in all of them. */
export type BatchLoss<B> = (batch: B, parameters: ParameterTensors) => Scalar;

/** Weights on the engine in use, with what moves them. Dispose of it when done. */
export interface Learner<B> {
  /**
   * Moves the weights by one batch.
   *
   * @throws LabError when loss or gradient are no finite numbers, naming step and cases; the weights stay as they were.
   */
  step(batch: B, step: number): Promise<StepReport>;
  /** The tensors to predict with: the running average where there is one, else the weights. Do not dispose of them. */
  parameters(): ParameterTensors;
  /** The numbers of {@link parameters}. */
  result(): Promise<WeightTensor[]>;
  state(): Promise<LearnerState>;
  dispose(): void;
}

/** Puts weights, and the rest of an earlier state, on the engine in use. */
export function createLearner<B extends { cases: readonly string[] }>(
  recipe: LearnerConfig,
  start: Pick<LearnerState, "weights"> & Partial<LearnerState>,
  lossOf: BatchLoss<B>,
): Learner<B> {
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
      const { value, gradients } = computeGradients(() => lossOf(batch, current), weights);
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
