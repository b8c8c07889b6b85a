import type { TumorOrgan } from "../../anatomy/organs.js";
import { requireThat } from "../../core/errors.js";
import { type RunOptions, throwIfAborted } from "../../core/progress.js";
import { createKey } from "../../core/random.js";
import { type EngineOptions, openEngine } from "../../model/engines.js";
import type { TrainedModel } from "../../model/store.js";
import { initializeWeights } from "../../model/weights.js";
import { letOthersRun } from "../../platform/wait.js";
import type { GeneratorFacts } from "../../tumor/learned/generator-facts.js";
import { buildBlock } from "../../tumor/learned/lesion-block.js";
import { createLearner, type StepReport } from "../learner.js";
import type { LabelledScan, PreparedCase } from "../prepared-case.js";
import { type CaseLesions, denoisingLoss, makeDenoisingBatch } from "./denoising-batch.js";
import { createGeneratorConfig, type GeneratorSettings, samplingLevels } from "./generator-config.js";
import { cutLesions, measureScale } from "./lesion-crops.js";
import { prepareTumorScan } from "./prepare-tumor-scan.js";

/** What a generator is trained on and how. */
export interface GeneratorTraining extends RunOptions {
  organ: TumorOrgan;
  /**
   * Scans, or such as were prepared with the classes of `tumorTargets`; each is looked at once, and only its tumors are
   * kept. Scans without a tumor of the organ are passed over.
   */
  cases: Iterable<LabelledScan | PreparedCase>;
  config: GeneratorSettings;
  /** Default 0. The same cases, config, seed and arithmetic give the same weights to the last bit. */
  seed?: number;
  engine?: EngineOptions["engine"];
  threads?: number;
  onStep?: (report: StepReport) => void;
}

/**
 * Trains a generator of lesions on real tumors, and on nothing else: a denoiser that gives back the HU of a tumor, hidden
 * under noise, from the scan round it and the tumor's mask. Runs through or not at all: there are no checkpoints.
 *
 * @returns a model for `saveModel` and `openGenerator`.
 * @throws LabError for cases without a tumor, and a loss that is no number; the signal's reason when aborted.
 */
export async function trainGenerator(options: GeneratorTraining): Promise<TrainedModel> {
  const { organ, seed = 0, progress, signal, onStep } = options;
  const config = createGeneratorConfig(options.config);
  const { network, spacingMm, windowHu, steps, jitter } = config;
  const names: string[] = [];
  const crops = cutLesions(prepareAll(options, names), { patch: network.patch, jitter, windowHu });
  requireThat(crops.length > 0, "cases", `none with a tumor of the ${organ}`, "tumors to learn from");
  const scale = measureScale(crops, windowHu);
  const byCase = new Map<string, CaseLesions & { blocks: ReturnType<typeof buildBlock>[] }>();
  for (const crop of crops) {
    const entry = byCase.get(crop.case) ?? { case: crop.case, blocks: [] };
    entry.blocks.push(buildBlock(crop, scale));
    byCase.set(crop.case, entry);
  }
  const lesions = [...byCase.values()];
  const batchConfig = { ...config, shares: scale.shares };
  const engine = await openEngine({ engine: options.engine, threads: options.threads });
  const key = createKey(seed).split("generator").split(organ);
  const learner = createLearner(
    config,
    { weights: initializeWeights(network, key.split("weights")) },
    (batch: ReturnType<typeof makeDenoisingBatch>, parameters) => denoisingLoss(network, batch, parameters),
  );
  try {
    for (let step = 0; step < steps; step++) {
      throwIfAborted(signal);
      const report = await learner.step(makeDenoisingBatch(lesions, batchConfig, key, step), step);
      onStep?.(report);
      progress?.({ done: step + 1, total: steps, label: "generator", values: { loss: report.loss } });
      await letOthersRun();
    }
    const generator: GeneratorFacts = {
      ...{ format: "tumorlab-generator", formatVersion: 1, organ },
      ...{ lesion: scale.lesion, rim: scale.rim, shares: scale.shares },
      ...{ levels: samplingLevels, seed, steps },
      ...{ cases: names, tumors: crops.length, arithmetic: engine.arithmetic },
    };
    return {
      config: network,
      weights: await learner.result(),
      classNames: [`${organ} tumor`],
      spacingMm,
      windowHu,
      training: { generator },
    };
  } finally {
    learner.dispose();
  }
}

function* prepareAll(
  { organ, cases, config, signal }: GeneratorTraining,
  names: string[],
): Generator<PreparedCase> {
  for (const each of cases) {
    throwIfAborted(signal);
    const prepared = "image" in each ? each : prepareTumorScan(each, organ, config);
    if (!prepared) continue;
    names.push(each.name);
    yield prepared;
  }
}
