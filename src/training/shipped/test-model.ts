import { findLesion } from "../../anatomy/organs.js";
import { requireThat } from "../../core/errors.js";
import { evaluateLesions } from "../../metrics/lesions.js";
import type { TrainedModel } from "../../model/store.js";
import { mean } from "../../stats/describe.js";
import { openPredictor } from "../predict-scan.js";
import type { LabelledScan } from "../prepared-case.js";
import { scoreClasses, toClassLabels } from "../target-labels.js";
import type { TrainingConfig } from "../training-config.js";

/** A tumor of a test scan. */
export interface TestedLesion {
  case: string;
  /** Class of the network that it belongs to. */
  class: string;
  radiusMm: number;
  /** Whether some tumor of the prediction overlaps it. */
  found: boolean;
  /** With all predicted tumors that overlap it; 0 where none does. */
  dice: number;
}

/** How a network did on scans that nothing saw before. */
export interface ModelTest {
  cases: number;
  /** Cases without a tumor. */
  controls: number;
  /** Mean Dice of each class over the cases that have it. */
  dice: Record<string, number>;
  lesions: TestedLesion[];
  /** Predicted tumors that overlap none, a scan. */
  falsePositivesPerScan: number;
  /** Controls in which some tumor was predicted. */
  controlsWithFalsePositives: number;
}

/** Whether a class of a network is of tumors, by the structures that make it up. */
export function isTumorClass({ structures }: TrainingConfig["targets"][number]): boolean {
  return structures.length > 0 && structures.every((structure) => findLesion(structure) !== undefined);
}

/**
 * Tries a network on labelled scans: Dice by class, and tumor by tumor what was found, as any overlap counts. Means of nothing are `NaN`:
 * those of a class that no scan has, and all of them without scans.
 *
 * @param config classes of the network, such as `classesOf(model)`.
 * @throws LabError where no class is of tumors, and for a scan whose labels have none of a class's structures.
 */
export async function testModel(
  model: TrainedModel,
  config: Pick<TrainingConfig, "targets" | "ignore">,
  scans: Iterable<LabelledScan> | AsyncIterable<LabelledScan>,
): Promise<ModelTest> {
  const tumors = Object.fromEntries(
    config.targets.flatMap((target, at) => (isTumorClass(target) ? [[at + 1, target.name]] : [])),
  ) as Record<number, string>;
  const names = config.targets.map(({ name }) => name);
  requireThat(Object.keys(tumors).length > 0, "config, targets", names, "at least one class of tumors alone");
  const dice = config.targets.map(() => [] as number[]);
  const lesions: TestedLesion[] = [];
  let [cases, controls, falsePositives, alarmed] = [0, 0, 0, 0];
  const predictor = await openPredictor(model);
  try {
    for await (const { name, ct, labels } of scans) {
      const predicted = await predictor.predict(ct);
      const reference = toClassLabels(labels, config, name);
      const { shape, data } = reference;
      scoreClasses(predicted, { name, shape, labels: data }, config).forEach((score, at) => {
        if (score.voxels > 0) dice[at].push(score.dice);
      });
      const found = evaluateLesions(reference, predicted, { labels: tumors, case: name });
      for (const { label, radiusMm, detected, dice: own } of found.reference)
        lesions.push({ case: name, class: tumors[label], radiusMm, found: detected, dice: own });
      cases++;
      falsePositives += found.falsePositives;
      if (found.reference.length === 0) {
        controls++;
        if (found.falsePositives > 0) alarmed++;
      }
    }
  } finally {
    predictor.dispose();
  }
  return {
    cases,
    controls,
    dice: Object.fromEntries(config.targets.map(({ name }, at) => [name, mean(dice[at])])),
    lesions,
    falsePositivesPerScan: falsePositives / cases,
    controlsWithFalsePositives: alarmed,
  };
}
