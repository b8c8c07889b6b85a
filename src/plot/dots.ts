import { requireThat } from "../core/errors.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import {
  type AxisText,
  baseLayout,
  legendBelow,
  logTicks,
  nameAxis,
  palette,
  seriesColors,
  valueAxis,
} from "./theme.js";

/** One row: a value with its interval and, if there are any, the cases it sums up. */
export interface DotRow {
  name: string;
  value: number;
  /** Ends of its interval; both or none. */
  low?: number;
  high?: number;
  /** One small dot each; values that are not numbers are left out. */
  cases?: readonly number[];
  /** What the pointer says at each dot, as many as `cases`. */
  caseNames?: readonly string[];
  /** Words to the right of the row, such as `"n = 12"`. */
  note?: string;
  /** `#rrggbb`; default the first colour of the palette. */
  color?: string;
}

/** What a dot figure says about itself. */
export interface DotOptions {
  title?: string;
  axis: AxisText;
  /** What the intervals are, such as `"95 % interval by patient bootstrap"`; needed when a row has one. */
  intervalName?: string;
  /** Ends of the axis; default what the rows need. */
  range?: readonly [number, number];
  /** Default linear. On a log axis an interval that reaches 0 or infinity is drawn to the end of `range`, which it needs. */
  xScale?: "linear" | "log";
  /** A line from top to bottom, such as no effect, with its name above. */
  reference?: { value: number; name: string };
  /** A shaded band from top to bottom, such as a margin, with its name in the legend. */
  band?: { from: number; to: number; name: string };
}

/**
 * Values as diamonds with intervals, one row a name from top to bottom, over the cases they sum up. Cases are spread a
 * little up and down so that equal ones are seen. A value that is not a number leaves its row empty. No rows give an empty
 * figure with its axis.
 *
 * @throws LabError when an interval has one end only, or intervals are shown without saying what they are.
 */
export function dotFigure(rows: readonly DotRow[], options: DotOptions): Figure {
  const { title = "", axis, intervalName, range, xScale = "linear", reference, band } = options;
  for (const { name, low, high } of rows)
    requireThat(
      (low === undefined) === (high === undefined),
      `interval of "${name}"`,
      [low, high],
      "both ends or none",
    );
  const withInterval = rows.some((row) => row.low !== undefined);
  requireThat(!withInterval || !!intervalName, "intervalName", intervalName, "what the intervals are");
  const names = rows.map((row) => escapeMarkup(row.name));
  const noteWidth = 7 * Math.max(0, ...rows.map(({ note }) => note?.length ?? 0));
  const color = (row: DotRow) => row.color ?? seriesColors[0];
  const cases: Trace[] = rows.flatMap((row, i) =>
    row.cases && row.cases.length > 0
      ? [
          {
            type: "scatter",
            mode: "markers",
            name: "One case",
            x: row.cases.map((value) => (Number.isFinite(value) ? value : null)),
            y: row.cases.map((_, k) => i + spread[k % spread.length]),
            marker: { color: color(row), size: 6, opacity: 0.55, line: { color: palette.muted, width: 0.5 } },
            ...(row.caseNames ? { text: row.caseNames.map(escapeMarkup) } : {}),
            hoverinfo: row.caseNames ? "x+text" : "x",
            showlegend: false,
          },
        ]
      : [],
  );
  const means: Trace = {
    type: "scatter",
    mode: "markers",
    name: withInterval ? escapeMarkup(`Value with ${intervalName}`) : "Value",
    x: rows.map((row) => (Number.isFinite(row.value) ? row.value : null)),
    y: rows.map((_, i) => i),
    text: names,
    // A diamond at the end of the axis is seen whole.
    cliponaxis: false,
    hoverinfo: "x+text",
    marker: { color: rows.map(color), size: 11, symbol: "diamond", line: { color: palette.ink, width: 1 } },
    ...(withInterval
      ? {
          error_x: {
            type: "data",
            symmetric: false,
            array: rows.map((row) => (row.high === undefined ? 0 : clamp(row.high, range) - row.value)),
            arrayminus: rows.map((row) => (row.low === undefined ? 0 : row.value - clamp(row.low, range))),
            color: palette.ink,
            thickness: 1.5,
            width: 5,
          },
        }
      : {}),
  };
  return {
    data: [...(band ? [bandInLegend(band.name)] : []), ...cases, means],
    layout: baseLayout(title, {
      height: 160 + 34 * Math.max(2, rows.length),
      xaxis: valueAxis(axis, {
        ...(xScale === "log" ? logTicks(range ?? rows.map(({ value }) => value)) : {}),
        ...(range ? { range: xScale === "log" ? range.map(Math.log10) : [...range] } : {}),
      }),
      yaxis: nameAxis("", {
        type: "linear",
        range: [Math.max(2, rows.length) - 0.5, -0.5],
        tickmode: "array",
        tickvals: rows.map((_, i) => i),
        ticktext: names,
        ticks: "",
        showgrid: true,
      }),
      annotations: [
        ...rows.flatMap(({ note }, i) => (note ? [noteBeside(note, i)] : [])),
        ...(reference ? [referenceNote(reference, xScale)] : []),
      ],
      ...(reference || band
        ? {
            shapes: [
              ...(band ? [bandShape(band)] : []),
              ...(reference ? [referenceLine(reference.value)] : []),
            ],
          }
        : {}),
      margin: { l: 64, r: 24 + noteWidth, t: (title === "" ? 24 : 52) + (reference ? 18 : 0), b: 84 },
      showlegend: withInterval || band !== undefined,
      legend: legendBelow(34 * Math.max(2, rows.length)),
    }),
  };
}

function clamp(value: number, range: readonly [number, number] | undefined): number {
  return range ? Math.min(Math.max(value, range[0]), range[1]) : value;
}

const bandColor = "#d6e6f2";

function bandShape({ from, to }: { from: number; to: number }): Record<string, unknown> {
  return {
    type: "rect",
    x0: from,
    x1: to,
    yref: "paper",
    y0: 0,
    y1: 1,
    fillcolor: bandColor,
    line: { width: 0 },
    layer: "below",
  };
}

/** A square of the band's colour; it has no point of its own. */
function bandInLegend(name: string): Trace {
  return {
    type: "scatter",
    mode: "markers",
    name: escapeMarkup(name),
    x: [null],
    y: [null],
    hoverinfo: "skip",
    marker: { color: bandColor, size: 14, symbol: "square" },
  };
}

function referenceLine(x: number): Record<string, unknown> {
  return {
    type: "line",
    x0: x,
    x1: x,
    yref: "paper",
    y0: 0,
    y1: 1,
    line: { color: palette.ink, width: 1.5, dash: "dash" },
  };
}

function referenceNote(
  { value, name }: { value: number; name: string },
  xScale: "linear" | "log",
): Record<string, unknown> {
  return {
    text: escapeMarkup(name),
    x: xScale === "log" ? Math.log10(value) : value,
    yref: "paper",
    y: 1,
    yanchor: "bottom",
    showarrow: false,
    font: { size: 12, color: palette.ink },
  };
}

/** How far cases lie above or below the middle of their row, in rows. */
const spread = [0, 0.14, -0.14, 0.28, -0.28, 0.07, -0.21, 0.21, -0.07];

function noteBeside(note: string, row: number): Record<string, unknown> {
  return {
    text: escapeMarkup(note),
    xref: "paper",
    yref: "y",
    x: 1,
    y: row,
    xshift: 8,
    xanchor: "left",
    yanchor: "middle",
    showarrow: false,
    font: { size: 12, color: palette.muted },
  };
}
