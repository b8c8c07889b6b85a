import type { TumorOrgan } from "../anatomy/organs.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { distributionNames, distributions } from "../experiment/analyze/experiment-scores.js";
import { explainGain } from "../experiment/analyze/explain-gain.js";
import { spellMethodShort } from "../paper/claim.js";
import type { Row } from "./data-frame.js";
import { spellPoints } from "./experiment-table.js";

/**
 * What an organ's gain is made of, in points of Dice: one row per pair of arms and distribution, the mean over log n and then size
 * by size; see `explainGain`. A plan without controls has one pair, one without synthetic tumors none.
 */
export function gainPartsTable(analysis: ExperimentAnalysis, organ: TumorOrgan): Row[] {
  const parts = distributions.map((distribution) => explainGain(analysis, organ, distribution));
  const sizes = [...new Set(parts.flat().flatMap((part) => part.sizes))].sort((a, b) => a - b);
  return parts[0].flatMap((_, at) =>
    parts.map((each): Row => {
      const { what, arm, against, distribution, points, mean } = each[at];
      return {
        difference: what,
        arms: `${arm} − ${against}`,
        tests: distributionNames[distribution],
        "mean over log n (points)": mean.value ? spellPoints(mean.value) : mean.why,
        ...Object.fromEntries(
          sizes.map((size) => {
            const point = points.find(({ n }) => n === size);
            return [`n = ${size}`, point ? spellPoints(point) : ""];
          }),
        ),
        "95 % by": mean.value ? spellMethodShort(mean.value) : "",
      };
    }),
  );
}
