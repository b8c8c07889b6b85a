import { requireThat } from "../errors.js";
import type { Key } from "../random.js";
import type { CaseReader } from "./case-bank.js";
import { drawPatch } from "./patch.js";
import { type LabelledScan, prepareCase, type PreparedCase } from "./prepared-case.js";
import type { TrainingRecipe } from "./recipe.js";

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
export type BatchRecipe = Pick<
  TrainingRecipe,
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
 * The batch of a step: a pure function of the cases, the recipe, the key and the step, whatever was drawn before.
 * Each patch is from a synthetic case with probability `syntheticShare`, else from one of the cases, all alike likely.
 */
export async function makeBatch(
  reader: CaseReader,
  recipe: BatchRecipe,
  key: Key,
  step: number,
  synthesize?: CaseSynthesizer,
): Promise<Batch> {
  const { batch, network, syntheticShare } = recipe;
  const { patch } = network;
  const voxels = patch[0] * patch[1] * patch[2];
  const images = new Float32Array(batch * voxels);
  const labels = new Int32Array(batch * voxels);
  const cases: string[] = [];
  for (let i = 0; i < batch; i++) {
    const patchKey = key.split("batch").split(step).split(i);
    const stream = patchKey.split("case").stream();
    const synthetic = stream.uniform() < syntheticShare;
    let source: PreparedCase;
    if (synthetic) {
      requireThat(
        synthesize !== undefined,
        "syntheticShare",
        syntheticShare,
        "0 where nothing makes synthetic cases",
      );
      source = prepareCase(await synthesize(patchKey.split("synthesis")), recipe);
    } else {
      requireThat(reader.count > 0, "cases", "none", "at least one case");
      source = reader.open(stream.integer(0, reader.count - 1));
    }
    const from = i * voxels;
    drawPatch(
      source,
      { patch, foregroundShare: recipe.foregroundShare, augmentation: recipe.augmentation },
      patchKey.split("patch"),
      { image: images.subarray(from, from + voxels), labels: labels.subarray(from, from + voxels) },
    );
    cases.push(source.name);
  }
  return { images, labels, cases };
}
