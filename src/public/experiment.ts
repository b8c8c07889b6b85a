/**
 * The scaling experiment: plan, run, collect, analyze, and the tables of it.
 * @module
 */

export { analyzeOrgan } from "../experiment/analyze/analyze-organ.js";
export type {
  AnalysisOptions,
  ArmCurve,
  ArmGain,
  ArmPoint,
  CurveDifference,
  DistributionGap,
  OrganAnalysis,
} from "../experiment/analyze/analyze-organ.js";
export { answerQuestions } from "../experiment/analyze/answer-questions.js";
export type { QuestionAnswer } from "../experiment/analyze/answer-questions.js";
export { analyzeExperiment } from "../experiment/analyze/analyze.js";
export type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
export type { DetectionSummary } from "../experiment/analyze/detection.js";
export type {
  Distribution,
  ExperimentScore,
  PatientCount,
  ScoreExclusion,
} from "../experiment/analyze/experiment-scores.js";
export { forecastBySeeds } from "../experiment/analyze/forecast-by-seeds.js";
export type { SeedForecast } from "../experiment/analyze/forecast-by-seeds.js";
export { frocOfArms } from "../experiment/analyze/arm-froc.js";
export type { ArmFrocOptions } from "../experiment/analyze/arm-froc.js";
export { compareArms, explainGain } from "../experiment/analyze/explain-gain.js";
export type { GainPart, GainPartId } from "../experiment/analyze/explain-gain.js";
export { observeCurves } from "../experiment/analyze/observed-curves.js";
export type { ObservedCurve } from "../experiment/analyze/observed-curves.js";
export type { Result } from "../experiment/analyze/outcome.js";
export type { PlanArm } from "../experiment/plan/arms.js";
export { checkPlan } from "../experiment/plan/check-plan.js";
export { createFolderPlan } from "../experiment/plan/create-folder-plan.js";
export type {
  FolderPlanOptions,
  FolderPlanReport,
  ScanFolder,
} from "../experiment/plan/create-folder-plan.js";
export { createPlan } from "../experiment/plan/create-plan.js";
export { describeDesign } from "../experiment/plan/describe-plan.js";
export { estimatePlan } from "../experiment/plan/estimate-plan.js";
export type { PlanEstimate } from "../experiment/plan/estimate-plan.js";
export type { PlanSynthesis } from "../experiment/plan/plan-synthesis.js";
export { hashPlan, listTrials, trainingConfigOf } from "../experiment/plan/plan.js";
export type {
  ExperimentPlan,
  FolderPlan,
  PhantomPlan,
  PlanCohort,
  PlanOrgan,
  PlanScale,
  PlanTraining,
  PlanTest,
  TrialSpec,
} from "../experiment/plan/plan.js";
export type { PlanStage } from "../experiment/plan/stages.js";
export { preregister, preregistrationOf } from "../experiment/plan/preregistration.js";
export type { PreregisteredQuestion, Preregistration } from "../experiment/plan/preregistration.js";
export type { BaselineComparison } from "../experiment/run/baselines.js";
export { runExperimentOnSlurm, submitExperiment } from "../experiment/run/cluster-runner.js";
export type { ClusterRunOptions } from "../experiment/run/cluster-runner.js";
export { collectExperiment, readStatus } from "../experiment/run/collect.js";
export type { ExperimentStatus } from "../experiment/run/collect.js";
export { openExperiment } from "../experiment/run/experiment-folder.js";
export type { Experiment, TrialFailure } from "../experiment/run/experiment-folder.js";
export { runExperiment } from "../experiment/run/local-runner.js";
export type { LocalRunOptions, RunnerEvent } from "../experiment/run/local-runner.js";
export { readExperimentRecords, readExperimentResults } from "../experiment/run/read-results.js";
export type {
  ArmFroc,
  BaselineName,
  CollectedRecords,
  CollectedResults,
  TrialBaseline,
  TrialCase,
  TrialLesion,
  TrialResult,
  TrialTest,
} from "../experiment/run/result.js";
export { keptProbabilities } from "../experiment/run/keep-probabilities.js";
export type { SlurmSettings } from "../experiment/run/slurm/job-array.js";
export {
  armLawTable,
  armSaturationTable,
  armMultiplierTable,
  baselineTable,
  detectionTable,
  gainBySizeTable,
  gainTable,
  gapTable,
  patientTable,
} from "../notebook/experiment-table.js";
export { gainPartsTable } from "../notebook/gain-parts-table.js";
export { questionTable } from "../notebook/question-table.js";
export { watchExperiment } from "../notebook/watch-experiment.js";
export type { WatchOptions } from "../notebook/watch-experiment.js";
export type { ReusedTrial, RunRecord, TrialRecord } from "../contracts/run-record.js";
