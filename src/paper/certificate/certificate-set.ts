import type { TumorOrgan } from "../../anatomy/organs.js";
import { LabError } from "../../core/errors.js";
import { createPlan } from "../../experiment/plan/create-plan.js";
import type { PhantomPlan } from "../../experiment/plan/plan.js";
import { findPreset } from "../../training/training-config.js";
import type { TrainingConfig } from "../../training/training-config.js";

/** What a certificate runs: everything that decides the bytes of its results. */
export interface CertificateSet {
  /** `tiny`, `small`, or one of your own. */
  name: string;
  /** Phantoms that everything else is made of. */
  phantoms: { cases: number; seed: number; spacingMm: number; organs: readonly TumorOrgan[] };
  /** Lesions put into the first phantom without tumors. */
  lesions: { organ: TumorOrgan; radiusMm: number; count: number; seed: number };
  /** The network that is trained on the phantoms. */
  training: { config: TrainingConfig; seed: number; holdout: number };
  /** Steps that a very small network is trained for by both engines. */
  bothEnginesSteps: number;
  /** The experiment on phantoms; `null` leaves it out. */
  experiment: PhantomPlan | null;
}

/** Scales of a certificate that come with the project. */
export const certificateScales = ["tiny", "small"] as const;

/** One of the two. */
export type CertificateScale = (typeof certificateScales)[number];

const sets: Readonly<Record<CertificateScale, () => CertificateSet>> = {
  tiny: () => ({
    name: "tiny",
    phantoms: { cases: 8, seed: 1, spacingMm: 8, organs: ["liver", "kidney"] },
    lesions: { organ: "liver", radiusMm: 16, count: 2, seed: 1 },
    training: { config: findPreset("tiny"), seed: 1, holdout: 0.25 },
    bothEnginesSteps: 3,
    experiment: createPlan("tiny"),
  }),
  small: () => ({
    name: "small",
    phantoms: { cases: 12, seed: 1, spacingMm: 4, organs: ["liver", "kidney"] },
    lesions: { organ: "liver", radiusMm: 16, count: 6, seed: 1 },
    training: {
      config: { ...findPreset("small"), steps: 400 },
      seed: 1,
      holdout: 0.25,
    },
    bothEnginesSteps: 6,
    experiment: createPlan("tiny", { name: "certificate-small", seeds: [1, 2, 3, 4] }),
  }),
};

/** The stated set of a scale. Throws a LabError that lists the scales. */
export function findCertificateSet(scale: string): CertificateSet {
  const found = certificateScales.find((each) => each === scale);
  if (found === undefined) throw new LabError("scale", scale, certificateScales.join(" or "));
  return sets[found]();
}
