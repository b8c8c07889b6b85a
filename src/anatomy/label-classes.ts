import { LabError } from "../core/errors.js";
import type { LabelMap } from "../core/types.js";
import { canonicalName, lesions, organs, type TumorOrgan } from "./organs.js";
import { belongsTo, canonicalNames } from "./structures.js";

/** What a network tells apart: a class and the structures of a label map that make it up. */
export interface TargetClass {
  name: string;
  /** Structures by name, such as `["kidney_left", "kidney_right"]`. */
  structures: readonly string[];
}

/** The classes of a network, in the order of its label values from 1 on. */
export interface LabelClasses {
  targets: readonly TargetClass[];
  /** Structures that are left out of learning and of scores. */
  ignore: readonly string[];
}

/** An organ and its tumors as classes 1 and 2. */
export function tumorTargets(organ: TumorOrgan): TargetClass[] {
  const lesion = lesions.find(({ tumorOrgan }) => tumorOrgan === organ)!.name;
  const structures = organs.filter(({ lesionName }) => lesionName === lesion).map(({ name }) => name);
  return [
    { name: organ, structures },
    { name: "tumor", structures: [lesion] },
  ];
}

/** The label that takes no part in the loss, nor in scores. */
export const ignoreLabel = 255;

/** What nnU-Net's dataset.json calls voxels that nobody labelled: they are neither learned nor scored. */
export const ignoredStructure = "ignore";

/**
 * Class by label value, 0 to 65535; {@link ignoreLabel} for what is left out. Label values without a name are background.
 * What a data set calls {@link ignoredStructure} is left out too. Structures are found under any of their names (see `canonicalName`), also as parts of a class's or as both sides at once.
 *
 * @param names structure by label value.
 * @param input whose labels they are, for errors.
 * @throws LabError when the names have none of a class's structures.
 */
export function classTable(
  names: Readonly<Record<number, string>>,
  { targets, ignore }: LabelClasses,
  input: string,
): Uint8Array {
  const table = new Uint8Array(65536);
  valuesOfClasses(names, targets).forEach((values, at) => {
    const { name, structures } = targets[at];
    if (values.length === 0)
      throw new LabError(
        `${input}, labels of class ${name}`,
        Object.values(names).slice(0, 12),
        `at least one of ${structures.join(", ")}`,
        "Name the label values with a label map that has them, or leave the class out of the config (--classes)",
      );
    for (const value of values) table[value] = at + 1;
  });
  const [ignored] = valuesOfClasses(names, [{ name: ignoredStructure, structures: ignore }]);
  for (const value of ignored) table[value] = ignoreLabel;
  return table;
}

/** The label values that make up each class; see {@link classTable}. */
export function valuesOfClasses(
  names: Readonly<Record<number, string>>,
  targets: readonly TargetClass[],
): number[][] {
  const known = Object.entries(canonicalNames(names));
  return targets.map(({ name, structures }) => {
    const parts = structures.map(canonicalName);
    const canonical = canonicalName(name);
    return known.flatMap(([value, structure]) =>
      belongsTo(structure, parts) || structure === canonical ? [Number(value)] : [],
    );
  });
}

/**
 * A pair of label maps on one grid as a network's classes: the reference's structures become classes, and voxels that are
 * left out are background in both.
 *
 * @param prediction label values are the classes, 1 for the first.
 * @throws LabError when the reference names none of a class's structures, or a predicted value is no class.
 */
export function toClassPair(
  reference: LabelMap,
  prediction: LabelMap,
  classes: LabelClasses,
): { reference: LabelMap; prediction: LabelMap } {
  const { targets } = classes;
  const classOf = classTable(reference.names, classes, "reference");
  const [wantedLabels, foundLabels] = [0, 1].map(() => new Uint8Array(prediction.data.length));
  for (let i = 0; i < foundLabels.length; i++) {
    const value = prediction.data[i];
    if (value > targets.length)
      throw new LabError("prediction", `label ${value}`, `classes, 0 to ${targets.length}`);
    const wanted = classOf[reference.data[i]];
    if (wanted === ignoreLabel) continue;
    wantedLabels[i] = wanted;
    foundLabels[i] = value;
  }
  const names = Object.fromEntries(targets.map(({ name }, at) => [at + 1, name]));
  return {
    reference: { ...reference, data: wantedLabels, names },
    prediction: { ...prediction, data: foundLabels, names },
  };
}
