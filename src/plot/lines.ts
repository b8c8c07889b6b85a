import { requireThat } from "../core/errors.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import {
  type AxisText,
  baseLayout,
  defaultSize,
  legendBelow,
  logTicks,
  seriesColors,
  valueAxis,
} from "./theme.js";

/** One curve. */
export interface Series {
  name: string;
  x: readonly number[];
  y: readonly number[];
  /** Ends of the band around the curve, one pair a point; both or none. */
  low?: readonly number[];
  high?: readonly number[];
  /** `#rrggbb`; default the next colour of the palette. */
  color?: string;
  /** Points without a line between them; default false. */
  pointsOnly?: boolean;
}

/** What a line figure says about itself. */
export interface LineOptions {
  title?: string;
  x: AxisText;
  y: AxisText;
  /** Default linear. */
  xScale?: "linear" | "log";
  yScale?: "linear" | "log";
  /** What the bands show, such as `"95 % interval"`; said in the legend. */
  bandName?: string;
}

const dashes = ["solid", "dash", "dot", "dashdot", "longdash"];
const symbols = ["circle", "square", "diamond", "triangle-up", "x", "cross", "star"];

/**
 * Curves over a number, such as loss over steps or Dice over cohort size. Curves differ in colour, dash and
 * symbol alike. A value that is not a number leaves a gap. No series give an empty figure with its axes.
 *
 * @throws LabError when `x`, `y`, `low` and `high` of a series differ in length.
 */
export function lineFigure(series: readonly Series[], options: LineOptions): Figure {
  const { title = "", xScale = "linear", yScale = "linear" } = options;
  return {
    data: series.flatMap((one, i) => seriesTraces(one, i, options.bandName)),
    layout: baseLayout(title, {
      xaxis: valueAxis(options.x, xScale === "log" ? logTicks(series.flatMap(({ x }) => x)) : {}),
      yaxis: valueAxis(options.y, yScale === "log" ? logTicks(series.flatMap(({ y }) => y)) : {}),
      showlegend: series.length > 1 || series.some(({ low }) => low !== undefined),
      legend: legendBelow(defaultSize.height - 150),
      hovermode: "closest",
    }),
  };
}

function seriesTraces(series: Series, index: number, bandName: string | undefined): Trace[] {
  const { x, y, low, high, pointsOnly = false } = series;
  const name = escapeMarkup(series.name);
  const color = series.color ?? seriesColors[index % seriesColors.length];
  requireThat(
    x.length === y.length,
    `series "${series.name}"`,
    `${x.length} x, ${y.length} y`,
    "as many x as y",
  );
  requireThat(
    (low === undefined) === (high === undefined) &&
      [low, high].every((ends) => !ends || ends.length === x.length),
    `band of series "${series.name}"`,
    `${low?.length} low, ${high?.length} high`,
    `${x.length} of both, or none`,
  );
  // Markers on every point would hide a long curve.
  const mode = pointsOnly ? "markers" : x.length > 60 ? "lines" : "lines+markers";
  const curve: Trace = {
    type: "scatter",
    name,
    mode,
    x: [...x],
    y: y.map(finiteOrNull),
    line: { color, width: 2, dash: dashes[Math.floor(index / seriesColors.length) % dashes.length] },
    marker: { color, size: 7, symbol: symbols[index % symbols.length] },
    legendrank: 2 * index,
  };
  if (!low || !high) return [curve];
  const band: Trace = {
    type: "scatter",
    name: bandName ? `${name}, ${escapeMarkup(bandName)}` : name,
    mode: "lines",
    x: [...x, ...[...x].reverse()],
    y: [...high, ...[...low].reverse()].map(finiteOrNull),
    fill: "toself",
    fillcolor: `${color}33`,
    line: { width: 0, color },
    hoverinfo: "skip",
    legendrank: 2 * index + 1,
    showlegend: bandName !== undefined,
  };
  return [band, curve];
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
