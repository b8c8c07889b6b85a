import type { FrocCurve } from "../metrics/froc.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { baseLayout, defaultSize, legendBelow, palette, seriesColors, valueAxis } from "./theme.js";

/** A free-response curve and whose it is. */
export interface NamedFroc {
  name: string;
  curve: FrocCurve;
}

/** What a figure of free-response curves says of itself. */
export interface FrocFigureOptions {
  title?: string;
}

const dashes = ["solid", "dash", "dot", "dashdot", "longdash"];
const symbols = ["circle", "square", "diamond", "triangle-up", "x", "cross", "star"];

/**
 * Lesions found against false alarms a scan over all thresholds, with whiskers over patients at the rates of each curve and a
 * ring at the threshold of the sensitivity wanted, where one has it. The axis of false alarms doubles; what has fewer than its
 * least stands at its left end. No curves give an empty figure with its axes.
 */
export function frocFigure(curves: readonly NamedFroc[], { title = "" }: FrocFigureOptions = {}): Figure {
  const rates = [
    ...new Set(curves.flatMap(({ curve }) => curve.atRates.map((each) => each.falsePositivesPerScan))),
  ]
    .filter((rate) => rate > 0)
    .sort((a, b) => a - b);
  const [least, most] = rates.length > 0 ? [rates[0], rates[rates.length - 1]] : [1 / 8, 8];
  const [left, right] = [least / 1.5, most * 1.5];
  const wanted = [...new Set(curves.map(({ curve }) => curve.wanted.wanted))];
  return {
    data: [
      ...wanted.map((share) => wantedLine(share, left, right)),
      ...curves.flatMap((each, i) => curveTraces(each, i, left, right)),
    ],
    layout: baseLayout(title, {
      xaxis: valueAxis(
        { title: "False alarms per scan", unit: "count, log axis" },
        {
          type: "log",
          range: [Math.log10(left), Math.log10(right)],
          tickvals: rates,
          ticktext: rates.map(formatRate),
        },
      ),
      yaxis: valueAxis({ title: "Lesions found", unit: "%" }, { range: [0, 102] }),
      showlegend: curves.length > 0,
      legend: legendBelow(defaultSize.height - 150),
      hovermode: "closest",
    }),
  };
}

function curveTraces({ name, curve }: NamedFroc, index: number, left: number, right: number): Trace[] {
  const color = seriesColors[index % seriesColors.length];
  const dash = dashes[index % dashes.length];
  const symbol = symbols[index % symbols.length];
  const text = escapeMarkup(name);
  const steps = [
    { falsePositivesPerScan: 0, sensitivity: curve.lesions > 0 ? 0 : NaN },
    ...curve.points.filter(({ falsePositivesPerScan }) => falsePositivesPerScan <= right),
  ];
  const ends = [...steps, { ...steps[steps.length - 1], falsePositivesPerScan: right }];
  const line: Trace = {
    type: "scatter",
    name: text,
    mode: "lines",
    x: ends.map(({ falsePositivesPerScan }) => Math.max(left, falsePositivesPerScan)),
    y: ends.map(({ sensitivity }) => inPercent(sensitivity)),
    line: { color, width: 2, dash, shape: "hv" },
  };
  const known = curve.atRates.filter(({ falsePositivesPerScan }) => falsePositivesPerScan > 0);
  const whiskers: Trace = {
    type: "scatter",
    name: `${text}, ${percentOf(known[0]?.interval.level ?? 0.95)} interval over patients`,
    mode: "markers",
    x: known.map(({ falsePositivesPerScan }) => falsePositivesPerScan),
    y: known.map(({ sensitivity }) => inPercent(sensitivity)),
    error_y: {
      type: "data",
      symmetric: false,
      array: known.map(({ sensitivity, interval }) => inPercent(Math.max(0, interval.high - sensitivity))),
      arrayminus: known.map(({ sensitivity, interval }) =>
        inPercent(Math.max(0, sensitivity - interval.low)),
      ),
      color,
      thickness: 1.5,
      width: 4,
    },
    marker: { color, size: 7, symbol },
  };
  const { threshold, sensitivity, falsePositivesPerScan, wanted } = curve.wanted;
  if (!(falsePositivesPerScan <= right)) return [line, whiskers];
  const ring: Trace = {
    type: "scatter",
    name: `${text}, ${percentOf(wanted)} from p = ${Number(threshold.toFixed(3))}`,
    mode: "markers",
    x: [Math.max(left, falsePositivesPerScan)],
    y: [inPercent(sensitivity)],
    marker: { color, size: 14, symbol: "circle-open", line: { width: 2, color } },
  };
  return [line, whiskers, ring];
}

function wantedLine(share: number, left: number, right: number): Trace {
  return {
    type: "scatter",
    name: `${percentOf(share)} wanted`,
    mode: "lines",
    x: [left, right],
    y: [100 * share, 100 * share],
    line: { color: palette.muted, width: 1, dash: "dot" },
    showlegend: false,
    hoverinfo: "skip",
  };
}

function inPercent(share: number): number | null {
  return Number.isFinite(share) ? 100 * share : null;
}

function percentOf(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** Rates below 1 as the fractions that they are. */
function formatRate(rate: number): string {
  const parts = 1 / rate;
  return rate < 1 && Math.abs(parts - Math.round(parts)) < 1e-9 ? `1/${Math.round(parts)}` : String(rate);
}
