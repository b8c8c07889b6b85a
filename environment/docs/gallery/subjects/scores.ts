import * as lab from "tumorlab";
import * as lessons from "tumorlab/lessons";

/**
 * Scores of a study
 *
 * From the practice study: the labels of one scan with balls as stand-ins for lesions, and the same with seeded faults. Its
 * patients are pretended, so that intervals over them show the method and say nothing about people.
 */
export async function given() {
  const study = await lessons.openPracticeStudy({ scale: "tiny" });
  const scores = await lab.evaluation.evaluateStudy(study, { toleranceMm: 2 });
  return { scores };
}

type Given = Awaited<ReturnType<typeof given>>;

/** A metric of each structure: cases, mean and interval over patients, the worst structure at the bottom. */
export function scoreDotFigure({ scores }: Given) {
  return lab.plot.scoreDotFigure(scores.rows, "dice");
}

/** How far a metric follows the size of what is scored. */
export function scoreBySizeFigure({ scores }: Given) {
  return lab.plot.scoreBySizeFigure(scores.rows, "nsd");
}

/** Lesions found, by size class, with how many there were. */
export function recallFigure({ scores }: Given) {
  return lab.plot.recallFigure(scores.lesions);
}

/** One mean under each policy for empty masks: the same predictions, other numbers. */
export function policyFigure({ scores }: Given) {
  return lab.plot.policyFigure(scores.rows, "dice");
}
