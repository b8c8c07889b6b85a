import {
  anyLesion,
  canonicalName,
  findLesion,
  findOrgan,
  isAnyLesion,
  lesions,
  normalizeName,
  tumorOrgans,
} from "./organs.js";
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
    !each.organ && !each.lesionOf && isAnyLesion(each.name) ? { ...each, lesionOf: organs[0] } : each,
  );
}

/**
 * {@link canonicalName} of every label of a set. What a set of one tumor organ calls only "tumor" is that organ's lesion.
 */
export function canonicalNames(labels: Readonly<Record<number, string>>): Record<number, string> {
  const names: Record<number, string> = {};
  for (const { value, name, lesionOf } of describeLabels(labels)) {
    const lesion = lesions.find(({ tumorOrgan }) => tumorOrgan === lesionOf);
    names[value] = lesion?.name ?? canonicalName(name);
  }
  return names;
}

/**
 * The label value of a structure under any of its names; what is called only "tumor" is the one lesion among the labels.
 *
 * @returns `undefined` where no label is that structure.
 */
export function valueOfStructure(
  labels: Readonly<Record<number, string>>,
  structure: string,
): number | undefined {
  const wanted = canonicalName(structure);
  const known = Object.entries(canonicalNames(labels));
  const found = known.find(
    ([value, name]) => name === wanted || canonicalName(labels[Number(value)]) === wanted,
  );
  if (found) return Number(found[0]);
  const lesionValues = describeLabels(labels).flatMap(({ value, lesionOf }) => (lesionOf ? [value] : []));
  return wanted === anyLesion && lesionValues.length === 1 ? lesionValues[0] : undefined;
}

/** What a structure is a part of, the nearest first: a lobe of the lung, then the lung on its side, then the lungs. */
export function wholesOf(structure: string): string[] {
  if (findLesion(structure)) return [anyLesion];
  const lobe = /^lung_\w+_lobe_(left|right)$/.exec(structure);
  if (lobe) return [`lung_${lobe[1]}`, "lung"];
  const side = /^(.+)_(left|right)$/.exec(structure);
  return side ? [side[1]] : [];
}

/**
 * Whether a label called `name` belongs to a class made of `structures`: it is one of them or a part of one, or it is a
 * whole whose two sides are both among them. Both are canonical names.
 */
export function belongsTo(name: string, structures: readonly string[]): boolean {
  if (structures.includes(name) || wholesOf(name).some((whole) => structures.includes(whole))) return true;
  return [`${name}_left`, `${name}_right`].every((side) => structures.includes(side));
}

function organOf(name: string): TumorOrgan | undefined {
  const plain = normalizeName(name);
  const direct = tumorOrgans.find((each) => each === plain);
  if (direct) return direct;
  const lesionName = findOrgan(plain)?.lesionName;
  return lesions.find((each) => each.name === lesionName)?.tumorOrgan;
}
