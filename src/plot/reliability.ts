import type { Calibration } from "../metrics/calibration.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { baseLayout, defaultSize, legendBelow, palette, seriesColors, valueAxis } from "./theme.js";

/** How far somebody's probabilities are what they say. */
export interface NamedCalibration {
  name: string;
  calibration: Calibration;
}

/** What a reliability diagram says of itself. */
export interface ReliabilityFigureOptions {
  title?: string;
  /** What the probabilities are of; default `"tumor"`. */
  of?: string;
}

const symbols = ["circle", "square", "diamond", "triangle-up", "x", "cross", "star"];

/**
 * Reliability diagram: for each bin of probabilities the share of its voxels that are what it says, with whiskers over patients,
 * beside the line on which both are the same. Below it the model is too sure, above it not sure enough. Bins without a voxel
 * are left out. No calibrations give the line alone.
 */
export function reliabilityFigure(
  all: readonly NamedCalibration[],
  { title = "", of = "tumor" }: ReliabilityFigureOptions = {},
): Figure {
  const honest: Trace = {
    type: "scatter",
    name: "as it says",
    mode: "lines",
    x: [0, 100],
    y: [0, 100],
    line: { color: palette.muted, width: 1, dash: "dot" },
    hoverinfo: "skip",
  };
  return {
    data: [honest, ...all.map(binTrace)],
    layout: baseLayout(title, {
      xaxis: valueAxis({ title: `Mean probability of ${of}`, unit: "%" }, { range: [0, 102] }),
      yaxis: valueAxis({ title: `Voxels that are ${of}`, unit: "%" }, { range: [0, 102] }),
      showlegend: true,
      legend: legendBelow(defaultSize.height - 150),
      hovermode: "closest",
    }),
  };
}

function binTrace({ name, calibration }: NamedCalibration, index: number): Trace {
  const color = seriesColors[index % seriesColors.length];
  const bins = calibration.bins.filter(({ voxels }) => voxels > 0);
  const { ece, eceAboveLowest } = calibration;
  const errors = `ECE ${percentOf(ece)}, above the lowest bin ${percentOf(eceAboveLowest)}`;
  return {
    type: "scatter",
    name: `${escapeMarkup(name)}: ${errors}`,
    mode: "lines+markers",
    x: bins.map(({ probability }) => 100 * probability),
    y: bins.map(({ observed }) => 100 * observed),
    error_y: {
      type: "data",
      symmetric: false,
      array: bins.map(({ observed, interval }) => 100 * lengthOf(interval.high - observed)),
      arrayminus: bins.map(({ observed, interval }) => 100 * lengthOf(observed - interval.low)),
      color,
      thickness: 1.5,
      width: 3,
    },
    text: bins.map(({ voxels }) => `${voxels} voxels`),
    hovertemplate: "%{x:.1f} % said, %{y:.1f} % are, %{text}",
    line: { color, width: 1.5 },
    marker: { color, size: 7, symbol: symbols[index % symbols.length] },
  };
}

/** The length of a whisker; none where there is no interval. */
function lengthOf(difference: number): number {
  return Number.isNaN(difference) ? 0 : Math.max(0, difference);
}

function percentOf(share: number): string {
  return Number.isNaN(share) ? "not known" : `${(100 * share).toFixed(1)} %`;
}
