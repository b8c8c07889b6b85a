import { requireThat } from "../core/errors.js";
import { fontStack } from "../viewer/fonts.js";
import { escapeMarkup } from "./figure.js";

/** Colours of Okabe and Ito, told apart by readers of every kind of colour vision; in the order series take them. */
export const seriesColors: readonly string[] = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#000000",
  "#F0E442",
];

/** Colours of everything that is not data. */
export const palette: Readonly<Record<"ink" | "muted" | "grid" | "paper" | "good" | "bad", string>> = {
  ink: "#1f2430",
  muted: "#5b6270",
  grid: "#e3e6ec",
  paper: "#ffffff",
  good: "#0072B2",
  bad: "#D55E00",
};

/** CSS pixels of a figure that asks for none. */
export const defaultSize: Readonly<{ width: number; height: number }> = { width: 720, height: 420 };

/** What an axis shows. */
export interface AxisText {
  /** What is measured, such as `"Volume"`. */
  title: string;
  /** Its unit, such as `"ml"` or `"HU"`; `"1"` for plain ratios, `"count"` for counts of things. */
  unit: string;
}

/**
 * A value axis; its title always names the unit: `Volume (ml)`.
 *
 * @throws LabError when title or unit is empty: a number without a unit is not a measurement.
 */
export function valueAxis(axis: AxisText, more: Record<string, unknown> = {}): Record<string, unknown> {
  requireThat(axis.title.trim() !== "", "axis.title", axis.title, "what the axis measures");
  requireThat(axis.unit.trim() !== "", "axis.unit", axis.unit, 'a unit such as "ml"; "1" for a plain ratio');
  const text = axis.unit === "1" ? axis.title : `${axis.title} (${axis.unit})`;
  return { ...axisBase(text), ...more };
}

/** An axis of names, such as organs; it has no unit. */
export function nameAxis(title: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...axisBase(title), type: "category", showgrid: false, ...more };
}

/**
 * The layout every figure starts from: font, colours, margins that grow with their labels.
 *
 * @param title plain text; empty for none.
 */
export function baseLayout(title: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...defaultSize,
    font: { family: fontStack, size: 13, color: palette.ink },
    ...(title === ""
      ? {}
      : { title: { text: `<b>${escapeMarkup(title)}</b>`, font: { size: 16 }, ...topLeft } }),
    paper_bgcolor: palette.paper,
    plot_bgcolor: palette.paper,
    colorway: [...seriesColors],
    margin: { l: 64, r: 24, t: title === "" ? 24 : 52, b: 56 },
    hoverlabel: { font: { family: fontStack } },
    ...more,
  };
}

/** What every figure allows its reader: no logo, no lasso, resizing with the page. */
export const baseConfig: Readonly<Record<string, unknown>> = {
  displaylogo: false,
  responsive: true,
  modeBarButtonsToRemove: ["lasso2d", "select2d"],
};

const topLeft = { x: 0, xanchor: "left", y: 1, yanchor: "top", yref: "container", pad: { t: 16, l: 12 } };

/** A legend in rows below the axis title, for a plot area of about that height in pixels. */
export function legendBelow(plotHeight: number): Record<string, unknown> {
  return { orientation: "h", x: 0, y: -58 / Math.max(40, plotHeight), yanchor: "top" };
}

/**
 * A logarithmic axis over values, with ticks at 1, 2, 5 of each decade where there is room for them, else at
 * decades. Values that are not above 0 are left out; without any the axis chooses its own ticks.
 */
export function logTicks(values: readonly number[]): Record<string, unknown> {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return { type: "log" };
  const first = Math.floor(Math.log10(Math.min(...positive)));
  const last = Math.ceil(Math.log10(Math.max(...positive)));
  const steps = last - first <= 3 ? [1, 2, 5] : [1];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    steps.map((step) => step * 10 ** (first + i)),
  ).flat();
  return {
    type: "log",
    tickvals: ticks.map((tick) => Number(tick.toPrecision(3))),
    ticktext: ticks.map((tick) =>
      tick > 0.9e-4 && tick < 1e6
        ? String(Number(tick.toPrecision(3)))
        : tick.toExponential(0).replace("e+", "e"),
    ),
  };
}

function axisBase(title: string): Record<string, unknown> {
  return {
    title: { text: escapeMarkup(title), standoff: 10 },
    automargin: true,
    gridcolor: palette.grid,
    zeroline: false,
    linecolor: palette.muted,
    ticks: "outside",
    tickcolor: palette.muted,
    exponentformat: "power",
    minexponent: 5,
    separatethousands: true,
  };
}
