import { describeStructure } from "../anatomy/organs.js";
import type { HuWindow } from "../contracts/volume-payload.js";
import { LabError, requireThat } from "../core/errors.js";
import { requireSameGrid } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import { fitWindow, isMeasuredWindow } from "../viewer/fit-window.js";
import { findWindow, windowRange } from "../volume/window.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { baseLayout, legendBelow, logTicks, palette, seriesColors, valueAxis } from "./theme.js";

/** What a histogram shows. */
export interface HistogramOptions {
  title?: string;
  /** Lowest and highest HU shown; voxels outside are counted and named in the legend. Default [-1100, 1500], with labels [-200, 400]. */
  rangeHu?: readonly [number, number];
  /** Width of a bin, default 10 HU. */
  binHu?: number;
  /** Windows drawn as bands, by name or as such. */
  windows?: readonly (string | HuWindow)[];
  /** Structures with a curve of their own, by the names of the label map; needs `labels`. */
  structures?: readonly string[];
  labels?: LabelMap;
  /** Default log for the whole volume alone, where air would hide the rest, linear with structures. */
  yScale?: "linear" | "log";
}

/**
 * How often each HU value occurs, in percent of the voxels of the volume or of each structure. Counted here, so the
 * figure stays a few kilobytes whatever the volume. Voxels that are not numbers are left out. Numbers that cannot be HU
 * (see `fitWindow`) get a range of their own, in 260 bins, and no windows.
 *
 * @throws LabError for a range that is not one, a structure the label map does not name, or grids that differ.
 */
export function histogramFigure(volume: Volume, options: HistogramOptions = {}): Figure {
  const { structures = [], labels } = options;
  const own = fitWindow(volume);
  const isHu = !isMeasuredWindow(own);
  const { title = isHu ? "Histogram of attenuation" : "Histogram of the scan's numbers" } = options;
  const [low, high] =
    options.rangeHu ?? (!isHu ? windowRange(own) : structures.length > 0 ? [-200, 400] : [-1100, 1500]);
  const { binHu = isHu ? 10 : (high - low) / 260 } = options;
  const windows = isHu ? (options.windows ?? []) : [];
  requireThat(low < high, "rangeHu", [low, high], "a lowest and a higher highest HU");
  requireThat(binHu > 0 && (high - low) / binHu <= 5000, "binHu", binHu, "above 0 and at most 5000 bins");
  requireThat(
    structures.length === 0 || labels !== undefined,
    "labels",
    labels,
    "the label map of the structures",
  );
  const bins = Math.max(1, Math.round((high - low) / binHu));
  const curves =
    labels && structures.length > 0
      ? countStructures(volume, labels, structures, low, high, bins)
      : [{ name: "All voxels", color: seriesColors[0], counts: countBins(volume, low, high, bins) }];
  const yScale = options.yScale ?? (structures.length > 0 ? "linear" : "log");
  const width = (high - low) / bins;
  const centres = Array.from({ length: bins }, (_, i) => Number((low + (i + 0.5) * width).toFixed(3)));
  const bands = windows.map((window) => (typeof window === "string" ? findWindow(window) : window));
  const traces = curves.map((curve, i) => toTrace(curve, i, centres, curves.length === 1));
  const floor = yScale === "log" ? sinkEmptyBins(traces) : undefined;
  return {
    data: traces,
    layout: baseLayout(title, {
      xaxis: valueAxis(isHu ? { title: "Attenuation", unit: "HU" } : { title: "Number", unit: "1" }, {
        range: [low, high],
      }),
      yaxis: valueAxis(
        { title: `Share of voxels per ${Number(width.toPrecision(3))}${isHu ? " HU" : ""}`, unit: "%" },
        floor ? { ...logTicks(floor.values), range: floor.range } : { rangemode: "tozero" },
      ),
      shapes: bands.map((window, i) => bandShape(window, i, low, high)),
      annotations: bands.map((window, i) => bandLabel(window, i, low, high)),
      margin: { l: 72, r: 24, t: 46 + 18 * bands.length, b: 84 },
      showlegend: true,
      legend: legendBelow(290 - 18 * bands.length),
    }),
  };
}

interface Counts {
  /** One per bin. */
  bins: Float64Array;
  /** Voxels that are numbers, inside the range or not. */
  total: number;
  outside: number;
}

interface Curve {
  name: string;
  color: string;
  counts: Counts;
}

