import { requireThat } from "../core/errors.js";
import { requireSameGrid } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import { openEngine } from "../model/engines.js";
import { toTensors } from "../model/network.js";
import type { TrainedModel } from "../model/store.js";
import { loadTensorFlow } from "../model/tensorflow.js";
import { orientationOfVolume, reorient, toRas } from "../volume/orientation.js";
import { cleanLabels, type CleaningOptions } from "./clean-labels.js";
import { createPlaneWriter, mostStored } from "./plane-writer.js";
import { prepareImage } from "./prepared-case.js";
import { memoryLimitOf, requirePredictionMemory } from "./require-memory.js";
import { predictPlanes, type WindowNetwork, windowNetwork, type WindowOptions } from "./sliding-window.js";

/** How a whole scan is predicted. */
export interface PredictOptions extends WindowOptions {
  /** What is done to the prediction afterwards; default nothing. */
  cleaning?: CleaningOptions;
}

/** Labels of a scan, and the probabilities of the classes asked for, in their order. */
export interface ScanPrediction {
  labels: LabelMap;
  probabilities: Volume<Uint16Array>[];
}

/** A model on the engine in use. */
export interface Predictor {
  /**
   * Labels of a scan on the scan's own grid: shape, spacing and affine are those of `ct`, label values the classes.
   *
   * @param ct intensities in HU, in any orientation.
   * @throws LabError for a scan that cannot be resampled; the signal's reason when aborted.
   */
  predict(ct: Volume, options?: PredictOptions): Promise<LabelMap>;
  /**
   * {@link Predictor.predict} with the probabilities of some classes, 0 to 1 on the scan's own grid, stored as shares of 65,535.
   * Cleaning changes the labels alone.
   *
   * @param classes label values, from 1.
   */
  predictProbabilities(
    ct: Volume,
    classes: readonly number[],
    options?: PredictOptions,
  ): Promise<ScanPrediction>;
  /** Frees the engine's memory. */
  dispose(): void;
}

/**
 * Puts a model on an engine; the engine is opened where none has been asked for.
 *
 * @param engine as {@link openEngine} takes it.
 * @throws LabError for a network of more than one image, or one that does not fit in memory.
 */
export async function openPredictor(
  model: TrainedModel,
  engine: Parameters<typeof openEngine>[0] = {},
): Promise<Predictor> {
  const { inputChannels } = model.config;
  requireThat(inputChannels === 1, "model, inputChannels", inputChannels, "1: a scan is one CT");
  const { name } = await openEngine(engine);
  requirePredictionMemory(model.config, memoryLimitOf(name));
  const parameters = toTensors(model.weights);
  return createPredictor(model, windowNetwork(model.config, parameters), () =>
    loadTensorFlow().dispose([...parameters.values()]),
  );
}

/** A model whose network is computed by whoever gives it; all else is as with {@link openPredictor}. */
export function createPredictor(
  model: TrainedModel,
  network: WindowNetwork,
  dispose: () => void = () => {},
): Predictor {
  return {
    predict: async (ct, options = {}) => (await predictScan(model, network, ct, options)).labels,
    predictProbabilities: (ct, classes, options = {}) => predictScan(model, network, ct, options, classes),
    dispose,
  };
}

/**
 * Predicts a scan: axes along R, A, S, the model's spacing and window, sliding windows, then probabilities brought
 * linearly to the scan's own voxels, of which each takes the most probable class. Memory stays at some planes of
 * probabilities however long the scan is.
 */
async function predictScan(
  model: TrainedModel,
  network: WindowNetwork,
  ct: Volume,
  options: PredictOptions,
  classes: readonly number[] = [],
): Promise<ScanPrediction> {
  for (const each of classes)
    requireThat(
      Number.isInteger(each) && each >= 1 && each < model.config.classes,
      "classes",
      each,
      `label values from 1 to ${model.config.classes - 1}`,
    );
  const upright = toRas(ct);
  const image = prepareImage(upright, model);
  const target = upright.shape;
  const factor = image.spacingMm.map((mm, axis) => upright.spacingMm[axis] / mm);
  const writer = createPlaneWriter(
    image.shape,
    target,
    [factor[0], factor[1], factor[2]],
    model.config.classes,
    classes,
  );
  await predictPlanes(model.config, network, image, writer.add, options);
  const names = Object.fromEntries(model.classNames.flatMap((name, at) => (at > 0 ? [[at, name]] : [])));
  const grid = { shape: target, spacingMm: upright.spacingMm, affine: upright.affine };
  const { labels: data, kept } = writer.finish();
  const labels: LabelMap = { ...grid, data, names };
  const cleaned = options.cleaning ? cleanLabels(labels, options.cleaning) : labels;
  const rescale = { slope: 1 / mostStored, intercept: 0 };
  return {
    labels: bringBack(cleaned, ct),
    probabilities: kept.map((stored) => bringBack({ ...grid, data: stored, rescale }, ct)),
  };
}

/** An upright volume on the grid of the scan it was made from. */
function bringBack<V extends Volume>(upright: V, ct: Volume): V {
  const back = reorient(upright, orientationOfVolume(ct));
  requireSameGrid(ct, back, ["scan", "prediction"]);
  // There and back an affine may change in its last bits; the scan's own is the right one.
  return { ...back, spacingMm: ct.spacingMm, affine: ct.affine };
}
