import { findLesion, findOrgan, lesions, tumorOrgans } from "./organs.js";
import type { TumorOrgan } from "./organs.js";

/** A label value with what it stands for among the six organs whose tumors are studied. */
export interface LabelledStructure {
  value: number;
  name: string;
  /** The organ it is healthy tissue of: `kidney_left` is kidney. */
  organ?: TumorOrgan;
  /** The organ whose lesions it marks. */
  lesionOf?: TumorOrgan;
}

/**
 * Finds out which labels are tumor organs and which their lesions. A label that says only "tumor", "cancer" or "lesion",
 * as the Decathlon's do, belongs to the one tumor organ among the labels; where there are none or several it belongs to
 * none.
 *
 * @param knownLesions organ by label value, where more than the name is known.
 */
export function describeLabels(
  labels: Readonly<Record<number, string>>,
  knownLesions: Readonly<Record<number, TumorOrgan>> = {},
): LabelledStructure[] {
  const known = Object.entries(labels).map(([value, name]): LabelledStructure => {
    const lesionOf = knownLesions[Number(value)] ?? findLesion(name)?.tumorOrgan;
    const organ = lesionOf ? undefined : organOf(name);
    return { value: Number(value), name, ...(organ ? { organ } : {}), ...(lesionOf ? { lesionOf } : {}) };
  });
  const organs = [...new Set(known.flatMap(({ organ }) => (organ ? [organ] : [])))];
  if (organs.length !== 1) return known;
  return known.map((each) =>
    !each.organ && !each.lesionOf && /^(tumou?r|cancer|lesion)s?$/i.test(each.name.trim())
      ? { ...each, lesionOf: organs[0] }
      : each,
  );
}

function organOf(name: string): TumorOrgan | undefined {
  const plain = name.trim().toLowerCase();
  const direct = tumorOrgans.find((each) => each === plain);
  if (direct) return direct;
  const lesionName = findOrgan(name)?.lesionName;
  return lesions.find((each) => each.name === lesionName)?.tumorOrgan;
}
