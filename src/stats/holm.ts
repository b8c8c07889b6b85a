import { requireThat } from "../core/errors.js";

/** One test of a family. */
export interface NamedPValue {
  name: string;
  /** From 0 to 1; `NaN` where the test could not be done. */
  pValue: number;
}

/** A test of a family with its adjusted p value. */
export interface AdjustedPValue extends NamedPValue {
  /** To be held against the level of the whole family; `NaN` where `pValue` is. */
  adjusted: number;
}

/**
 * Holm's adjustment of the p values of a family of tests (Holm 1979), in the order given: a test holds at the level of the
 * family when its adjusted value is at most that level. It asks nothing of how the tests hang together.
 *
 * A test that was planned and could not be done (`NaN`) counts as one of the family: leaving it out would make the others
 * easier to pass. An empty family gives an empty list.
 *
 * @throws LabError for a value outside 0 to 1 and for a name that occurs twice.
 */
export function adjustHolm(family: readonly NamedPValue[]): AdjustedPValue[] {
  const names = new Set<string>();
  for (const { name, pValue } of family) {
    requireThat(!names.has(name), "family", name, "each test once, by its own name");
    names.add(name);
    requireThat(
      Number.isNaN(pValue) || (pValue >= 0 && pValue <= 1),
      `p value of ${name}`,
      pValue,
      "a number from 0 to 1, or NaN for a test that could not be done",
    );
  }
  const adjusted = new Map<string, number>();
  let largest = 0;
  family
    .filter(({ pValue }) => !Number.isNaN(pValue))
    .sort((a, b) => a.pValue - b.pValue)
    .forEach(({ name, pValue }, place) => {
      largest = Math.max(largest, Math.min(1, pValue * (family.length - place)));
      adjusted.set(name, largest);
    });
  return family.map(({ name, pValue }) => ({ name, pValue, adjusted: adjusted.get(name) ?? NaN }));
}
