/**
 * Folders of references and predictions scored case by case, as `tumorlab evaluate` scores them, and the tables of it.
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
export { lesionScoreTable, libraryTable, patientScoreTable } from "../notebook/detection-score-table.js";
export { rankedPairTable, rankingTable } from "../notebook/ranking-table.js";
export { caseTable, policyTable, summaryTable } from "../notebook/score-table.js";
