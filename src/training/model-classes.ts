import type { LabelClasses } from "../anatomy/label-classes.js";
import type { TrainedModel } from "../model/store.js";

/**
 * The classes of a model with their structures, as `writeModelClasses` and `toClassPair` take them; `undefined` for a
 * model that does not say what its classes are made of.
 */
export function classesOf({ classNames, structures, ignored = [] }: TrainedModel): LabelClasses | undefined {
  if (!structures) return undefined;
  const targets = structures.map((names, at) => ({ name: classNames[at + 1], structures: names }));
  return { targets, ignore: ignored };
}