function countBins(
  volume: Volume,
  low: number,
  high: number,
  bins: number,
  isIn?: (index: number) => boolean,
): Counts {
  const slope = volume.rescale?.slope ?? 1;
  const intercept = volume.rescale?.intercept ?? 0;
  const counts: Counts = { bins: new Float64Array(bins), total: 0, outside: 0 };
  const { data } = volume;
  const scale = bins / (high - low);
  for (let i = 0; i < data.length; i++) {
    if (isIn && !isIn(i)) continue;
    const hu = data[i] * slope + intercept;
    if (Number.isNaN(hu)) continue;
    counts.total++;
    const place = Math.floor((hu - low) * scale);
    if (place >= 0 && place < bins) counts.bins[place]++;
    else counts.outside++;
  }
  return counts;
}

function countStructures(
  volume: Volume,
  labels: LabelMap,
  structures: readonly string[],
  low: number,
  high: number,
  bins: number,
): Curve[] {
  requireSameGrid(volume, labels, ["volume", "labels"]);
  return structures.map((name) => {
    const value = Object.entries(labels.names).find(([, known]) => known === name)?.[0];
    if (value === undefined)
      throw new LabError("structures", name, Object.values(labels.names).slice(0, 20).join(", "));
    const { displayName, color } = describeStructure(name);
    const label = Number(value);
    return {
      name: displayName,
      color,
      counts: countBins(volume, low, high, bins, (i) => labels.data[i] === label),
    };
  });
}

function toTrace({ name, color, counts }: Curve, index: number, centres: number[], filled: boolean): Trace {
  const outside = counts.total > 0 ? (100 * counts.outside) / counts.total : 0;
  const note = outside >= 0.1 ? `, ${outside.toFixed(1)} % outside` : "";
  const empty = counts.total === 0 ? ", no voxels" : "";
  return {
    type: "scatter",
    mode: "lines",
    name: escapeMarkup(`${name}${note}${empty}`),
    x: centres,
    y: Array.from(counts.bins, (count) =>
      count > 0 ? Number(((100 * count) / counts.total).toPrecision(4)) : null,
    ),
    line: { shape: "hvh", color, width: 2, dash: ["solid", "dash", "dot", "dashdot"][index % 4] },
    ...(filled ? { fill: "tozeroy", fillcolor: `${color}22` } : {}),
  };
}

/**
 * On a logarithmic axis nothing lies at zero. Bins without a voxel go to below the axis: were they left out, a filled
 * curve would run aslant from one bin to the next.
 */
function sinkEmptyBins(traces: readonly Trace[]): { values: number[]; range: [number, number] } | undefined {
  const values = traces.flatMap(({ y }) => (y as (number | null)[]).filter((each) => each !== null));
  if (values.length === 0) return undefined;
  const [least, most] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const range: [number, number] = [Number((least - 0.2).toFixed(2)), Number((most + 0.2).toFixed(2))];
  const sunk = Number((10 ** (range[0] - 1)).toPrecision(2));
  for (const trace of traces) trace.y = (trace.y as (number | null)[]).map((each) => each ?? sunk);
  return { values, range };
}

function bandShape(window: HuWindow, index: number, low: number, high: number): Record<string, unknown> {
  const [from, to] = windowRange(window);
  return {
    type: "rect",
    xref: "x",
    yref: "paper",
    x0: Math.max(low, from),
    x1: Math.min(high, to),
    y0: 0,
    y1: 1,
    layer: "below",
    fillcolor: seriesColors[(index + 4) % seriesColors.length],
    opacity: 0.14,
    line: { width: 0 },
  };
}

/** Each band's name above the plot in a line of its own, with ends in HU, so that names cannot run into each other. */
function bandLabel(window: HuWindow, index: number, low: number, high: number): Record<string, unknown> {
  const [from, to] = windowRange(window);
  const middle = (Math.max(low, from) + Math.min(high, to)) / 2;
  const sign = (hu: number) => `${hu}`.replace("-", "\u2212");
  return {
    xref: "x",
    yref: "paper",
    x: middle,
    y: 1,
    yshift: 2 + 18 * index,
    yanchor: "bottom",
    text: escapeMarkup(`${window.name}: ${sign(from)} to ${sign(to)} HU`),
    showarrow: false,
    font: { size: 12, color: palette.muted },
  };
}
