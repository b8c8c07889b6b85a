import { describeStructure } from "../anatomy/organs.js";
import type { ScoreComparison } from "../evaluation/tables/compare-scores.js";
import { metricInfo } from "../metrics/metric.js";
import type { Row } from "./data-frame.js";

/**
 * Models compared structure by structure, as rows for `showTable`: the best mean, how often it is the best when patients are drawn
 * anew, and the models that it cannot be told from by their ranks. Every pair of a structure is `rankedPairTable` of its ranking.
 */
export function comparisonTable({ metric, models, structures, alpha }: ScoreComparison): Row[] {
  const { displayName, unit } = metricInfo[metric];
  return structures.map(({ name, ranking, winner, notTold }) => ({
    structure: describeStructure(name).displayName,
    n: ranking.n,
    patients: ranking.patients,
    "best mean": winner ?? "shared",
    [`mean ${displayName}${unit === "" ? "" : ` (${unit})`}`]: ranking.models[0].mean,
    "best in (%)": 100 * ranking.models[0].firstShare,
    [`told at ${100 * alpha} % from`]: `${winner === undefined ? 0 : models.length - 1 - notTold.length} of ${models.length - 1}`,
    "not told from": notTold.join(", "),
  }));
}
