import { describeStructure } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName, distributionNames } from "../experiment/analyze/experiment-scores.js";
import type { Distribution } from "../experiment/analyze/experiment-scores.js";
import { spellScans } from "../scaling/efficiency-text.js";
import { bootstrapLawBand, logSpacedSizes } from "../scaling/law-band.js";
import { type DotRow, dotFigure } from "./dots.js";
import { curvesOf } from "./experiment-figures.js";
import type { Figure } from "./figure.js";
import { learningCurveFigure, type LawLine } from "./learning-curve.js";
import { seriesColors } from "./theme.js";

/** How far laws are drawn beyond the largest size. */
const beyond = 5;
/** Ends of the axis of multipliers; what lies outside is drawn at the end and told in numbers. */
const multiplierRange = [0.1, 100] as const;

/**
 * The law chosen for each arm of an organ over its points, to five times the largest size, with the band of its refits to
 * drawn curves and its limit where the points decide one. An arm without a law shows its points alone.
 */
export function armLawsFigure(
  analysis: ExperimentAnalysis,
  organ: TumorOrgan,
  distribution: Distribution = "in",
): Figure {
  const entry = analysis.organs.find((each) => each.organ === organ);
  const curves = entry?.curves.filter((curve) => curve.distribution === distribution) ?? [];
  const lines = curves.flatMap(({ arm, points, laws }, i): LawLine[] => {
    if (!entry?.bootstrap || !laws.value) return [];
    const { chosen } = laws.value;
    const sizes = logSpacedSizes(points[0].n, beyond * points.at(-1)!.n);
    const band = bootstrapLawBand(entry.bootstrap, curveName(arm, distribution), chosen.law, sizes, analysis);
    const { n, error, low, high } = band;
    const floor = chosen.law.asymptote(chosen.parameters);
    // A law without a floor has a limit of 100 % whatever the points are.
    const limit = chosen.identified && floor > 0 ? { limit: floor } : {};
    const color = seriesColors[i % seriesColors.length];
    return [{ name: `${arm}: ${chosen.law.title.toLowerCase()}`, n, error, low, high, color, ...limit }];
  });
  const points = entry ? curvesOf(entry, distribution) : [];
  const { displayName } = describeStructure(organ);
  return learningCurveFigure(
    points.map((curve) => ({
      ...curve,
      isJoined: false,
      // The bands say what the bars would.
      points: curve.points.map(({ n, error }) => ({ n, error })),
    })),
    {
      title: `Laws for the ${displayName.toLowerCase()}, ${distributionNames[distribution]}`,
      lines,
      bandName: `${Math.round(100 * analysis.level)} % band`,
    },
  );
}

/** What a real scan becomes with synthetic tumors, size by size, with its interval, on a log axis. */
export function multiplierFigure(
  analysis: ExperimentAnalysis,
  organ: TumorOrgan,
  distribution: Distribution = "in",
): Figure {
  const multipliers = analysis.organs
    .find((each) => each.organ === organ)
    ?.gains.find((each) => each.arm === analysis.mixedArm && each.distribution === distribution)?.multipliers;
  const rows = (multipliers?.value?.rows ?? []).map((row): DotRow => {
    const { n, multiplier } = row;
    const { low, high } = row.multiplierInterval;
    const name = `${n} real ${n === 1 ? "scan" : "scans"}`;
    const interval = `[${spell(low)}, ${spell(high)}]`;
    return multiplier === undefined
      ? { name, value: NaN, note: `${spellScans(row, String)} real scans ${interval}` }
      : {
          name,
          value: clamp(multiplier),
          low: clamp(low),
          high: clamp(high),
          note: `${spell(multiplier)} ${interval}`,
        };
  });
  return dotFigure(
    rows.length > 0 ? rows : [{ name: "", value: NaN, note: multipliers?.why ?? "not asked" }],
    {
      title: `What a real scan becomes: ${describeStructure(organ).displayName.toLowerCase()}, ${distributionNames[distribution]}`,
      axis: { title: "Multiplier", unit: "log axis" },
      xScale: "log",
      range: multiplierRange,
      intervalName: `${Math.round(100 * analysis.level)} % of bootstrapped curves`,
      reference: { value: 1, name: "adds nothing" },
    },
  );
}

function clamp(value: number): number {
  return Math.min(Math.max(value, multiplierRange[0]), multiplierRange[1]);
}

function spell(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(2))) : "∞";
}
