/**
 * Folders of references and predictions scored case by case, as `tumorlab evaluate` scores them, scores read from tables of any
 * tool, models compared by them, and the tables of it.
 * @module
 */

export { detectionRows } from "../evaluation/detection-rows.js";
export type { DetectionRow } from "../evaluation/detection-rows.js";
export { evaluateProbabilities } from "../evaluation/evaluate-probabilities.js";
export type { LabelProbabilities, StudyProbabilities } from "../evaluation/evaluate-probabilities.js";
export { evaluateStudy } from "../evaluation/evaluate-study.js";
export type { StudyOptions, StudyScores } from "../evaluation/evaluate-study.js";
export { pairCases } from "../evaluation/pair-cases.js";
export type { FailedCase, PairedFiles } from "../evaluation/pair-cases.js";
export { openCase, openStudy } from "../evaluation/study.js";
export type { LabelPairOfCase, Study, StudyCase, StudyPaths } from "../evaluation/study.js";
export { compareScores, compareTables } from "../evaluation/tables/compare-scores.js";
export type {
  CompareScoresOptions,
  ModelVolumes,
  ScoreComparison,
  StructureComparison,
} from "../evaluation/tables/compare-scores.js";
export { readScores } from "../evaluation/tables/read-scores.js";
export type { ReadScoresOptions, ScoreTables } from "../evaluation/tables/read-scores.js";
export type { SizeStratum } from "../evaluation/tables/size-strata.js";
export { comparisonTable } from "../notebook/comparison-table.js";
export { lesionScoreTable, libraryTable, patientScoreTable } from "../notebook/detection-score-table.js";
export { rankedPairTable, rankingTable } from "../notebook/ranking-table.js";
export { caseTable, policyTable, summaryTable } from "../notebook/score-table.js";
