import { describeStructure, tumorOrgans } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import type { ArmCurve, OrganAnalysis } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { distributionNames, distributions } from "../experiment/analyze/experiment-scores.js";
import type { Distribution, ExperimentScore } from "../experiment/analyze/experiment-scores.js";
import { observeCurves } from "../experiment/analyze/observed-curves.js";
import { countTrainings, spellTrainings } from "../experiment/plan/count-trainings.js";
import { listTrials } from "../experiment/plan/plan.js";
import type { CollectedResults } from "../experiment/run/result.js";
import { curvePanelsFigure } from "./curve-panels.js";
import { type DotRow, dotFigure } from "./dots.js";
import type { Figure } from "./figure.js";
import type { MeasuredCurve } from "./learning-curve.js";

/** Small multiples: one panel per organ, in the order of the paper. */
export function organCurvesFigure(analysis: ExperimentAnalysis, distribution: Distribution = "in"): Figure {
  return curvePanelsFigure(
    sortOrgans(analysis.organs).map((entry) => ({
      title: `${describeStructure(entry.organ).displayName}, ${trainingsOf(entry)}`,
      curves: curvesOf(entry, distribution),
    })),
    { title: `Tumor Dice ${distributionNames[distribution]}`, intervalName: barsName(analysis) },
  );
}

/** One organ's curves in and out of distribution, side by side on one axis of scores. */
export function distributionCurvesFigure(analysis: ExperimentAnalysis, organ: TumorOrgan): Figure {
  const entry = analysis.organs.find((each) => each.organ === organ);
  return curvePanelsFigure(
    distributions.map((distribution) => ({
      title: distributionNames[distribution],
      curves: entry ? curvesOf(entry, distribution) : [],
    })),
    {
      title: `Tumor Dice of the ${describeStructure(organ).displayName.toLowerCase()}${entry ? `, ${trainingsOf(entry)}` : ""}`,
      columns: 2,
      intervalName: barsName(analysis, entry && [entry]),
    },
  );
}

/** Curves of an experiment under way in and out of distribution, over the sizes that are planned; without intervals. */
export function growingCurvesFigure(
  results: CollectedResults,
  organ: TumorOrgan,
  score: ExperimentScore = "tumorDice",
): Figure {
  const { plan, trials } = results;
  const planned = listTrials(plan).length;
  const curves = observeCurves(results, organ, score);
  const sizes = plan.organs.find((entry) => entry.organ === organ)?.sizes ?? [];
  const { displayName } = describeStructure(organ);
  const what =
    score === "tumorDice"
      ? `Tumor Dice of the ${displayName.toLowerCase()}`
      : `${displayName}: Dice of the organ`;
  return curvePanelsFigure(
    distributions.flatMap((distribution) => {
      const shownCurves = curves.filter((curve) => curve.distribution === distribution);
      return shownCurves.length === 0
        ? []
        : [
            {
              title: distributionNames[distribution],
              curves: shownCurves.map(({ arm, points }) => ({ name: arm, points })),
              sizes,
            },
          ];
    }),
    {
      title: `${what} after ${trials.length} of ${planned} trials`,
      columns: 2,
    },
  );
}

/** The largest real training of each organ beside an untrained network and a threshold, in distribution. */
export function baselineFigure(analysis: ExperimentAnalysis, distribution: Distribution = "in"): Figure {
  const rows = sortOrgans(analysis.organs).flatMap((organ): DotRow[] => {
    const baselines = organ.baselines.filter((each) => each.distribution === distribution);
    const { displayName, color } = describeStructure(organ.organ);
    const note = trainingsOf(organ).replace(" per size", "");
    return baselines.flatMap(({ baseline, arm, n, armDice, baselineDice, verdict }, i) => [
      ...(i === 0 ? [{ name: `${displayName}, ${arm}, n = ${n}`, ...percentOf(armDice), color, note }] : []),
      { name: `${displayName}, ${baseline}`, ...percentOf(baselineDice), color, note: sayOf(verdict, arm) },
    ]);
  });
  return dotFigure(rows, {
    title: `Trained and not: tumor Dice ${distributionNames[distribution]}`,
    axis: { title: "Dice", unit: "%" },
    intervalName: intervalName(analysis),
  });
}

/** Curves of an organ for `learningCurveFigure`, with their intervals, in the order of the plan's arms. */
export function curvesOf(
  { curves }: Pick<OrganAnalysis, "curves">,
  distribution: Distribution,
): MeasuredCurve[] {
  return curves
    .filter((curve) => curve.distribution === distribution)
    .map(({ arm, points }: ArmCurve) => ({
      name: arm,
      points: points.map(({ n, estimate, low, high }) => ({
        n,
        error: 1 - (estimate ?? NaN),
        // The higher end of a score is the lower end of its error.
        ...(Number.isFinite(low) && Number.isFinite(high) ? { low: 1 - high, high: 1 - low } : {}),
      })),
    }));
}

/** Organs in the order of the paper. */
export function sortOrgans(organs: readonly OrganAnalysis[]): OrganAnalysis[] {
  return [...organs].sort((a, b) => tumorOrgans.indexOf(a.organ) - tumorOrgans.indexOf(b.organ));
}

/** A share with its interval in percent; the interval is left out where it has no ends. */
export function percentOf({
  estimate,
  low,
  high,
}: {
  estimate: number | undefined;
  low: number;
  high: number;
}): {
  value: number;
  low?: number;
  high?: number;
} {
  const value = 100 * (estimate ?? NaN);
  return Number.isFinite(low) && Number.isFinite(high)
    ? { value, low: 100 * low, high: 100 * high }
    : { value };
}

function sayOf(verdict: string, arm: string): string {
  return verdict === "not clearly different" ? verdict : `${arm} is ${verdict}`;
}

/** What the intervals of these organs draw; default all of them. */
export function intervalName(
  { level, organs }: ExperimentAnalysis,
  shown: readonly OrganAnalysis[] = organs,
): string {
  const counts = shown.map((entry) => countTrainings([entry])[1]);
  const drawn = counts.every((count) => count <= 1)
    ? "patients"
    : counts.every((count) => count > 1)
      ? "patients and trainings"
      : "patients, and over trainings where there are several";
  return `${Math.round(100 * level)} % interval over ${drawn}`;
}

function barsName(analysis: ExperimentAnalysis, shown?: readonly OrganAnalysis[]): string {
  return `bars: ${intervalName(analysis, shown)}`;
}

/** How many trainings each point of an organ's curves rests on. */
export function trainingsOf(entry: OrganAnalysis): string {
  const spelled = spellTrainings([entry]);
  return spelled === "1" ? "one training per size" : `${spelled} trainings per size`;
}
