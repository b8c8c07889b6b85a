/**
 * Overlap, surface distances, lesion detection and rules for empty masks, on two label maps.
 * @module
 */

export { areaUnderRoc, patientsAtSensitivity, rocCurve, scorePatients } from "../metrics/auc.js";
export type { Auc, AucMethod, PatientOperatingPoint, PatientScore, RocPoint } from "../metrics/auc.js";
export { calibrate, countProbabilities } from "../metrics/calibration.js";
export type {
  Calibration,
  CalibrationCase,
  ProbabilityHistogram,
  ReliabilityBin,
} from "../metrics/calibration.js";
export { findCandidates } from "../metrics/candidates.js";
export type {
  CandidateCase,
  CandidateOptions,
  CandidateOverlap,
  LesionCandidate,
} from "../metrics/candidates.js";
export { compareModels } from "../metrics/compare-models.js";
export type { ModelDifference } from "../metrics/compare-models.js";
export { comparePolicies } from "../metrics/compare-policies.js";
export type { PolicyOptions, PolicySummary } from "../metrics/compare-policies.js";
export { emptyPolicies, findPolicy } from "../metrics/empty.js";
export type {
  Emptiness,
  EmptyOutcome,
  EmptyOutcomes,
  EmptyPolicy,
  PolicyName,
  RowPolicy,
} from "../metrics/empty.js";
export { applyPolicy, evaluateCase } from "../metrics/evaluate.js";
export type { EvaluateOptions, ScoreRow } from "../metrics/evaluate.js";
export { scoreDetection } from "../metrics/detection-scores.js";
export type { DetectionScores } from "../metrics/detection-scores.js";
export { parseLesionMatch } from "../metrics/lesion-rule.js";
export type { LesionMatch } from "../metrics/lesion-rule.js";
export { summarizeLesions } from "../metrics/lesion-summary.js";
export type { LesionSummary, Rate } from "../metrics/lesion-summary.js";
export { evaluateLesions } from "../metrics/lesions.js";
export type {
  LesionCase,
  LesionOptions,
  MeasuredLesion,
  PredictedLesion,
  ReferenceLesion,
} from "../metrics/lesions.js";
export { costAnnotation } from "../metrics/annotation-cost.js";
export type { AnnotationCost, AnnotationCosts, AnnotationPrices } from "../metrics/annotation-cost.js";
export { frocCurve } from "../metrics/froc.js";
export type {
  FrocCurve,
  FrocOptions,
  FrocPoint,
  OperatingPoint,
  SensitivityAtRate,
} from "../metrics/froc.js";
export { compareLibraries } from "../metrics/libraries/compare-libraries.js";
export type { LibraryOptions, LibraryRow } from "../metrics/libraries/compare-libraries.js";
export { libraryDefinitions } from "../metrics/libraries/definitions.js";
export type { LibraryDefinition } from "../metrics/libraries/definitions.js";
export type { LibraryName, LibraryScores } from "../metrics/libraries/library-scores.js";
export { metricInfo } from "../metrics/metric.js";
export type { Metric, MetricInfo } from "../metrics/metric.js";
export { countConfusion, scoreOverlap } from "../metrics/overlap.js";
export type { Confusion, LabelOptions, Overlap } from "../metrics/overlap.js";
export type { Labels } from "../metrics/pair.js";
export type { PatientIntervalOptions } from "../metrics/patient-interval.js";
export { summarizePatients } from "../metrics/patient-summary.js";
export type { PatientSummary } from "../metrics/patient-summary.js";
export { detectPatients } from "../metrics/patients.js";
export type {
  PatientDetection,
  PatientOptions,
  PatientRow,
  PatientRule,
  ScanFinding,
} from "../metrics/patients.js";
export { measureProbabilities, summarizeProbabilities } from "../metrics/probabilities.js";
export type { ProbabilityCase, ProbabilitySummary } from "../metrics/probabilities.js";
export { rankModels } from "../metrics/rank-models.js";
export type { ModelRanking, RankedModel, RankedPair, RankOptions } from "../metrics/rank-models.js";
export { summarizeCases, summarizeScores } from "../metrics/summary.js";
export type { CaseSummary, Exclusion, SummaryOptions, SummaryRow } from "../metrics/summary.js";
export { surfaceDistances } from "../metrics/surface-distances.js";
export type { SurfaceDistancePair } from "../metrics/surface-distances.js";
export type { DirectedScores, SurfaceDistances, SurfaceScores } from "../metrics/surface.js";
export { measureVolumeAgreement } from "../metrics/volume-agreement.js";
export type { AgreementLimit, VolumeAgreement, VolumePair } from "../metrics/volume-agreement.js";
export { worstRows } from "../metrics/worst.js";
export type { WorstOptions } from "../metrics/worst.js";
