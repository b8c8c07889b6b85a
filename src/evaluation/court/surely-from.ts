import { coverageTable } from "../../stats/coverage-table.js";
import { chooseTestMethod } from "../../stats/mean-test.js";

/** The number of units from which intervals of differences are Student's t, as far as their coverage was measured. */
export function findSurelyFrom(isBounded: boolean): number {
  const sizes = coverageTable.rows.filter(({ question }) => question === "difference").map(({ n }) => n);
  const others = sizes.filter((n) => chooseTestMethod(n, isBounded) !== "t");
  const last = others.length === 0 ? 0 : Math.max(...others);
  return Math.min(...sizes.filter((n) => n > last));
}
