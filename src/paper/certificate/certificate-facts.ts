import type { ExperimentPlan } from "../../experiment/plan/plan.js";
import type { SummaryRow } from "../../metrics/summary.js";
import type { GradientReport } from "../../model/gradient-check.js";
import type { PhantomMetadata } from "../../phantom/make-case.js";
import type { CohortTrainingRecord } from "../../training/train-cohort.js";
import type { LesionRecord } from "../../tumor/synthesizer.js";
import type { LedgerVerdict } from "../ledger/ledger-row.js";

/** What the steps of a certificate found, for cards, checklists and its page. */
export interface CertificateFacts {
  phantoms: readonly PhantomMetadata[];
  /** Records of the lesions, each made again and found the same. */
  lesions: readonly LesionRecord[];
  /** Chosen law of each published curve. */
  curves: readonly { arm: string; law: string; sizes: number }[];
  ledger: { claims: number; verdicts: Readonly<Record<LedgerVerdict, number>>; fallen: readonly string[] };
  /** Each engine's gradients against finite differences, and how far their weights are apart after the same steps. */
  engines: { reports: readonly GradientReport[]; steps: number; largestDifference: number };
  training: CohortTrainingRecord & { parameters: number };
  prediction: { cases: readonly string[]; model: string };
  scores: { summary: readonly SummaryRow[]; cases: number; failed: number };
  experiment: { plan: ExperimentPlan; planSha256: string; trials: number; failed: number };
}
