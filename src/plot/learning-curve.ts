import { requireThat } from "../core/errors.js";
import { groupThousands } from "../core/group-thousands.js";
import { escapeMarkup } from "./figure.js";
import type { Figure, Trace } from "./figure.js";
import { baseLayout, defaultSize, legendBelow, palette, seriesColors, valueAxis } from "./theme.js";

/** Measured scores of one arm. */
export interface MeasuredCurve {
  name: string;
  points: readonly MeasuredPoint[];
  /** `#rrggbb`; default by place in the list, so that real scans are blue and what is added to them orange. */
  color?: string;
  /** Straight lines between the points, as papers draw them; default true. */
  isJoined?: boolean;
}

/** One point of a measured curve. */
export interface MeasuredPoint {
  n: number;
  /** `1 - score`. */
  error: number;
  /** Read off a plot and not printed as a number: drawn hollow. */
  estimate?: boolean;
  /** Kept from the fits: drawn with a ring. */
  heldOut?: boolean;
  /** Ends of its interval, as errors; both or none. */
  low?: number;
  high?: number;
}

/** A fitted law over the measured points. */
export interface LawLine {
  name: string;
  n: readonly number[];
  error: readonly number[];
  /** Ends of its band, as errors; both or none. */
  low?: readonly number[];
  high?: readonly number[];
  color?: string;
  /** Error with unlimited data: a dotted line across the figure, with its number. */
  limit?: number;
}

/** What a learning-curve figure says about itself. */
export interface LearningCurveOptions {
  title?: string;
  lines?: readonly LawLine[];
  /** What the bands are, such as `"95 % band"`; needed when a line has one. */
  bandName?: string;
  /** What is measured; default Dice. */
  scoreName?: string;
  /** Ends of the axis of scores, in percent. */
  range?: readonly [number, number];
  /** Sizes with a tick of their own that the axis spans; default those of the points. */
  sizes?: readonly number[];
}

const symbols = ["circle", "square", "diamond", "triangle-up"];
const dashes = ["solid", "dash", "dashdot", "longdash"];

/**
 * Score over training scans: a log axis with a tick at each size that was trained, scores in percent, arms in their
 * order. Values read off a plot are hollow, held-out ones ringed, and both are said in the legend. Curves without a point,
 * such as those of trainings still under way, leave their place in the legend.
 *
 * @throws LabError when an interval or a band has one end only, or bands are shown without saying what they are.
 */
export function learningCurveFigure(
  curves: readonly MeasuredCurve[],
  options: LearningCurveOptions = {},
): Figure {
  const { title = "", lines = [], bandName, scoreName = "Dice", range } = options;
  for (const { name, low, high } of lines) {
    requireThat(
      (low === undefined) === (high === undefined),
      `band of "${name}"`,
      [low, high],
      "both ends or none",
    );
    requireThat(low === undefined || !!bandName, "bandName", bandName, "what the bands are");
  }
  const points = curves.flatMap((curve) => curve.points);
  const trained = options.sizes ?? points.map(({ n }) => n);
  const sizes = [...trained, ...points.map(({ n }) => n), ...lines.flatMap(({ n }) => n)];
  return {
    data: [
      ...lines.flatMap((line, i) => lineTraces(line, i, bandName)),
      ...curves.flatMap((curve, i) => curveTraces(curve, i)),
      ...keyTraces(points),
    ],
    layout: baseLayout(title, {
      height: defaultSize.height + 40,
      xaxis: valueAxis({ title: "Real training scans", unit: "count, log axis" }, sizeTicks(trained, sizes)),
      yaxis: valueAxis({ title: scoreName, unit: "%" }, range ? { range: [...range] } : {}),
      showlegend: true,
      legend: legendBelow(defaultSize.height - 110),
      annotations: lines.flatMap((line, i) => (line.limit === undefined ? [] : [limitNote(line, i)])),
      shapes: lines.flatMap((line, i) => (line.limit === undefined ? [] : [limitShape(line, i)])),
      hovermode: "closest",
    }),
  };
}

function toPercent(error: number): number | null {
  return Number.isFinite(error) ? 100 * (1 - error) : null;
}

function colorOf(color: string | undefined, index: number): string {
  return color ?? seriesColors[index % seriesColors.length];
}

function lineTraces(line: LawLine, index: number, bandName: string | undefined): Trace[] {
  const { n, error, low, high } = line;
  const color = colorOf(line.color, index);
  const name = escapeMarkup(line.name);
  const curve: Trace = {
    type: "scatter",
    mode: "lines",
    name,
    x: [...n],
    y: error.map(toPercent),
    line: { color, width: 2, dash: dashes[index % dashes.length] },
  };
  if (!low || !high) return [curve];
  const band: Trace = {
    type: "scatter",
    mode: "lines",
    name: `${name}, ${escapeMarkup(bandName!)}`,
    x: [...n, ...[...n].reverse()],
    y: [...low, ...[...high].reverse()].map(toPercent),
    fill: "toself",
    fillcolor: `${color}26`,
    line: { width: 0, color },
    hoverinfo: "skip",
  };
  return [band, curve];
}

