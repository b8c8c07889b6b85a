import { requireThat } from "../core/errors.js";
import type { Key, RandomStream } from "../core/random.js";
import type { CaseReader } from "./case-bank.js";
import { extractPatch } from "./patch.js";
import { type LabelledScan, prepareCase, type PreparedCase } from "./prepared-case.js";
import type { TrainingConfig } from "./training-config.js";

/**
 * Makes a case that nobody was scanned for, such as a healthy scan with a synthetic tumor: the same key, the same case.
 */
export type CaseSynthesizer = (key: Key) => LabelledScan | Promise<LabelledScan>;

/** What one training step learns from. */
export interface Batch {
  /** `[batch, x, y, z]`, z fastest, from 0 to 1. */
  images: Float32Array;
  /** `[batch, x, y, z]`, classes or the label to ignore. */
  labels: Int32Array;
  /** Name of the case of each patch. */
  cases: string[];
}

/** What of a recipe decides a batch. */
export type BatchConfig = Pick<
  TrainingConfig,
  | "batch"
  | "network"
  | "foregroundShare"
  | "syntheticShare"
  | "augmentation"
  | "targets"
  | "ignore"
  | "spacingMm"
  | "windowHu"
>;

/**
 * The batch of a step: a pure function of the cases, the config, the key and the step, whatever was drawn before.
 * Each patch is from a synthetic case with probability `syntheticShare`. Of the others, the share of foreground draws one
 * of the classes, then one of the cases that have it, then one of its voxels there, so that a class which few cases have
 * is seen as often as one which all have; the rest draw one of all cases and any place in it. A synthetic case's
 * classes are drawn among those it has.
 */
export async function makeBatch(
  reader: CaseReader,
  recipe: BatchConfig,
  key: Key,
  step: number,
  synthesize?: CaseSynthesizer,
): Promise<Batch> {
  const { batch, network, syntheticShare, foregroundShare } = recipe;
  const { patch } = network;
  const voxels = patch[0] * patch[1] * patch[2];
  const images = new Float32Array(batch * voxels);
  const labels = new Int32Array(batch * voxels);
  const cases: string[] = [];
  for (let i = 0; i < batch; i++) {
    const patchKey = key.split("batch").split(step).split(i);
    const stream = patchKey.split("case").stream();
    const synthetic = stream.uniform() < syntheticShare;
    const aimed = stream.uniform() < foregroundShare;
    let source: PreparedCase;
    let aim: number | undefined;
    if (synthetic) {
      requireThat(
        synthesize !== undefined,
        "syntheticShare",
        syntheticShare,
        "0 where nothing makes synthetic cases",
      );
      source = prepareCase(await synthesize(patchKey.split("synthesis")), recipe);
      const made = source;
      if (aimed) aim = sampleClass(recipe, (label) => made.voxelsOfClass[label - 1].length > 0, stream);
    } else {
      requireThat(reader.count > 0, "cases", "none", "at least one case");
      if (aimed) aim = sampleClass(recipe, (label) => reader.withClass(label).length > 0, stream);
      source = reader.open(
        aim === undefined ? stream.integer(0, reader.count - 1) : stream.choose(reader.withClass(aim)),
      );
    }
    const from = i * voxels;
    extractPatch(source, { patch, aim, augmentation: recipe.augmentation }, patchKey.split("patch"), {
      image: images.subarray(from, from + voxels),
      labels: labels.subarray(from, from + voxels),
    });
    cases.push(source.name);
  }
  return { images, labels, cases };
}

/** One of the classes there are, all alike likely; none where there is none. */
function sampleClass(
  { targets }: Pick<BatchConfig, "targets">,
  isThere: (label: number) => boolean,
  stream: RandomStream,
): number | undefined {
  const labels = targets.map((_, at) => at + 1).filter(isThere);
  return labels.length === 0 ? undefined : stream.choose(labels);
}
