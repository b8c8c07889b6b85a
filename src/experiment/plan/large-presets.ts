import { createNetworkConfig } from "../../model/network-config.js";
import { findPreset } from "../../training/training-config.js";
import { learnedName } from "../../tumor/synthesizers.js";
import type { PlanArm } from "./arms.js";
import { lesionCounts, type PlanSynthesis, variedRadiiMm } from "./plan-synthesis.js";
import type { PhantomPlan, PhantomTest } from "./plan.js";
import {
  isotropic,
  metrics,
  mixedArm,
  otherOrgans,
  realArm,
  synthesis,
  toPlanTraining,
} from "./preset-parts.js";

/** Steps of the pancreas up to 320 scans, and of all organs up to 160: see the notes of the preregistration for the pilot. */
const plateauSteps = 4500;
const organSteps = 3000;

/** The controls: other people without tumors, no people but the hosts, as many looks at the real scans, and no generator at all. */
const healthyArm: PlanArm = { name: "real+healthy", realPerCase: 1, syntheticPerReal: 0, healthyPerReal: 3 };
const syntheticArm: PlanArm = { name: "synthetic", realPerCase: 0, syntheticPerReal: 3 };
const shortArm: PlanArm = { name: "real/4", realPerCase: 1, syntheticPerReal: 0, stepShare: 0.25 };
/** Whether the curve is flat for want of scans or of steps. */
const longArm: PlanArm = { name: "real*2", realPerCase: 1, syntheticPerReal: 0, stepShare: 2 };
const learnedArm: PlanArm = {
  name: "real+learned",
  realPerCase: 1,
  syntheticPerReal: 3,
  generator: learnedName,
};
const ownArm: PlanArm = { name: "real+phantom", realPerCase: 1, syntheticPerReal: 3, tumorsOf: "phantom" };

/** Tumors of many sizes, as many a case as in the paper's generator. */
const variedSynthesis: PlanSynthesis = {
  generator: synthesis.generator,
  mix: { ...synthesis.mix },
  counts: lesionCounts.difftumor,
  radiiMm: variedRadiiMm,
};

/**
 * Tests at home and the same patients at other hospitals, and some of them with nothing cut away, for the smallest and largest
 * networks: what the cut is worth.
 */
function createTests(
  patients: number,
  controls: number,
  others: readonly { name: string; hospital: string }[],
  whole?: Pick<PhantomTest, "patients" | "controls">,
): PhantomTest[] {
  const home = {
    name: "ID",
    distribution: "in",
    hospital: "reference",
    seed: 2,
    patients,
    controls,
  } as const;
  const cropped: PhantomTest[] = [
    home,
    ...others.map((each): PhantomTest => ({ ...home, ...each, distribution: "out", patientsOf: home.name })),
  ];
  if (!whole) return cropped;
  return [
    ...cropped,
    ...cropped.slice(0, 2).map((test): PhantomTest => ({
      ...test,
      ...whole,
      name: `${test.name} whole`,
      scan: "whole",
      sizes: "ends",
      patientsOf: home.name,
    })),
  ];
}

const lowDose = { name: "OOD", hospital: "low-dose" } as const;
const thickSlices = { name: "OOD thick slices", hospital: "thick-slice" } as const;

/** Of the two experiments that ask for a plateau. */
const createPlateauRecipe = (steps: number): PhantomPlan["recipe"] => ({
  ...toPlanTraining(findPreset("small")),
  name: "experiment-medium",
  network: createNetworkConfig({ classes: 3, widths: [8, 16, 32], patch: [24, 24, 24] }),
  steps,
  validateEvery: steps,
  checkpointEvery: steps,
  overlap: 0.25,
});
const plateauCohort = {
  hospital: "reference",
  seed: 1,
  shape: [96, 72, 112],
  spacingMm: isotropic(4),
  marginMm: 24,
} as const satisfies Omit<PhantomPlan["cohort"], "patients" | "healthy">;

