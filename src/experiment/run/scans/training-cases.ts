import type { RunOptions } from "../../../core/progress.js";
import type { EngineOptions } from "../../../model/engines.js";
import type { SynthesisModule } from "../../../training/batch-worker.js";
import { learnedName } from "../../../tumor/synthesizers.js";
import { armOf, generatorOf, isOnTheFly } from "../../plan/arms.js";
import type { ExperimentPlan, TrialSpec } from "../../plan/plan.js";
import { hostTumorModule } from "./host-tumors.js";
import type { ScanStore } from "./scan-store.js";
import type { StoredCase } from "./stored-case.js";
import { openHealthyCases, openRealCases, openSyntheticCases, openTrialHosts } from "./trial-cases.js";
import { openTrialGenerator } from "./trial-generator.js";

/** What a network learns from. */
export interface TrainingCases {
  real: StoredCase[];
  /** With tumors put in beforehand. */
  synthetic: StoredCase[];
  /** Without tumors. */
  healthy: StoredCase[];
  /** Hosts of tumors that are drawn on the fly: how many, what draws them, and their share of the patches. */
  hosts: { count: number; module?: SynthesisModule; share: number };
  /** SHA-256 of the weights of the generator that was trained for the synthetic cases; absent where none was. */
  generatorSha256?: string;
}

/** Gathers what the arm, size and seed of a trial say. */
export async function openTrainingCases(
  store: ScanStore,
  plan: ExperimentPlan,
  trial: TrialSpec,
  options: RunOptions & EngineOptions = {},
): Promise<TrainingCases> {
  const { synthesis } = plan;
  const { organ, size } = trial;
  const arm = armOf(plan, trial);
  const wanted = arm.syntheticPerReal * size;
  const drawn = isOnTheFly(plan, arm);
  const real = arm.realPerCase === 0 ? [] : await openRealCases(store, plan, trial, options);
  const trained =
    generatorOf(plan, arm) === learnedName
      ? await openTrialGenerator(store, plan, trial, options)
      : undefined;
  const stored = { ...options, ...(trained ? { trained } : {}) };
  const synthetic = drawn ? [] : await openSyntheticCases(store, plan, trial, wanted, stored);
  const healthy = await openHealthyCases(store, plan, trial, (arm.healthyPerReal ?? 0) * size, options);
  const facts = trained ? { generatorSha256: trained.weightsSha256 } : {};
  if (!drawn) return { real, synthetic, healthy, hosts: { count: 0, share: 0 }, ...facts };
  const hosts = await openTrialHosts(store, plan, trial, wanted, options);
  const generator = arm.generator ?? synthesis.generator;
  const module = hostTumorModule({ organ, hosts, synthesis: { ...synthesis, generator } });
  // As likely as if they were stored.
  const share = wanted / (wanted + real.length + healthy.length);
  return { real, synthetic, healthy, hosts: { count: hosts.length, module, share } };
}
