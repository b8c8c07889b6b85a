import { describeStructure } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { distributionNames, distributions } from "../experiment/analyze/experiment-scores.js";
import { compareArms, explainGain, type GainPartId } from "../experiment/analyze/explain-gain.js";
import { curvePanelsFigure } from "./curve-panels.js";
import { type DotRow, dotFigure } from "./dots.js";
import { intervalName, percentOf, sortOrgans, trainingsOf } from "./experiment-figures.js";
import type { Figure } from "./figure.js";
import type { MeasuredCurve } from "./learning-curve.js";
import { seriesColors } from "./theme.js";

const axis = { title: "Gain in Dice", unit: "percentage points" };

/**
 * What synthetic tumors add to each organ's Dice, the mean over log n, in and out of distribution; of one organ, what that gain is
 * made of, as far as the plan has controls and their trainings were run: people, tumors, kind of tumor, steps.
 */
export function gainFigure(analysis: ExperimentAnalysis, organ?: TumorOrgan): Figure {
  if (organ !== undefined) return gainPartsFigure(analysis, organ);
  const rows = sortOrgans(analysis.organs).flatMap((entry) =>
    entry.gains
      .filter(({ arm }) => arm === analysis.mixedArm)
      .map(({ distribution, mean }): DotRow => {
        const { displayName, color } = describeStructure(entry.organ);
        const name = `${displayName}, ${distribution === "in" ? "ID" : "OOD"}`;
        if (!mean.value) return { name, value: NaN, note: mean.why, color };
        return { name, ...percentOf(mean.value), note: trainingsOf(entry), color };
      }),
  );
  return dotFigure(rows, {
    title: `Gain in Dice by synthetic tumors, mean over log n`,
    axis,
    intervalName: intervalName(analysis),
    reference: { value: 0, name: "no gain" },
  });
}

function gainPartsFigure(analysis: ExperimentAnalysis, organ: TumorOrgan): Figure {
  const entry = analysis.organs.find((each) => each.organ === organ);
  const parts = distributions.map((distribution) => explainGain(analysis, organ, distribution));
  const rows = parts[0].flatMap((_, at) =>
    parts.flatMap((each): DotRow[] => {
      const { what, distribution, mean, sizes, points } = each[at];
      if (points.length === 0) return [];
      const isIn = distribution === "in";
      const name = `${what}, ${isIn ? "ID" : "OOD"}`;
      const color = seriesColors[isIn ? 0 : 1];
      if (!mean.value) return [{ name, value: NaN, note: mean.why, color }];
      return [{ name, ...percentOf(mean.value), note: `n = ${sizes.join(", ")}`, color }];
    }),
  );
  return dotFigure(rows, {
    title: `${describeStructure(organ).displayName}: what the gain is made of, mean over log n`,
    axis: { title: "Difference in Dice", unit: "percentage points" },
    intervalName: intervalName(analysis, entry && [entry]),
    reference: { value: 0, name: "no difference" },
  });
}

/** What is measured against the real scans alone. */
const shownParts: readonly GainPartId[] = ["all", "people", "alone"];

/**
 * Gains over the real scans alone at each size, in and out of distribution side by side: of people and tumors, of the people
 * alone, and of every other arm that adds tumors to them.
 */
export function gainCurvesFigure(analysis: ExperimentAnalysis, organ: TumorOrgan): Figure {
  const { realArm: real, organs } = analysis;
  const entry = organs.find((each) => each.organ === organ);
  const arms = armsWithGain(analysis, organ);
  const panels = distributions.map((distribution) => ({
    title: distributionNames[distribution],
    curves: arms.flatMap((arm): MeasuredCurve[] => {
      const { points } = compareArms(analysis, organ, { arm, against: real ?? "", distribution });
      // An arm whose trainings have not been run has no curve and no name in the legend.
      if (points.length === 0) return [];
      const curve: MeasuredCurve = {
        name: arm,
        // As in the curves themselves.
        color: seriesColors[analysis.arms.findIndex(({ name }) => name === arm) % seriesColors.length],
        points: points.map(({ n, estimate = NaN, low, high }) => ({
          n,
          error: 1 - estimate,
          ...(Number.isFinite(low) && Number.isFinite(high) ? { low: 1 - high, high: 1 - low } : {}),
        })),
      };
      return [curve];
    }),
  }));
  const ends = panels.flatMap(({ curves }) =>
    curves.flatMap(({ points }) =>
      points.flatMap(({ error, low = error, high = error }) => [1 - low, 1 - high]),
    ),
  );
  const [least, most] = [Math.min(0, ...ends), Math.max(0.05, ...ends)];
  return curvePanelsFigure(panels, {
    title: `${describeStructure(organ).displayName}: Dice beyond ${real ?? "the real scans alone"}`,
    columns: 2,
    scoreName: axis.title,
    unit: "points",
    range: [10 * Math.floor(10 * least + 1e-6), 10 * Math.ceil(10 * most - 1e-6)] as [number, number],
    intervalName: `bars: ${intervalName(analysis, entry && [entry])}`,
  });
}

/** Arms whose difference to the real scans is one of people or tumors, in the order of the parts. */
function armsWithGain(analysis: ExperimentAnalysis, organ: TumorOrgan): string[] {
  const parts = explainGain(analysis, organ);
  const against = new Set([analysis.realArm]);
  const direct = parts.filter((part) => shownParts.includes(part.id) && against.has(part.against));
  const others = parts.filter(({ id }) => id === "kind" || id === "generator");
  return [...new Set([...direct, ...others].map(({ arm }) => arm))];
}
