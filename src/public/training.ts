/**
 * Engines, networks, training, prediction, and baselines that need no network.
 * @module
 */

export { checkEngineGradients, listEngines, openEngine } from "../model/engines.js";
export type { Arithmetic, Engine, EngineName, EngineOptions, EngineStatus } from "../model/engines.js";
export type { GradientReport, OpReport } from "../model/gradient-check.js";
export { createNetworkConfig } from "../model/network-config.js";
export type { NetworkConfig } from "../model/network-config.js";
export { estimateCost } from "../model/network-plan.js";
export type { NetworkCost, ParameterSpec } from "../model/network-plan.js";
export type { LossOptions } from "../model/ops/loss.js";
export { saveModel } from "../model/store.js";
export type { TrainedModel } from "../model/store.js";
export { hashWeights } from "../model/weights.js";
export type { WeightTensor, Weights } from "../model/weights.js";
export { engineTable, trainingTable, watchTraining } from "../notebook/watch-training.js";
export type { WatchedTraining } from "../notebook/watch-training.js";
export { defaultAugmentation, noAugmentation } from "../training/augmentation.js";
export type { Augmentation } from "../training/augmentation.js";
export type { SynthesisModule } from "../training/batch-worker.js";
export type { Batch, BatchConfig, CaseSynthesizer } from "../training/batch.js";
export type { CaseBank, CaseReader } from "../training/case-bank.js";
export type { LossPoint, TrainingHistory, ValidationPoint } from "../training/checkpoint.js";
export { chooseTargets } from "../training/choose-targets.js";
export { cleanLabels } from "../training/clean-labels.js";
export type { CleaningOptions } from "../training/clean-labels.js";
export type { CohortScan, PrepareOptions, PreparedScan } from "../training/cohort-scan.js";
export { openModel } from "../training/find-model.js";
export { applyHuBand, fitHuBand } from "../training/hu-band-baseline.js";
export type { FitHuBandOptions, HuBand } from "../training/hu-band-baseline.js";
export type { StepReport } from "../training/learner.js";
export { classesOf } from "../training/model-classes.js";
export { predictCohort } from "../training/predict-cohort.js";
export type {
  CohortPrediction,
  CohortPredictionOptions,
  PredictionEvent,
} from "../training/predict-cohort.js";
export { openPredictor } from "../training/predict-scan.js";
export type { PredictOptions, Predictor, ScanPrediction } from "../training/predict-scan.js";
export { prepareCase } from "../training/prepared-case.js";
export type { LabelledScan, Preparation, PreparedCase } from "../training/prepared-case.js";
export { changeTrainingConfig } from "../training/read-training-config.js";
export type { TrainingConfigChanges } from "../training/read-training-config.js";
export { learningRateAt, presets } from "../training/training-config.js";
export type { OptimizerSettings, TrainingConfig } from "../training/training-config.js";
export { drawTestPhantom } from "../training/shipped/draw-phantoms.js";
export type { ModelRecord } from "../training/shipped/make-model.js";
export { listModels } from "../training/shipped/model-plan.js";
export type { ModelPlan, PhantomDraw } from "../training/shipped/model-plan.js";
export { readModelRecord } from "../training/shipped/read-model-record.js";
export { testModel } from "../training/shipped/test-model.js";
export type { ModelTest, TestedLesion } from "../training/shipped/test-model.js";
export type { WindowOptions } from "../training/sliding-window.js";
export { keepTargets, scoreClasses, toClassLabels } from "../training/target-labels.js";
export type { ClassScore } from "../training/target-labels.js";
export { applyThreshold, fitThreshold } from "../training/threshold-baseline.js";
export type { FitThresholdOptions, OrganThreshold, ThresholdModel } from "../training/threshold-baseline.js";
export { trainCohort } from "../training/train-cohort.js";
export type {
  CohortTraining,
  CohortTrainingEvent,
  CohortTrainingOptions,
  CohortTrainingRecord,
} from "../training/train-cohort.js";
export { trainNetwork } from "../training/train-network.js";
export type { TrainingEvent, TrainingOptions, TrainingResult } from "../training/train-network.js";
