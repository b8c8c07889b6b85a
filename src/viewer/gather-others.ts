import { otherStructureColor } from "../anatomy/organs.js";

/** Rows of a legend: structures outside the organ table share one colour, and so one row where they are several. */
export function gatherOthers<T extends { name: string; color: string }>(structures: readonly T[]): T[] {
  const others = structures.filter(({ color }) => color === otherStructureColor);
  if (others.length < 2) return [...structures];
  const gathered = { ...others[0], name: `${others.length} other structures` };
  return [...structures.filter(({ color }) => color !== otherStructureColor), gathered];
}
