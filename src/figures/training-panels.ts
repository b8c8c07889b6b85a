import type { TrainingHistory } from "../training/checkpoint.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { lineFigure } from "./lines.js";
import { axisName } from "./picture.js";
import { baseLayout, valueAxis } from "./theme.js";

const width = 760;
const plotPx = 190;
/** Above a panel for its title, below for its ticks and the name of its axis. */
const abovePx = 30;
const belowPx = 62;
const legendPx = 44;
const gapPx = 24;
const leftPx = 64;

/**
 * Dice of held-out scans over the steps of several trainings, a panel a class: seeds beside each other, or real scans
 * beside real and synthetic ones. A class is not drawn where it is in neither map. No trainings give an empty figure.
 *
 * @param trainings by the name of each in the legend.
 */
export function trainingPanelsFigure(
  trainings: Readonly<Record<string, { history: Pick<TrainingHistory, "validations"> }>>,
  { title = "Dice of held-out scans" }: { title?: string } = {},
): Figure {
  const all = Object.entries(trainings).map(([name, { history }]) => ({ name, points: history.validations }));
  const classes = [...new Set(all.flatMap(({ points }) => points.flatMap(({ dice }) => Object.keys(dice))))];
  const columns = classes.length > 3 ? 2 : Math.max(1, classes.length);
  const rows = Math.max(1, Math.ceil(classes.length / columns));
  const rowPx = abovePx + plotPx + belowPx;
  const innerPx = width - leftPx - 16;
  const panelPx = (innerPx - (columns - 1) * gapPx) / columns;
  const x = { title: "Steps", unit: "count" };
  const axes: Record<string, unknown> = {};
  const data: Trace[] = [];
  const annotations: Record<string, unknown>[] = [];
  classes.forEach((name, i) => {
    const left = ((i % columns) * (panelPx + gapPx)) / innerPx;
    const top = 1 - (Math.floor(i / columns) * rowPx + abovePx) / (rows * rowPx);
    const [xaxis, yaxis] = [axisName("x", i), axisName("y", i)];
    const domain = [left, left + panelPx / innerPx];
    axes[`xaxis${xaxis.slice(1)}`] = { ...valueAxis(x, { domain, anchor: yaxis, nticks: 5 }) };
    axes[`yaxis${yaxis.slice(1)}`] = {
      ...valueAxis({ title: "Dice", unit: "1" }),
      ...(i % columns === 0 ? {} : { showticklabels: false, title: { text: "" } }),
      range: [-0.02, 1.02],
      domain: [top - plotPx / (rows * rowPx), top],
      anchor: xaxis,
    };
    const curves = all.map(({ name: training, points }) => ({
      name: training,
      x: points.map(({ step }) => step),
      y: points.map(({ dice }) => dice[name] ?? NaN),
    }));
    const traces = lineFigure(curves, { x, y: { title: "Dice", unit: "1" } }).data;
    for (const trace of traces)
      data.push({ ...trace, xaxis, yaxis, legendgroup: trace.name, showlegend: i === 0 });
    annotations.push({
      text: `<b>${escapeMarkup(name)}</b>`,
      xref: `${xaxis} domain`,
      yref: `${yaxis} domain`,
      x: 0.5,
      y: 1,
      xanchor: "center",
      yanchor: "bottom",
      yshift: 4,
      showarrow: false,
    });
  });
  return {
    data,
    layout: baseLayout(title, {
      width,
      height: 52 + rows * rowPx + legendPx,
      margin: { l: leftPx, r: 16, t: 52, b: legendPx, autoexpand: false },
      ...axes,
      annotations,
      showlegend: true,
      legend: { orientation: "h", x: 0, y: -4 / (rows * rowPx), yanchor: "top" },
      hovermode: "closest",
    }),
  };
}
