import { describeStructure } from "../anatomy/organs.js";
import { unitOfGain } from "../evaluation/court/judgment.js";
import type { CourtVerdict, JudgedPair, Judgment } from "../evaluation/court/judgment.js";
import { metricInfo } from "../metrics/metric.js";
import { type DotRow, dotFigure } from "./dots.js";
import type { Figure } from "./figure.js";
import { palette, seriesColors } from "./theme.js";

/** Colours of verdicts; the words stand beside each row. */
const colors: Readonly<Record<CourtVerdict, string>> = {
  better: seriesColors[0],
  "better by less than the margin": seriesColors[5],
  "equal within the margin": seriesColors[2],
  "cannot be told": palette.muted,
};

/**
 * A judgment as a forest plot: of each pair how much better the first is, with its interval, over the margin within which two models
 * count as equal; the number of patients and the verdict stand beside it. Of means alone there is a row for each correlation that was
 * assumed.
 *
 * @param options `limit` shows only so many rows (default 40) and the title says of how many.
 */
export function judgmentFigure(judgment: Judgment, options: { title?: string; limit?: number } = {}): Figure {
  const { metric, alpha, margin, structures } = judgment;
  const { limit = 40 } = options;
  const { unit, scale } = unitOfGain(metric);
  const all = structures.flatMap(({ pairs }) => pairs);
  const shown = all.slice(0, limit);
  const cut = all.length > shown.length ? ` (${shown.length} of ${all.length})` : "";
  const { displayName } = metricInfo[metric];
  const isOne = structures.length === 1 || new Set(shown.map(({ structure }) => structure)).size === 1;
  const rows = shown.map((pair): DotRow => ({
    name: nameRow(pair, judgment, isOne),
    value: scale * pair.gain,
    ...(Number.isFinite(pair.interval.low) && Number.isFinite(pair.interval.high)
      ? { low: scale * pair.interval.low, high: scale * pair.interval.high }
      : {}),
    note: `n = ${pair.n}: ${pair.verdict}`,
    color: colors[pair.verdict],
  }));
  const level = `${+(100 * (1 - alpha)).toFixed(4)} % interval`;
  return dotFigure(rows, {
    title: `${options.title ?? `${displayName}: how much better the first is`}${cut}`,
    axis: { title: `Gain in ${displayName}`, unit },
    intervalName: `${level}${judgment.basis === "means" ? ", spread guessed from the mean" : ""}; verdicts after Holm`,
    reference: { value: 0, name: "no difference" },
    band: {
      from: -scale * margin,
      to: scale * margin,
      name: `Margin: within ${+(scale * margin).toPrecision(3)} ${unit === "points" && scale * margin === 1 ? "point" : unit} counts as equal`,
    },
  });
}

function nameRow(pair: JudgedPair, { basis, structures }: Judgment, isOne: boolean): string {
  const models = `${pair.first} v ${pair.second}`;
  const assumed = basis === "means" ? `, r ${pair.correlation}` : "";
  // A structure that has its own two models, as a comparison that was published, is named by itself.
  const ownModels =
    structures.length > 1 &&
    structures.every(
      ({ pairs }) => new Set(pairs.map(({ first, second }) => `${first} v ${second}`)).size === 1,
    );
  const where = describeStructure(pair.structure).displayName;
  if (isOne) return `${models}${assumed}`;
  return ownModels ? `${where}${assumed}` : `${where}: ${models}${assumed}`;
}
