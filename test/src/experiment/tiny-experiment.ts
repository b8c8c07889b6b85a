import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import type { PhantomPlan } from "tumorlab/internal/experiment/plan/plan";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";

/** The tiny plan with next to nothing to draw and to train: twelve trials of a second. */
export function createTestPlan(changes: Partial<PhantomPlan> = {}): PhantomPlan {
  const plan = createPlan("tiny");
  return createPlan("tiny", {
    name: "test",
    cohort: { ...plan.cohort, patients: 3, healthy: 2, spacingMm: [10, 10, 10], shape: [40, 28, 32] },
    organs: [{ organ: "kidney", sizes: [1, 2, 3] }],
    recipe: {
      ...plan.recipe,
      steps: 3,
      spacingMm: [10, 10, 10],
      network: createNetworkConfig({ classes: 3, widths: [4, 8], patch: [16, 16, 16] }),
    },
    tests: plan.tests.map((test, at) => ({ ...test, patients: 1, controls: at })),
    ...changes,
  });
}
