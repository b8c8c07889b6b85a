import { createKey } from "../../../core/random.js";
import { type PlannedLesion, planMix } from "../../../synthesis/plan.js";
import { armOf, generatorOf } from "../../plan/arms.js";
import type { ExperimentPlan, TrialSpec } from "../../plan/plan.js";
import { type ExperimentScan, openCohortSource } from "./open-source.js";

/** A healthy scan of a trial, with the lesion that a generator would put into it. */
export interface TrialHost {
  scan: ExperimentScan;
  lesion: PlannedLesion;
  /** Times the scan has had its turn before. */
  round: number;
}

/** Of those that an organ's trial may need, so many times as many are planned: some lesions do not fit. */
const spare = 3;

/**
 * The healthy scans of a trial in an order that organ and seed decide, whatever its arm and size: they take turns, and sizes
 * of lesions come in the plan's mix. There are more than `count`, for those of which nothing can be made.
 */
export function planHosts(plan: ExperimentPlan, trial: TrialSpec, count: number): TrialHost[] {
  const { organ, seed } = trial;
  const { synthesis } = plan;
  const hosts = openCohortSource(plan).listHealthyScans(organ);
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const healthy = hosts.map(({ name, patient, phase }) => ({
    case: name,
    patient,
    ...(phase ? { phase } : {}),
    healthyOrgans: [organ],
  }));
  const lesions = planMix(healthy, {
    seed: createKey(seed).split("synthetic").words[0],
    ratio: spare,
    realCases: count,
    sizes: synthesis.mix,
    organs: [organ],
    methods: [generatorOf(plan, armOf(plan, trial)) ?? synthesis.generator],
  });
  const rounds = new Map<string, number>();
  return lesions.map((lesion) => {
    const round = rounds.get(lesion.host) ?? 0;
    rounds.set(lesion.host, round + 1);
    return { scan: byName.get(lesion.host)!, lesion, round };
  });
}
