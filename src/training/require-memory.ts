import { LabError } from "../core/errors.js";
import type { EngineName } from "../model/engines.js";
import { gridStepOf, type NetworkConfig } from "../model/network-config.js";
import { estimateCost, type NetworkCost } from "../model/network-plan.js";
import { usableMemoryBytes } from "../platform/machine.js";
import type { TrainingConfig } from "./training-config.js";

/** Most that tensors may take, and why no more. */
export interface MemoryLimit {
  bytes: number;
  reason: string;
}

/**
 * Most that an engine's tensors may take here; `undefined` for engines on a GPU, whose memory is not known.
 *
 * @param usableBytes main memory; default what this process may use.
 */
export function memoryLimitOf(
  engine: EngineName,
  usableBytes: number = usableMemoryBytes(),
): MemoryLimit | undefined {
  if (engine !== "simd" && engine !== "reference") return undefined;
  const addressed = engine === "simd" ? 2 ** 32 : Infinity;
  return addressed < usableBytes
    ? { bytes: addressed, reason: "all that the engine simd can address" }
    : { bytes: usableBytes, reason: "the memory of this machine" };
}

/** What a training costs: {@link estimateCost} with the optimizer's tensors. */
export function estimateTraining({ network, batch, optimizer, averageDecay }: TrainingConfig): NetworkCost {
  const slots = (optimizer.kind === "sgd" ? 1 : 2) + (averageDecay > 0 ? 1 : 0);
  return estimateCost(network, { batch, slots });
}

/**
 * Throws a LabError when the tensors of a training step do not fit, with the estimate and with a batch and a patch that
 * would.
 */
export function requireTrainingMemory(recipe: TrainingConfig, limit: MemoryLimit | undefined): void {
  const { trainBytes } = estimateTraining(recipe);
  if (!limit || trainBytes <= limit.bytes) return;
  const { patch } = recipe.network;
  const smaller = findFitting(recipe, limit.bytes);
  throw new LabError(
    `recipe ${recipe.name}, batch of ${recipe.batch} with patch ${patch.join(" x ")}`,
    `a step of about ${inMebibytes(trainBytes)}`,
    `at most ${inMebibytes(limit.bytes)}, ${limit.reason}`,
    smaller
      ? `A batch of ${smaller.batch} with patch ${smaller.network.patch.join(" x ")} takes about ` +
          `${inMebibytes(estimateTraining(smaller).trainBytes)}; narrower widths or an engine on a GPU help too`
      : "Take narrower widths, fewer levels or an engine on a GPU",
  );
}

/** Throws a LabError when a network does not fit for prediction, one patch at a time. */
export function requirePredictionMemory(network: NetworkConfig, limit: MemoryLimit | undefined): void {
  const { predictBytes } = estimateCost(network);
  if (!limit || predictBytes <= limit.bytes) return;
  throw new LabError(
    `model of patch ${network.patch.join(" x ")}`,
    `a window of about ${inMebibytes(predictBytes)}`,
    `at most ${inMebibytes(limit.bytes)}, ${limit.reason}`,
    "Choose an engine on a GPU, or a model of smaller patch or width",
  );
}

/** The same recipe with a smaller batch, then a smaller patch, the first that fits. */
function findFitting(recipe: TrainingConfig, maxBytes: number): TrainingConfig | undefined {
  const { network } = recipe;
  const step = gridStepOf(network);
  const fits = (candidate: TrainingConfig): boolean => estimateTraining(candidate).trainBytes <= maxBytes;
  for (let batch = recipe.batch - 1; batch >= 1; batch--) {
    const candidate = { ...recipe, batch };
    if (fits(candidate)) return candidate;
  }
  for (let share = 15; share >= 1; share--) {
    const along = (n: number): number => Math.max(step, Math.floor((n * share) / 16 / step) * step);
    const [x, y, z] = network.patch;
    const patch = [along(x), along(y), along(z)] as const;
    const candidate = { ...recipe, batch: 1, network: { ...network, patch } };
    if (fits(candidate)) return candidate;
  }
  return undefined;
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
