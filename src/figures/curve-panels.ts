import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { curveTraces, type MeasuredCurve, sizeTicks } from "./learning-curve.js";
import { axisName } from "./picture.js";
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
  /** Ends of the axis of scores in percent, one for all panels; default 0 to what the points need. */
  range?: readonly [number, number];
  /** What the bars at the points are, such as `"95 % interval"`; said below. */
  intervalName?: string;
}

const width = 760;
const plotHeight = 190;
/** Above a panel for its title, below for its ticks and the name of its axis. */
const abovePx = 30;
const belowPx = 62;
const legendPx = 44;
const gapPx = 18;
const leftPx = 64;

/**
 * Learning curves side by side on one axis of scores, each over its own sizes (log axis). A panel without a point says so.
 * No panels give an empty figure.
 */
export function curvePanelsFigure(panels: readonly CurvePanel[], options: CurvePanelOptions = {}): Figure {
  const { title = "", scoreName = "Dice", intervalName } = options;
  const columns = Math.max(1, Math.min(options.columns ?? 3, panels.length));
  const rows = Math.max(1, Math.ceil(panels.length / columns));
  const names = [...new Set(panels.flatMap(({ curves }) => curves.map(({ name }) => name)))];
  const range = options.range ?? [0, highestOf(panels)];
  const rowPx = abovePx + plotHeight + belowPx;
  const innerWidth = width - leftPx - 16;
  const panelWidth = (innerWidth - (columns - 1) * gapPx) / columns;
  const named = new Set<string>();
  const data: Trace[] = [];
  const axes: Record<string, unknown> = {};
  const annotations: Record<string, unknown>[] = [];
  panels.forEach(({ title: name, curves, sizes }, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [x, y] = [axisName("x", i), axisName("y", i)];
    const left = (column * (panelWidth + gapPx)) / innerWidth;
    const top = 1 - (row * rowPx + abovePx) / (rows * rowPx);
    const found = curves.flatMap(({ points }) => points.map(({ n }) => n));
    const spanned = [...(sizes ?? []), ...found];
    axes[`xaxis${x.slice(1)}`] = valueAxis(
      { title: "Real training scans", unit: "log axis" },
      {
        ...sizeTicks(sizes ?? found, spanned),
        domain: [left, left + panelWidth / innerWidth],
        anchor: y,
      },
    );
    axes[`yaxis${y.slice(1)}`] = {
      ...valueAxis({ title: scoreName, unit: "%" }),
      ...(column === 0 ? {} : { showticklabels: false, title: { text: "" } }),
      range: [...range],
      domain: [top - plotHeight / (rows * rowPx), top],
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
    annotations.push(noteIn(i, `<b>${escapeMarkup(name)}</b>`, 1, "bottom"));
    if (found.length === 0) annotations.push(noteIn(i, "no training has a score", 0.5, "middle"));
  });
  const height = 52 + rows * rowPx + legendPx;
  const interval = intervalName === undefined ? [] : [noteBelow(intervalName, rows * rowPx)];
  return {
    data,
    layout: baseLayout(title, {
      width,
      height,
      margin: { l: leftPx, r: 16, t: 52, b: legendPx, autoexpand: false },
      ...axes,
      annotations: [...annotations, ...interval],
      showlegend: names.length > 0,
      legend: { orientation: "h", x: 0, y: -4 / (rows * rowPx), yanchor: "top" },
      hovermode: "closest",
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

function noteIn(panel: number, text: string, y: number, yanchor: string): Record<string, unknown> {
  return {
    text,
    xref: `${axisName("x", panel)} domain`,
    yref: `${axisName("y", panel)} domain`,
    x: 0.5,
    y,
    xanchor: "center",
    yanchor,
    yshift: yanchor === "bottom" ? 4 : 0,
    showarrow: false,
    font: { size: 13, color: yanchor === "bottom" ? palette.ink : palette.muted },
  };
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
