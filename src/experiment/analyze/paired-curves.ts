import { bootstrapCurves } from "../../scaling/curve-bootstrap.js";
import type { CurveBootstrap } from "../../scaling/curve-bootstrap.js";
import type { CurveTable } from "../../scaling/curve-table.js";
import { keepSharedSeeds, pairSizes } from "../../scaling/shared-seeds.js";
import type { CurveCell } from "../../scaling/shared-seeds.js";
import { testSetOf } from "./experiment-scores.js";

/** What an organ's curves are drawn from. */
export interface DrawnCurves {
  table: CurveTable;
  bootstrap: CurveBootstrap;
}

/**
 * Curves for a comparison: the organ's own where the compared cells have the same seeds, else drawn anew from the seeds that
 * they share, so that a control with three seeds is held against the same three of the arm that has five.
 *
 * @param cells compared cells, or names of curves that are compared at all sizes they share.
 */
export function pairCurves(
  { table, bootstrap }: DrawnCurves,
  cells: readonly (readonly CurveCell[])[] | readonly string[],
): CurveBootstrap {
  const isNames = (list: typeof cells): list is readonly string[] => typeof list[0] === "string";
  const groups = isNames(cells) ? pairSizes(table, cells) : cells;
  const arms = [...new Set(groups.flat().map(({ arm }) => arm))];
  const shared = keepSharedSeeds(table, groups);
  if (shared === table) return bootstrap;
  return bootstrapCurves(shared, { arms, resamples: bootstrap.replicates.length || 1, stratumOf: testSetOf });
}
