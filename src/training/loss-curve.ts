import type { TrainingHistory } from "./checkpoint.js";
import type { StepReport } from "./learner.js";

/**
 * Adds a step to a loss curve: a point is the mean over a five-hundredth of all steps, however long the training.
 *
 * @param steps of the whole training.
 */
export function recordLoss(
  { losses, open }: Pick<TrainingHistory, "losses" | "open">,
  report: StepReport,
  steps: number,
): void {
  open.sum += report.loss;
  open.count++;
  if (open.count < Math.ceil(steps / 500) && report.step + 1 < steps) return;
  losses.push({
    step: report.step + 1,
    loss: open.sum / open.count,
    learningRate: report.learningRate,
  });
  open.sum = 0;
  open.count = 0;
}
