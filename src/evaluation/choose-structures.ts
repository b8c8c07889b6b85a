import { anyLesion, canonicalName, findLesion } from "../anatomy/organs.js";
import { LabError } from "../core/errors.js";
import type { PairNames } from "./read-pair.js";

/** Whether each label of a choice has a name of its own: `1=liver`, not only `1`. */
export function areNamed(labels: Readonly<Record<number, string>>): boolean {
  return Object.entries(labels).every(([value, name]) => name !== `label ${value}`);
}

/**
 * The labels to score, by the values that both sides are compared by. A name must be that of its value.
 *
 * @param labels name by label value, as `parseLabels` reads them.
 * @returns name by label value; those given where the sides are compared as they are, or as a network's classes.
 * @throws LabError where the value stands for something else.
 */
export function chooseStructures(
  labels: Readonly<Record<number, string>>,
  { alignment, prediction: { classes } }: Pick<PairNames, "alignment" | "prediction">,
): Readonly<Record<number, string>> {
  if (!alignment || classes) return labels;
  const known = Object.entries(alignment.names);
  return Object.fromEntries(
    Object.entries(labels).map(([value, name]) => {
      const given = alignment.names[Number(value)];
      if (given === undefined || name === `label ${value}`) return [value, given ?? name];
      if (isSame(name, given)) return [value, name];
      const other = known.find(([, each]) => isSame(name, each));
      throw new LabError(
        `--labels, ${value}`,
        name,
        `${given}, which is what ${value} stands for`,
        other ? `${name} is ${other[0]}` : "Leave the name out, or name the values with --reference-labels",
      );
    }),
  );
}

/** Also "tumor" for the lesion of an organ. */
function isSame(name: string, known: string): boolean {
  const plain = canonicalName(name);
  return plain === canonicalName(known) || (plain === anyLesion && findLesion(known) !== undefined);
}
