/**
 * Folders of references and predictions scored case by case, as `tumorlab evaluate` scores them, scores read from tables of any
 * tool, models compared by them, and the tables of it.
 * @module
 */

export { judgeMeans } from "../evaluation/court/judge-means.js";
export type { JudgeMeansOptions, ReportedMean } from "../evaluation/court/judge-means.js";
export { judgeScores, judgeTables } from "../evaluation/court/judge-scores.js";
export type { JudgeScoresOptions } from "../evaluation/court/judge-scores.js";
export type {
  CourtVerdict,
  JudgedPair,
  JudgedStructure,
  Judgment,
  NeededPatients,
} from "../evaluation/court/judgment.js";
export { readMeans } from "../evaluation/court/read-means.js";
export type { ReadMeansOptions } from "../evaluation/court/read-means.js";
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
export { judgmentTable } from "../notebook/judgment-table.js";
export { rankedPairTable, rankingTable } from "../notebook/ranking-table.js";
export { caseTable, policyTable, summaryTable } from "../notebook/score-table.js";
export { judgmentFigure } from "../plot/judgment.js";
