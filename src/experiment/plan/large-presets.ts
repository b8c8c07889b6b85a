import { createNetworkConfig } from "../../model/network-config.js";
import { findPreset } from "../../training/training-config.js";
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

/** The controls: other people without tumors, no people but the hosts, as many looks at the real scans, and no generator at all. */
const healthyArm: PlanArm = { name: "real+healthy", realPerCase: 1, syntheticPerReal: 0, healthyPerReal: 3 };
const syntheticArm: PlanArm = { name: "synthetic", realPerCase: 0, syntheticPerReal: 3 };
const shortArm: PlanArm = { name: "real/4", realPerCase: 1, syntheticPerReal: 0, stepShare: 0.25 };
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
  whole: Pick<PhantomTest, "patients" | "controls">,
  others: readonly { name: string; hospital: string }[],
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

/** Presets that ask the paper's questions where they can be answered, of version 2. */
export const createLargePreset: Readonly<Record<"medium" | "paper", () => PhantomPlan>> = {
  /*
   * The pancreas: the organ of the paper's own curve, and the one whose curve was seen to bend between 160 and 320 scans.
   * A pool of three times the largest size, so that two seeds share a third of their patients at the top.
   */
  medium: () => {
    const [sizes, seeds] = [
      [10, 40, 160, 640],
      [1, 2, 3],
    ];
    const control = (arm: PlanArm): PlanArm => ({ ...arm, sizes: [...sizes], seeds: [...seeds] });
    return {
      version: 2,
      name: "jhh-medium",
      scale: "medium",
      cohort: {
        hospital: "reference",
        seed: 1,
        patients: 1920,
        healthy: 1920,
        shape: [96, 72, 112],
        spacingMm: isotropic(4),
        marginMm: 24,
      },
      organs: [{ organ: "pancreas", sizes: [10, 20, 40, 80, 160, 320, 640] }],
      arms: [realArm, mixedArm, ...[healthyArm, syntheticArm, shortArm, ownArm].map(control)],
      synthesis: structuredClone(variedSynthesis),
      seeds: [1, 2, 3, 4, 5],
      recipe: {
        ...toPlanTraining(findPreset("small")),
        name: "experiment-medium",
        network: createNetworkConfig({ classes: 3, widths: [8, 16, 32], patch: [24, 24, 24] }),
        steps: 6000,
        validateEvery: 6000,
        checkpointEvery: 6000,
        overlap: 0.25,
      },
      tests: createTests(400, 200, { patients: 50, controls: 25 }, [{ name: "OOD", hospital: "low-dose" }]),
      metrics: { ...metrics },
    };
  },
  /* The sizes of the published curve, up to its 3,159 scans; tumors are drawn on the fly, as its authors do. */
  paper: () => ({
    version: 2,
    name: "jhh-paper",
    scale: "paper",
    cohort: {
      hospital: "reference",
      seed: 1,
      patients: 9477,
      healthy: 9477,
      shape: [260, 200, 300],
      spacingMm: isotropic(1.5),
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
      network: createNetworkConfig({ ...findPreset("paper").network, classes: 3 }),
    },
    tests: createTests(200, 100, { patients: 50, controls: 25 }, [
      { name: "OOD", hospital: "low-dose" },
      { name: "OOD thick slices", hospital: "thick-slice" },
    ]),
    metrics: { ...metrics },
  }),
};
