import { requireThat } from "../core/errors.js";
import type { Figure } from "./figure.js";
import { defaultSize } from "./theme.js";

/** One stop of a slider: what stands beside it, and the figure it shows. */
export interface SliderStop {
  name: string;
  figure: Figure;
}

/** What a slider says of itself. */
export interface SliderOptions {
  /** Before the name of the stop, such as `"Minutes to draw a lesion: "`. */
  label: string;
  /** Where it stands at first, counted from 0; default the first. */
  start?: number;
}

/** Pixels below a figure that its slider takes, and the legend above it. */
const sliderPx = 96;
const legendRowPx = 40;

/**
 * One figure with a slider below that goes through several; it works in an exported page too, without a kernel, and with the arrow
 * keys. All have the same traces in the same order; axes reach over all of them, and the title and all else of the layout are those of the figure at
 * the start, which is also the picture that stands still.
 *
 * @throws LabError for fewer than two stops, figures of different traces, or names that repeat.
 */
export function sliderFigure(stops: readonly SliderStop[], { label, start = 0 }: SliderOptions): Figure {
  requireThat(stops.length >= 2, "stops", stops.length, "at least two figures");
  const names = stops.map(({ name }) => name);
  requireThat(new Set(names).size === names.length, "stops", names, "names that differ from each other");
  const isStart = Number.isInteger(start) && start >= 0 && start < stops.length;
  requireThat(isStart, "start", start, `0 to ${stops.length - 1}`);
  const first = stops[start].figure;
  for (const { name, figure } of stops)
    requireThat(
      figure.data.length === first.data.length,
      `traces of "${name}"`,
      figure.data.length,
      `${first.data.length}, as many as the first figure has`,
    );
  const { margin = {}, height = defaultSize.height, showlegend } = first.layout as Layout;
  const { b = 56 } = margin;
  const legendPx = showlegend === true ? legendRowPx : 0;
  const axes = ["x", "y"].map((letter) => {
    const name = `${letter}axis`;
    return [name, withSharedRange(first.layout[name], letter, stops)] as const;
  });
  return {
    ...first,
    layout: {
      ...first.layout,
      ...Object.fromEntries(axes.filter(([, axis]) => axis !== undefined)),
      height: height + sliderPx + legendPx,
      margin: { ...margin, b: b + sliderPx + legendPx },
      sliders: [sliderOf(names, { prefix: label, active: start, belowPx: b + legendPx })],
    },
    frames: stops.map(({ name, figure }) => ({ name, data: figure.data })),
  };
}

interface Layout {
  margin?: { b?: number };
  height?: number;
  showlegend?: boolean;
}

/** An axis that would choose its own ends takes those that hold every stop, so that nothing jumps or leaves the picture. */
function withSharedRange(axis: unknown, letter: string, stops: readonly SliderStop[]): unknown {
  const own = axis as { type?: string; range?: unknown } | undefined;
  if (own === undefined || own.range !== undefined) return axis;
  const isLog = own.type === "log";
  const values = stops.flatMap(({ figure }) =>
    figure.data.flatMap((trace) => (Array.isArray(trace[letter]) ? (trace[letter] as unknown[]) : [])),
  );
  const numbers = values.filter(
    (value): value is number => typeof value === "number" && (!isLog || value > 0),
  );
  if (numbers.length === 0) return axis;
  const scale = isLog ? Math.log10 : (value: number): number => value;
  const [low, high] = [scale(Math.min(...numbers)), scale(Math.max(...numbers))];
  const room = 0.05 * (high - low || 1);
  return { ...own, range: [low - room, high + room] };
}

/** A slider over the frames of an animation. */
export function sliderOf(
  names: readonly string[],
  { prefix, active, belowPx = 44 }: { prefix: string; active: number; belowPx?: number },
): Record<string, unknown> {
  return {
    active,
    steps: names.map((name) => ({ label: name, method: "animate", args: [[name], playAt(0)] })),
    x: 0,
    len: 1,
    y: 0,
    pad: { t: belowPx, b: 0 },
    currentvalue: { prefix, font: { size: 13 }, xanchor: "left" },
    tickcolor: "#5b6270",
    font: { size: 11 },
  };
}

/** How a frame is gone to: all at once, for there is nothing between two of them to draw. */
export function playAt(msPerFrame: number): Record<string, unknown> {
  return {
    mode: "immediate",
    fromcurrent: true,
    frame: { duration: msPerFrame, redraw: true },
    transition: { duration: 0 },
  };
}