/**
 * Points of a curve joined by lines, with the intervals they have; colour and symbol by place in the list.
 *
 * @param options.beside draws each point at so many times its n, so that intervals of two arms at one size are both seen.
 * @param options.scale of the markers; default 1.
 */
export function curveTraces(
  curve: MeasuredCurve,
  index: number,
  { beside = 1, scale = 1 }: { beside?: number; scale?: number } = {},
): Trace[] {
  const color = colorOf(curve.color, index);
  const { points, isJoined = true } = curve;
  const symbol = symbols[index % symbols.length];
  const withInterval = points.some(({ low }) => low !== undefined);
  const side = (end: number | undefined, error: number): number =>
    end === undefined ? 0 : 100 * Math.abs(error - end);
  return [
    {
      type: "scatter",
      mode: isJoined ? "lines+markers" : "markers",
      name: escapeMarkup(curve.name),
      x: points.map(({ n }) => beside * n),
      y: points.map(({ error }) => toPercent(error)),
      ...(beside === 1
        ? {}
        : { text: points.map(({ n }) => `n = ${n}`), hovertemplate: "%{text}, %{y:.1f} %<extra></extra>" }),
      line: { color, width: 1.5 },
      marker: {
        color,
        // Later arms are drawn smaller, so that equal scores of two arms are both seen.
        size: scale * Math.max(7, 13 - 4 * index),
        symbol: points.map(({ estimate }) => (estimate ? `${symbol}-open` : symbol)),
        line: { color, width: 2 },
      },
      ...(withInterval
        ? {
            error_y: {
              type: "data",
              symmetric: false,
              array: points.map(({ low, error }) => side(low, error)),
              arrayminus: points.map(({ high, error }) => side(high, error)),
              color,
              thickness: 1.2,
              width: 4 * scale,
            },
          }
        : {}),
      legendrank: index,
    },
  ];
}

/** Entries of the legend for hollow and ringed points. */
function keyTraces(points: readonly MeasuredPoint[]): Trace[] {
  const marks: Trace[] = [];
  const held = points.filter(({ heldOut }) => heldOut);
  if (held.length > 0)
    marks.push({
      type: "scatter",
      mode: "markers",
      name: "held out: not seen by the fits",
      x: held.map(({ n }) => n),
      y: held.map(({ error }) => toPercent(error)),
      marker: { size: 20, symbol: "circle-open", color: palette.ink, line: { width: 1.5 } },
      hoverinfo: "skip",
    });
  const read = points.find(({ estimate }) => estimate);
  if (read)
    marks.push({
      type: "scatter",
      mode: "markers",
      name: "hollow: read off a plot",
      x: [read.n],
      y: [null],
      marker: { size: 10, symbol: "circle-open", color: palette.muted, line: { width: 2 } },
      hoverinfo: "skip",
    });
  return marks;
}

/** A log axis over sizes with a tick at each that was trained, and at decades beyond them. */
export function sizeTicks(sizes: readonly number[], spanned: readonly number[]): Record<string, unknown> {
  if (spanned.length === 0) return { type: "log" };
  const [low, high] = [Math.min(...spanned), Math.max(...spanned)];
  const trained = [...new Set(sizes)].sort((a, b) => a - b);
  const last = trained[trained.length - 1] ?? 0;
  // Names closer than this run into each other.
  const kept = trained.filter((n, i) => i === 0 || n / trained[i - 1] > 1.25 || i === trained.length - 1);
  const beyond = [];
  for (let n = 1; n <= high * 1.0001; n *= 10) if (n > 1.9 * last) beyond.push(n);
  const ticks = [...kept, ...beyond];
  const room = high > low ? 0.04 * Math.log10(high / low) : 0.5;
  return {
    type: "log",
    range: [Math.log10(low) - room, Math.log10(high) + room],
    tickvals: ticks,
    ticktext: ticks.map((n) => (n < 1e6 ? groupThousands(n) : n.toExponential(0).replace("e+", "e"))),
  };
}

function limitShape(line: LawLine, index: number): Record<string, unknown> {
  const y = 100 * (1 - line.limit!);
  return {
    type: "line",
    xref: "paper",
    x0: 0,
    x1: 1,
    y0: y,
    y1: y,
    line: { color: colorOf(line.color, index), width: 1, dash: "dot" },
  };
}

function limitNote(line: LawLine, index: number): Record<string, unknown> {
  const score = 100 * (1 - line.limit!);
  return {
    text: `limit ${score.toFixed(1)}`,
    xref: "paper",
    x: 0.01,
    xanchor: "left",
    y: score,
    yanchor: "bottom",
    showarrow: false,
    font: { size: 12, color: colorOf(line.color, index) },
  };
}
