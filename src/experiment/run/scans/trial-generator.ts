import { requireThat } from "../../../core/errors.js";
import type { RunOptions } from "../../../core/progress.js";
import { createKey } from "../../../core/random.js";
import { type EngineOptions, openEngine } from "../../../model/engines.js";
import { basename } from "../../../platform/paths.js";
import { openGenerator } from "../../../synthesis/learned/open-generator.js";
import type { GeneratorSettings } from "../../../training/generator/generator-config.js";
import { trainGenerator } from "../../../training/generator/train-generator.js";
import type { PreparedCase } from "../../../training/prepared-case.js";
import type { TrainedSynthesizer } from "../../../tumor/synthesizer.js";
import { generatorStepsOf } from "../../plan/plan-synthesis.js";
import { type ExperimentPlan, trainingConfigOf, type TrialSpec } from "../../plan/plan.js";
import type { ScanStore } from "./scan-store.js";
import type { StoredCase } from "./stored-case.js";
import { openRealCases } from "./trial-cases.js";

/**
 * The generator of a trial: trained on the tumors of its own real cases, those of its organ, size and seed, and on nothing
 * else; neither healthy hosts nor tests are seen. It is kept among the scans under the hash of all that decides it, so that
 * trials share it and one that was killed after its training finds it again.
 *
 * @throws as `trainGenerator`, and for an engine that does not answer at once.
 */
export async function openTrialGenerator(
  store: ScanStore,
  plan: ExperimentPlan,
  trial: TrialSpec,
  { engine, threads, signal, progress }: RunOptions & EngineOptions,
): Promise<TrainedSynthesizer> {
  const { organ, size, seed } = trial;
  const cases = await openRealCases(store, plan, trial, { signal });
  requireThat(cases.length > 0, `real tumors of the ${organ}`, 0, "at least one to learn from");
  const { windowHu, spacingMm } = trainingConfigOf(plan, organ);
  const config: GeneratorSettings = { spacingMm, windowHu, steps: generatorStepsOf(plan.synthesis) };
  const own = createKey(seed).split("generator").split(organ).split(size).words[0];
  const { arithmetic } = await openEngine({ engine, threads });
  // Names of files among the scans are hashes of all that decides them.
  const learnedFrom = cases.map(({ path }) => basename(path));
  const folder = await store.openGenerator({ organ, learnedFrom, config, seed: own, arithmetic }, () =>
    trainGenerator({
      ...{ organ, config, engine, threads, signal, progress, seed: own },
      cases: openEach(cases),
    }),
  );
  return openGenerator(folder, { engine, threads });
}

function* openEach(cases: readonly StoredCase[]): Generator<PreparedCase> {
  for (const each of cases) yield each.open();
}
