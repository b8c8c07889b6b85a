/** Builds of plotly.js. */
export type PlotlyBuild = "basic" | "full";

/** Kinds of traces that the small build of plotly.js draws; a trace that names none is the first. */
const basicTraces: ReadonlySet<unknown> = new Set(["scatter", "bar", "pie"]);

/**
 * The build of plotly.js that a figure needs: `basic` draws curves, points, bars and pies, and a page starts it in a
 * third of the time that `full` takes (`npm run bench -- site`).
 *
 * @param figure its traces, and frames that may bring others; what is no list counts as an empty one
 */
export function choosePlotlyBuild({ data, frames }: { data?: unknown; frames?: unknown }): PlotlyBuild {
  const played = listOf(frames).flatMap((frame) => listOf(frame?.data));
  const isBasic = [...listOf(data), ...played].every((trace) => basicTraces.has(trace?.type ?? "scatter"));
  return isBasic ? "basic" : "full";
}

/** The file of each build, by package. */
export const plotlyFiles: Readonly<Record<PlotlyBuild, string>> = {
  basic: "plotly.js-basic-dist-min/plotly-basic.min.js",
  full: "plotly.js/plotly.min.js",
};

type Loose = { type?: unknown; data?: unknown } | null | undefined;

function listOf(value: unknown): Loose[] {
  return Array.isArray(value) ? (value as Loose[]) : [];
}
