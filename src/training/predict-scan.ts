import { requireThat } from "../core/errors.js";
import { countVoxels, requireSameGrid } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { openEngine } from "../model/engines.js";
import { type ParameterTensors, toTensors } from "../model/network.js";
import type { TrainedModel } from "../model/store.js";
import { loadTensorFlow } from "../model/tensorflow.js";
import { orientationOfVolume, reorient, toRas } from "../volume/orientation.js";
import { cleanLabels, type CleaningOptions } from "./clean-labels.js";
import { prepareImage } from "./prepared-case.js";
import { memoryLimitOf, requirePredictionMemory } from "./require-memory.js";
import { predictPlanes, type WindowOptions } from "./sliding-window.js";
import { pickLargest } from "./validate.js";

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
  return {
    predict: async (ct, options = {}) => (await predictScan(model, parameters, ct, options)).labels,
    predictProbabilities: (ct, classes, options = {}) => predictScan(model, parameters, ct, options, classes),
    dispose: () => loadTensorFlow().dispose([...parameters.values()]),
  };
}

/**
 * Predicts a scan: axes along R, A, S, the model's spacing and window, sliding windows, then probabilities brought
 * linearly to the scan's own voxels, of which each takes the most probable class. Memory stays at some planes of
 * probabilities however long the scan is.
 */
async function predictScan(
  model: TrainedModel,
  parameters: ParameterTensors,
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
  await predictPlanes(model.config, parameters, image, writer.add, options);
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

/** What a probability of 1 is stored as. */
const mostStored = 65535;

/**
 * Takes the planes of one grid in rising order and writes the classes of another about the same middle, as soon as both
 * planes that a new one lies between are there; holds two planes.
 *
 * @param factor spacing of the new grid as a share of the old one's, along each axis.
 * @param keep classes whose probabilities are kept, as shares of {@link mostStored}.
 */
function createPlaneWriter(
  from: Vec3,
  to: Vec3,
  factor: Vec3,
  classes: number,
  keep: readonly number[],
): {
  add: (z: number, probabilities: Float32Array) => void;
  finish: () => { labels: Uint8Array; kept: Uint16Array[] };
} {
  const labels = new Uint8Array(countVoxels(to));
  const kept = keep.map(() => new Uint16Array(labels.length));
  const [mx, my, mz] = to;
  const size = from[0] * from[1];
  const places = to.map((n, axis) => linearPlaces(from[axis], n, factor[axis]));
  const held = [new Float32Array(size * classes), new Float32Array(size * classes)];
  const mixed = new Float32Array(size * classes);
  const fine = new Float32Array(mx * my * classes);
  let next = 0;

  const write = (last: number): void => {
    for (; next < mz; next++) {
      const { below, beyond } = places[2];
      const above = Math.min(from[2] - 1, below[next] + 1);
      if (above > last) return;
      const [low, high] = [held[below[next] & 1], held[above & 1]];
      const share = above === below[next] ? 0 : beyond[next];
      for (let i = 0; i < mixed.length; i++) mixed[i] = low[i] + (high[i] - low[i]) * share;
      spreadPlane(mixed, from, fine, to, places, classes);
      const [start, size] = [next * mx * my, mx * my];
      pickLargest(fine, labels.subarray(start, start + size));
      keep.forEach((each, k) => {
        for (let i = 0; i < size; i++)
          kept[k][start + i] = Math.min(mostStored, Math.round(fine[each * size + i] * mostStored));
      });
    }
  };
  return {
    add(z, probabilities) {
      held[z & 1].set(probabilities);
      write(z);
    },
    finish: () => ({ labels, kept }),
  };
}

interface LinearPlaces {
  below: Int32Array;
  beyond: Float64Array;
}

/** Where the centres of `m` voxels lie among those of `n` voxels of the same middle. */
function linearPlaces(n: number, m: number, factor: number): LinearPlaces {
  const below = new Int32Array(m);
  const beyond = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const place = Math.min(n - 1, Math.max(0, (n - 1) / 2 + (i - (m - 1) / 2) * factor));
    below[i] = Math.min(n - 1, Math.floor(place));
    beyond[i] = place - below[i];
  }
  return { below, beyond };
}

function spreadPlane(
  coarse: Float32Array,
  [nx, ny]: Vec3,
  fine: Float32Array,
  [mx, my]: Vec3,
  [alongX, alongY]: readonly LinearPlaces[],
  classes: number,
): void {
  for (let c = 0, at = 0; c < classes; c++)
    for (let y = 0; y < my; y++) {
      const low = nx * (alongY.below[y] + ny * c);
      const high = nx * (Math.min(ny - 1, alongY.below[y] + 1) + ny * c);
      const share = alongY.beyond[y];
      for (let x = 0; x < mx; x++, at++) {
        const left = alongX.below[x];
        const right = Math.min(nx - 1, left + 1);
        const a = coarse[low + left] + (coarse[low + right] - coarse[low + left]) * alongX.beyond[x];
        const b = coarse[high + left] + (coarse[high + right] - coarse[high + left]) * alongX.beyond[x];
        fine[at] = a + (b - a) * share;
      }
    }
}
