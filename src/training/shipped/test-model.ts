import { evaluateLesions } from "../../metrics/lesions.js";
import type { TrainedModel } from "../../model/store.js";
import { openPredictor } from "../predict-scan.js";
import type { LabelledScan } from "../prepared-case.js";
import { toClassLabels } from "../target-labels.js";
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
  return structures.every((structure) => structure.endsWith("_lesion"));
}

/** Tries a network on labelled scans: Dice by class, and tumor by tumor what was found, as any overlap counts. */
export async function testModel(
  model: TrainedModel,
  config: Pick<TrainingConfig, "targets" | "ignore">,
  scans: Iterable<LabelledScan> | AsyncIterable<LabelledScan>,
): Promise<ModelTest> {
  const tumors = Object.fromEntries(
    config.targets.flatMap((target, at) => (isTumorClass(target) ? [[at + 1, target.name]] : [])),
  ) as Record<number, string>;
  const dice = config.targets.map(() => [] as number[]);
  const lesions: TestedLesion[] = [];
  let [cases, controls, falsePositives, alarmed] = [0, 0, 0, 0];
  const predictor = await openPredictor(model);
  try {
    for await (const { name, ct, labels } of scans) {
      const predicted = await predictor.predict(ct);
      const reference = toClassLabels(labels, config, name);
      scoreDice(reference.data, predicted.data, config.targets.length).forEach((value, at) => {
        if (!Number.isNaN(value)) dice[at].push(value);
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
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, each) => sum + each, 0) / values.length;
  return {
    cases,
    controls,
    dice: Object.fromEntries(config.targets.map(({ name }, at) => [name, meanOf(dice[at])])),
    lesions,
    falsePositivesPerScan: falsePositives / cases,
    controlsWithFalsePositives: alarmed,
  };
}

/** Dice of each class where the reference has it, else `NaN`. */
function scoreDice(reference: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[] {
  const [voxels, found, both] = [0, 1, 2].map(() => new Float64Array(classes + 1));
  for (let i = 0; i < reference.length; i++) {
    voxels[reference[i]]++;
    found[predicted[i]]++;
    if (reference[i] === predicted[i]) both[reference[i]]++;
  }
  return Array.from({ length: classes }, (_, at) => {
    const label = at + 1;
    return voxels[label] === 0 ? NaN : (2 * both[label]) / (voxels[label] + found[label]);
  });
}