/** Presets that ask the paper's questions where they can be answered, of version 2. */
export const createLargePreset: Readonly<Record<"medium" | "organs" | "paper", () => PhantomPlan>> = {
  /*
   * The pancreas: the organ of the paper's own curve, and the one whose curve was seen to bend from 160 scans on in the pilot.
   * A pool of three times the largest size, so that two seeds share a third of their patients at the top.
   */
  medium: () => {
    const [sizes, seeds] = [
      [10, 40, 160, 320],
      [1, 2, 3],
    ];
    const control = (arm: PlanArm): PlanArm => ({ ...arm, sizes: [...sizes], seeds: [...seeds] });
    return {
      version: 2,
      name: "jhh-medium",
      scale: "medium",
      cohort: structuredClone({ ...plateauCohort, patients: 960, healthy: 960 }),
      organs: [{ organ: "pancreas", sizes: [10, 20, 40, 80, 160, 320] }],
      arms: [
        realArm,
        { ...mixedArm, sizes: [10, 40, 80, 160, 320] },
        ...[healthyArm, syntheticArm, shortArm, ownArm, learnedArm].map(control),
        { ...control(longArm), sizes: [160, 320] },
      ],
      synthesis: structuredClone(variedSynthesis),
      seeds: [1, 2, 3, 4, 5],
      recipe: createPlateauRecipe(plateauSteps),
      tests: createTests(100, 50, [lowDose, thickSlices], { patients: 12, controls: 8 }),
      metrics: { ...metrics },
    };
  },
  /* All six organs at fewer sizes, so that organs are draws: the paper's two arms and the control of other people. */
  organs: () => ({
    version: 2,
    name: "jhh-organs",
    scale: "organs",
    cohort: structuredClone({ ...plateauCohort, patients: 480, healthy: 480 }),
    organs: (["pancreas", ...otherOrgans] as const).map((organ) => ({ organ, sizes: [10, 40, 160] })),
    arms: [realArm, mixedArm, healthyArm],
    synthesis: structuredClone(variedSynthesis),
    seeds: [1, 2, 3],
    recipe: createPlateauRecipe(organSteps),
    tests: createTests(60, 30, [lowDose]),
    metrics: { ...metrics },
  }),
  /*
   * The sizes of the published curve, up to its 3,159 scans; tumors are drawn on the fly, as its authors do. What is known of its
   * training, the steps too, but for voxels of 3 mm, a patch of as many millimetres on them, and a plain U-Net: with the publication's
   * network on 1.5 mm a step is 3.6 TFLOP, and these trials 2.8 million core-hours, fifty times as many. `describePaperDifferences` says so.
   */
  paper: () => ({
    version: 2,
    name: "jhh-paper",
    scale: "paper",
    cohort: {
      hospital: "reference",
      seed: 1,
      patients: 9477,
      healthy: 9477,
      shape: [130, 100, 150],
      spacingMm: isotropic(3),
      marginMm: 48,
    },
    organs: [
      { organ: "pancreas", sizes: [60, 278, 500, 1500, 3159] },
      ...otherOrgans.map((organ) => ({ organ, sizes: [60, 500, 1500], pool: 4500 })),
    ],
    arms: [realArm, mixedArm, syntheticArm, { ...healthyArm, sizes: [60, 500, 3159] }],
    synthesis: { ...structuredClone(variedSynthesis), cases: "on-the-fly" },
    seeds: [1, 2, 3],
    recipe: {
      ...toPlanTraining(findPreset("paper")),
      name: "experiment-paper",
      network: createNetworkConfig({ classes: 3, widths: [16, 32, 64, 128], patch: [48, 48, 48] }),
      spacingMm: isotropic(3),
    },
    tests: createTests(200, 100, [lowDose, thickSlices], { patients: 50, controls: 25 }),
    metrics: { ...metrics },
  }),
};
