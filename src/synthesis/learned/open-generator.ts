import { LabError, requireThat } from "../../core/errors.js";
import { throwIfAborted } from "../../core/progress.js";
import { type EngineOptions, openEngine } from "../../model/engines.js";
import { loadModel, type TrainedModel } from "../../model/store.js";
import { loadTensorFlow } from "../../model/tensorflow.js";
import { hashWeights } from "../../model/weights.js";
import { explainShortShape, finishLesion } from "../../tumor/finish.js";
import { type GeneratorFacts, readGeneratorFacts } from "../../tumor/learned/generator-facts.js";
import { contextVoxels } from "../../tumor/learned/lesion-block.js";
import { makeShape } from "../../tumor/shape.js";
import { sampleInTissue, type LesionSite } from "../../tumor/site.js";
import type { LesionPatch, SynthesisRequest, TrainedSynthesizer } from "../../tumor/synthesizer.js";
import { learnedName } from "../../tumor/synthesizers.js";
import { renderLearned } from "./render-lesion.js";
import type { Denoiser } from "./sample-lesion.js";

/**
 * Opens a generator that was trained: shapes are those of the recipe, HU are sampled from what it learned, in the lesion
 * and in a rim of one voxel within the organ. Its lesions depend on the arithmetic of the engine.
 *
 * @param source folder of the model, or the model itself.
 * @param engine default the fastest that answers at once, which a GPU does not.
 * @throws LabError for a folder without a model, or a model that generates nothing.
 */
export async function openGenerator(
  source: string | TrainedModel,
  { engine: asked = "auto", threads }: EngineOptions = {},
): Promise<TrainedSynthesizer> {
  const model = typeof source === "string" ? await loadModel(source) : source;
  const input = typeof source === "string" ? source : "model";
  const facts = readGeneratorFacts(model.training, input);
  let engine = await openEngine({ engine: asked, threads });
  if (asked === "auto" && engine.name === "webgpu") engine = await openEngine({ engine: "simd", threads });
  requireThat(
    engine.name !== "webgpu",
    "engine",
    engine.name,
    "an engine that answers at once: simd, reference or tensorflow",
  );
  const weightsSha256 = hashWeights(model.weights);
  const { levels, shares } = facts;
  const denoiser: Denoiser = { network: model.config, weights: model.weights, levels, shares };
  const known = { name: learnedName, version: "1", weightsSha256, arithmetic: engine.arithmetic };
  return {
    ...known,
    title: `what a denoiser learned of ${facts.tumors} tumors of the ${facts.organ}`,
    synthesize(request) {
      requireOrgan(request, facts);
      const current = loadTensorFlow().getBackend();
      requireThat(
        current === engine.backend,
        "engine",
        current,
        `${engine.backend}, as when the generator was opened`,
        "Open it again: another engine has been opened since",
      );
      return synthesize(request, model, facts, denoiser, known);
    },
  };
}

function synthesize(
  request: SynthesisRequest,
  { spacingMm, windowHu }: TrainedModel,
  { lesion, rim, shares, levels }: GeneratorFacts,
  denoiser: Denoiser,
  known: Pick<TrainedSynthesizer, "name" | "version" | "weightsSha256" | "arithmetic">,
): LesionPatch {
  const { contrastHu } = request.options ?? {};
  requireThat(
    contrastHu === undefined || Math.abs(contrastHu) <= 1000,
    "contrastHu",
    contrastHu,
    "-1000 to 1000 HU",
  );
  const marginMm = (contextVoxels + 2) * Math.max(...spacingMm, ...request.ct.spacingMm);
  const { site, drawn } = sampleInTissue(request, { marginMm }, makeShape);
  throwIfAborted(request.signal);
  const scale = { windowHu, lesion, rim, shares, spacingMm };
  const { hu, referenceHu } = renderLearned(site, drawn.mask, denoiser, scale);
  const shiftHu = contrastHu === undefined ? 0 : contrastHu - changeOf(site, hu, drawn.mask);
  if (shiftHu !== 0) for (let i = 0; i < hu.length; i++) if (drawn.mask[i] === 1) hu[i] += shiftHu;
  return finishLesion(
    site,
    {
      mask: drawn.mask,
      hu,
      clippedShare: drawn.clippedShare,
      capReason: explainShortShape(site, drawn.voxels),
      parameters: { ...drawn.parameters, referenceHu, levels, shiftHu, arithmetic: known.arithmetic },
    },
    known,
  );
}

/** Mean of what a lesion changes, in HU. */
function changeOf(site: LesionSite, hu: Float32Array, mask: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < hu.length; i++) {
    if (mask[i] === 0) continue;
    sum += hu[i] - site.hu[i];
    count++;
  }
  return sum / count;
}

function requireOrgan({ organ }: SynthesisRequest, facts: GeneratorFacts): void {
  if (organ !== facts.organ)
    throw new LabError(
      "organ",
      organ,
      `${facts.organ}, whose tumors the generator learned`,
      "Train one on tumors of the organ, or choose another generator",
    );
}
