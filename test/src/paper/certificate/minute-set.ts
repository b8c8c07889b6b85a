import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import type { CertificateSet } from "tumorlab/internal/paper/certificate/certificate-set";
import { findPreset } from "tumorlab/internal/training/training-config";

/** The smallest set that has every step but the experiment. */
export const minuteSet: CertificateSet = {
  name: "minute",
  phantoms: { cases: 4, seed: 1, spacingMm: 12, organs: ["liver", "kidney"] },
  lesions: { organ: "liver", radiusMm: 24, count: 1, seed: 1 },
  training: {
    config: {
      ...findPreset("tiny"),
      name: "minute",
      targets: findPreset("tiny").targets.slice(0, 2),
      spacingMm: [12, 12, 12],
      network: createNetworkConfig({ classes: 3, widths: [4, 8], patch: [8, 8, 8] }),
      steps: 3,
      validateEvery: 3,
      checkpointEvery: 3,
    },
    seed: 1,
    holdout: 0.34,
  },
  bothEnginesSteps: 1,
  experiment: null,
};
