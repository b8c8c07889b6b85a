import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { curveTraces, type MeasuredCurve, sizeTicks } from "./learning-curve.js";
import { arrangePanels, inPanel, panelAxis, type PanelPlace, panelTitle } from "./panel-grid.js";
import { baseLayout, palette, valueAxis } from "./theme.js";

/** Learning curves that stand beside others. */
export interface CurvePanel {
  title: string;
  /** Curves of one name have one colour and one entry in the legend over all panels. */
  curves: readonly MeasuredCurve[];
  /** Sizes with a tick; default those of the points. */
  sizes?: readonly number[];
}

/** What panels of learning curves say about themselves. */
export interface CurvePanelOptions {
  title?: string;
  /** Panels in a row; default 3. */
  columns?: number;
  /** What is measured; default Dice. */
  scoreName?: string;
  /** Default "%". */
  unit?: string;
  /** Ends of the axis of scores in percent, one for all panels; default 0 to what the points need. */
  range?: readonly [number, number];
  /** What the bars at the points are, such as `"95 % interval"`; said below. */
  intervalName?: string;
}

/**
 * Learning curves side by side on one axis of scores, each over its own sizes (log axis). A panel without a point says so.
 * No panels give an empty figure.
 */
export function curvePanelsFigure(panels: readonly CurvePanel[], options: CurvePanelOptions = {}): Figure {
  const { title = "", scoreName = "Dice", unit = "%", intervalName } = options;
  const { places, layout, panelsPx } = arrangePanels(panels.length, options.columns ?? 3);
  const names = [...new Set(panels.flatMap(({ curves }) => curves.map(({ name }) => name)))];
  const range = options.range ?? [0, highestOf(panels)];
  const named = new Set<string>();
  const data: Trace[] = [];
  const axes: Record<string, unknown> = {};
  const annotations: Record<string, unknown>[] = [];
  panels.forEach(({ title: name, curves, sizes }, i) => {
    const place = places[i];
    const { x, y } = place;
    const found = curves.flatMap(({ points }) => points.map(({ n }) => n));
    const spanned = [...(sizes ?? []), ...found];
    axes[place.xaxis] = panelAxis({ title: "Real training scans", unit: "log axis" }, place.widthPx, {
      ...sizeTicks(sizes ?? found, spanned),
      domain: place.xDomain,
      anchor: y,
    });
    axes[place.yaxis] = {
      ...valueAxis({ title: scoreName, unit }),
      ...(place.isFirst ? {} : { showticklabels: false, title: { text: "" } }),
      range: [...range],
      domain: place.yDomain,
      anchor: x,
    };
    const widest = spanned.length === 0 ? 1 : Math.max(...spanned) / Math.min(...spanned);
    for (const curve of curves) {
      const index = names.indexOf(curve.name);
      const beside = widest ** (0.022 * (index - (names.length - 1) / 2));
      for (const trace of curveTraces(curve, index, { beside, scale: 0.7 })) {
        const showlegend = !named.has(curve.name);
        named.add(curve.name);
        data.push({ ...trace, xaxis: x, yaxis: y, legendgroup: escapeMarkup(curve.name), showlegend });
      }
    }
    annotations.push({ ...panelTitle(place, name), font: { size: 13, color: palette.ink } });
    if (found.length === 0) annotations.push(emptyNote(place));
  });
  const interval = intervalName === undefined ? [] : [noteBelow(intervalName, panelsPx)];
  return {
    data,
    layout: baseLayout(title, {
      ...layout,
      ...axes,
      annotations: [...annotations, ...interval],
      showlegend: names.length > 0,
    }),
  };
}

/** The next ten percent above every point and interval. */
function highestOf(panels: readonly CurvePanel[]): number {
  const scores = panels.flatMap(({ curves }) =>
    curves.flatMap(({ points }) =>
      points.flatMap(({ error, low }) => [100 * (1 - error), 100 * (1 - (low ?? 1))]),
    ),
  );
  const highest = Math.max(0, ...scores.filter(Number.isFinite));
  return Math.min(100, Math.max(10, 10 * Math.ceil(highest / 10 + 0.2)));
}

function emptyNote(place: PanelPlace): Record<string, unknown> {
  const font = { size: 13, color: palette.muted };
  return { text: "no training has a score", ...inPanel(place), y: 0.5, yanchor: "middle", yshift: 0, font };
}

function noteBelow(text: string, panelsPx: number): Record<string, unknown> {
  return {
    text: escapeMarkup(text),
    xref: "paper",
    yref: "paper",
    x: 1,
    y: -14 / panelsPx,
    xanchor: "right",
    yanchor: "top",
    showarrow: false,
    font: { size: 12, color: palette.muted },
  };
}
