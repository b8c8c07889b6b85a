import type { CertificateStep } from "./certificate-step.js";
import { enginesStep } from "./engines-step.js";
import { experimentStep } from "./experiment-step.js";
import { evaluationStep, predictionStep, trainingStep } from "./network-steps.js";
import { curvesStep, ledgerStep } from "./paper-steps.js";
import { lesionsStep, phantomsStep } from "./scan-steps.js";

/**
 * The steps of a certificate, in order: first what plain JavaScript computes and every machine must agree on, then what
 * depends on how an engine rounds.
 */
export const certificateSteps: readonly CertificateStep[] = [
  phantomsStep,
  lesionsStep,
  curvesStep,
  ledgerStep,
  enginesStep,
  trainingStep,
  predictionStep,
  evaluationStep,
  experimentStep,
];
