import { findGround } from "./figure-ground.js";
import type { Figure } from "./figure.js";

/** Colours that a figure takes from the page where it sets none itself. */
export interface FigureTheme {
  isLight: boolean;
  text: string;
  /** For what is less than text: axes, ticks. */
  muted: string;
  grid: string;
  zeroLine: string;
  font: string;
}

type Json = Record<string, unknown>;

/** The project's own colours for ink and paper, see `palette` in src/plot/theme.ts. */
export const printColors = {
  ink: "#1f2430",
  muted: "#5b6270",
  grid: "#e3e6ec",
  paper: "#ffffff",
} as const;

/** The one colour of the project's series that cannot be seen on a dark page. */
const blackSeries = "#000000";

const transparent = "rgba(0,0,0,0)";

/** Keys that colour a ground: the page shows through where they are the paper's. */
const groundKey = /^(paper_|plot_)?bgcolor$|^backgroundcolor$/;

/**
 * A figure for the page it stands on; left as it is itself. In a dark lab the project's ink and paper, which are made for
 * print, give way to the page's. What stays is every colour that a figure chose itself, and every colour that lies on a
 * ground of its own: marks on a picture, text in a filled box, a legend with a background.
 */
export function applyFigureTheme(figure: Figure, theme: FigureTheme): Figure {
  const { data, layout, frames } = figure;
  const ground = findGround(figure);
  const ink = (part: unknown): unknown => (theme.isLight ? part : changeInk(part, theme));
  const inkUnless = (owns: (item: Json) => boolean, part: unknown): unknown =>
    Array.isArray(part) ? part.map((item) => (isObject(item) && owns(item) ? item : ink(item))) : ink(part);
  const inkLayout = (part: Json): Json => {
    const { shapes, annotations, ...rest } = part;
    return {
      ...asObject(ink(rest)),
      ...(shapes === undefined ? {} : { shapes: inkUnless(ground.ownsShape, shapes) }),
      ...(annotations === undefined ? {} : { annotations: inkUnless(ground.ownsAnnotation, annotations) }),
    };
  };
  /** Traces of a frame take the place of those it names, and lie where they lie. */
  const inkFrame = (frame: Json): Json => {
    const places = Array.isArray(frame.traces) ? frame.traces.map(Number) : [];
    const traces = Array.isArray(frame.data) ? frame.data : [];
    const inked = traces.map((trace: unknown, i) =>
      ground.ownsTrace({ ...data[places[i] ?? i], ...asObject(trace) }) ? trace : ink(trace),
    );
    return {
      ...frame,
      ...(frame.data === undefined ? {} : { data: inked }),
      ...(isObject(frame.layout) ? { layout: inkLayout(frame.layout) } : {}),
    };
  };
  return {
    ...figure,
    data: inkUnless(ground.ownsTrace, data) as Json[],
    layout: layThemeBelow(inkLayout(layout), theme),
    ...(frames === undefined ? {} : { frames: frames.map(inkFrame) }),
  };
}

function changeInk(part: unknown, theme: FigureTheme): unknown {
  const colors = new Map<string, string>([
    [printColors.ink, theme.text],
    [printColors.muted, theme.muted],
    [printColors.grid, theme.grid],
    [blackSeries, theme.text],
  ]);
  const change = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      if (groundKey.test(key) && isPaper(value)) return transparent;
      return colors.get(value.toLowerCase()) ?? value;
    }
    if (Array.isArray(value)) return value.map((item) => change(item, key));
    if (!isObject(value) || key === "hoverlabel" || hasGround(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item, name)]));
  };
  return change(part, "");
}

function isPaper(color: string): boolean {
  return /^(#fff|#ffffff|white)$/i.test(color);
}

/** A box such as a legend or a note with a background other than the paper. */
function hasGround({ bgcolor }: Json): boolean {
  return typeof bgcolor === "string" && !isPaper(bgcolor) && !isClear(bgcolor);
}

function isClear(color: string): boolean {
  return color === "" || /^transparent$|^rgba\(.*,\s*0(\.0*)?\s*\)$/i.test(color);
}

/** The layout with the page's colours below everything that the figure says itself. */
function layThemeBelow(layout: Json, theme: FigureTheme): Json {
  const axis = {
    gridcolor: theme.grid,
    zerolinecolor: theme.zeroLine,
    linecolor: theme.zeroLine,
    tickcolor: theme.zeroLine,
    automargin: true,
  };
  const scene = { ...axis, backgroundcolor: transparent };
  const ours: Json = {
    paper_bgcolor: transparent,
    plot_bgcolor: transparent,
    font: { color: theme.text, family: theme.font, size: 13 },
    xaxis: axis,
    yaxis: axis,
    scene: { xaxis: scene, yaxis: scene, zaxis: scene },
    legend: { bgcolor: transparent },
    margin: { l: 60, r: 24, t: 56, b: 48 },
  };
  const template = asObject(layout.template);
  const merged = { ...template, layout: mergeOver(ours, asObject(template.layout)) };
  return { autosize: true, ...layout, template: merged };
}

/** `over` laid on `base`, object by object. */
function mergeOver(base: Json, over: Json): Json {
  const out = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const both = isObject(value) && isObject(out[key]);
    out[key] = both ? mergeOver(asObject(out[key]), value) : value;
  }
  return out;
}

function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
