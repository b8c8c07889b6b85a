import { type Figure, figureTitle, isRecord, stripMarkup, textOf, type Trace } from "./figure.js";

/**
 * A figure in words, at most `maxLines` lines: title, axes, then each trace with what it is and how
 * many values it has. It is the figure's `text/plain`, read by screen readers and in terminals.
 */
export function describeFigure(figure: Figure, maxLines = 12): string {
  const title = figureTitle(figure);
  const axes = Object.entries(figure.layout ?? {})
    .filter(([name]) => /^[xy]axis\d*$/.test(name))
    .map(([, axis]) => (isRecord(axis) ? stripMarkup(textOf(axis.title)) : ""))
    .filter((text, index, all) => text !== "" && all.indexOf(text) === index);
  const head = `Figure${title === "" ? "" : `: ${title}`}${axes.length > 0 ? `. Axes: ${axes.join(", ")}` : ""}`;
  const traces = figure.data.map(describeTrace);
  const room = Math.max(1, maxLines - 1);
  const shown = traces.length > room ? traces.slice(0, room - 1) : traces;
  const rest = traces.length - shown.length;
  return [head, ...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n");
}

function describeTrace(trace: Trace): string {
  const kind = typeof trace.type === "string" ? trace.type : "scatter";
  const name = typeof trace.name === "string" ? ` "${stripMarkup(trace.name)}"` : "";
  const count = [trace.x, trace.y, trace.z, trace.values].map(countValues).find((n) => n > 0);
  return `- ${kind}${name}${count === undefined ? "" : `, ${count} values`}`;
}

function countValues(values: unknown): number {
  if (Array.isArray(values)) return values.length;
  return ArrayBuffer.isView(values) && "length" in values ? Number(values.length) : 0;
}
