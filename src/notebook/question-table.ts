import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { answerQuestions } from "../experiment/analyze/answer-questions.js";
import type { Row } from "./data-frame.js";

/** The preregistered questions with their answers, one row each, primary ones first; differences in points of Dice. */
export function questionTable(analysis: ExperimentAnalysis): Row[] {
  const points = (value: number | undefined): number => (value === undefined ? NaN : 100 * value);
  return answerQuestions(analysis).map(
    ({ question, role, measured, pValue, adjustedPValue, verdict, why }) => ({
      role,
      question: question.question,
      rule: question.rule === "estimate" ? "estimate" : `${question.rule}, margin ${points(question.margin)}`,
      "points of Dice": points(measured?.estimate),
      from: points(measured?.low),
      to: points(measured?.high),
      p: pValue ?? NaN,
      "p, adjusted": adjustedPValue ?? NaN,
      answer: why === undefined ? verdict : `${verdict}: ${why}`,
    }),
  );
}
