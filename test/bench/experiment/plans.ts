import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import type { PhantomPlan } from "tumorlab/internal/experiment/plan/plan";

/** A plan that is timed, and what of its preset it has. */
export interface BenchPlan {
  name: string;
  /** In words: what was cut. */
  what: string;
  plan: PhantomPlan;
}

/**
 * The presets `tiny` and `medium` with one seed, two arms, few test patients, and of `medium` fewer steps, which are said: seconds for
 * each of its 6,000 follow from them.
 */
export function listBenchPlans(isWhole: boolean): BenchPlan[] {
  const [tiny, medium] = [createPlan("tiny"), createPlan("medium")];
  const steps = isWhole ? 600 : 60;
  const sizes = isWhole ? [10, 20, 40] : [4, 8];
  const most = sizes[sizes.length - 1];
  return [
    {
      name: "tiny",
      what: `${tiny.recipe.steps} steps, all of it but one seed`,
      plan: { ...tiny, seeds: [1] },
    },
    {
      name: "medium",
      what: `${steps} of ${medium.recipe.steps} steps, sizes ${sizes.join(", ")}, 6 test patients at each of two hospitals`,
      plan: {
        ...medium,
        name: "bench-medium",
        cohort: { ...medium.cohort, patients: most, healthy: most },
        organs: [{ organ: "pancreas", sizes }],
        arms: medium.arms.slice(0, 2),
        seeds: [1],
        recipe: { ...medium.recipe, steps, validateEvery: steps, checkpointEvery: steps },
        tests: medium.tests.slice(0, 2).map((test) => ({ ...test, patients: 6, controls: 2 })),
      },
    },
  ];
}
