import { LabError, requireThat } from "../core/errors.js";

/** One trace of a Plotly figure; `type` defaults to `"scatter"` as in Plotly. */
export type Trace = Record<string, unknown>;

/** A Plotly figure as plain JSON data: what a test reads, a notebook shows and a file stores. */
export interface Figure {
  data: Trace[];
  layout: Record<string, unknown>;
  config?: Record<string, unknown>;
  /** What an animation goes through: parts of data or layout under a name, as Plotly's `addFrames` takes them. */
  frames?: Record<string, unknown>[];
}

/** Trace types that need WebGL or a map server; they are live in the lab and have a card as static picture. */
const liveOnlyTypes: ReadonlySet<string> = new Set([
  "choropleth",
  "choroplethmap",
  "cone",
  "densitymap",
  "isosurface",
  "mesh3d",
  "parcoords",
  "scatter3d",
  "scattergeo",
  "scattermap",
  "splom",
  "streamtube",
  "surface",
  "volume",
]);

/**
 * Checks that a value is a figure.
 *
 * @throws LabError when `data` or `frames` is not a list of objects or `layout` is not an object.
 */
export function checkFigure(value: unknown): asserts value is Figure {
  requireThat(isRecord(value), "figure", value, "an object { data, layout }");
  const { data, layout, frames } = value;
  requireThat(Array.isArray(data), "figure.data", data, "a list of traces");
  data.forEach((trace: unknown, index) => {
    requireThat(isRecord(trace), `figure.data[${index}]`, trace, "a trace object");
  });
  requireThat(layout === undefined || isRecord(layout), "figure.layout", layout, "an object");
  const areFrames = frames === undefined || (Array.isArray(frames) && frames.every(isRecord));
  requireThat(areFrames, "figure.frames", frames, "a list of frame objects");
}

/** Whether a figure can be drawn only in a browser, because a trace of it needs WebGL or a map server. */
export function isLiveOnly(figure: Figure): boolean {
  return figure.data.some((trace) => {
    const type = typeof trace.type === "string" ? trace.type : "scatter";
    return liveOnlyTypes.has(type) || type.endsWith("gl") || type.endsWith("mapbox");
  });
}

/** A figure's title as plain text; empty when it has none. */
export function figureTitle(figure: Figure): string {
  return stripMarkup(textOf(figure.layout?.title));
}

/** Width and height in CSS pixels: the layout's own, or the given default. */
export function figureSize(
  figure: Figure,
  fallback: { width: number; height: number },
): { width: number; height: number } {
  const { width, height } = figure.layout ?? {};
  return {
    width: checkPixels("figure.layout.width", width ?? fallback.width),
    height: checkPixels("figure.layout.height", height ?? fallback.height),
  };
}

/** Text of a Plotly title, which is either a string or `{ text }`. */
export function textOf(title: unknown): string {
  if (typeof title === "string") return title;
  return isRecord(title) && typeof title.text === "string" ? title.text : "";
}

/** Plotly's pseudo-HTML as plain text: `<br>` becomes a space, other tags go, entities are read. */
export function stripMarkup(text: string): string {
  return text
    .replaceAll(/<br\s*\/?>/gi, " ")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim();
}

/**
 * Plain text for Plotly's titles, names and labels, which would read `<` as the start of a tag.
 * Names of organs, files and cases go through this.
 */
export function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Whether a value is an object that is neither a list nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkPixels(input: string, value: unknown): number {
  if (typeof value === "number" && value >= 10 && value <= 10_000) return Math.round(value);
  throw new LabError(input, value, "a number of CSS pixels from 10 to 10000");
}
