import { ownValue } from "../core/own-value.js";
import type { TrainingHistory } from "../training/checkpoint.js";
import type { Figure, Trace } from "./figure.js";
import { lineFigure } from "./lines.js";
import { arrangePanels, panelTitle } from "./panel-grid.js";
import { baseLayout, valueAxis } from "./theme.js";

/**
 * Dice of held-out scans over the steps of several trainings, one panel per class: seeds beside each other, or real scans
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
  const { places, layout } = arrangePanels(classes.length, classes.length > 3 ? 2 : 3);
  const x = { title: "Steps", unit: "count" };
  const y = { title: "Dice", unit: "1" };
  const axes: Record<string, unknown> = {};
  const data: Trace[] = [];
  const annotations: Record<string, unknown>[] = [];
  classes.forEach((name, i) => {
    const place = places[i];
    axes[place.xaxis] = valueAxis(x, { domain: place.xDomain, anchor: place.y, nticks: 5 });
    axes[place.yaxis] = {
      ...valueAxis(y),
      ...(place.isFirst ? {} : { showticklabels: false, title: { text: "" } }),
      range: [-0.02, 1.02],
      domain: place.yDomain,
      anchor: place.x,
    };
    const curves = all.map(({ name: training, points }) => ({
      name: training,
      x: points.map(({ step }) => step),
      y: points.map(({ dice }) => ownValue(dice, name) ?? NaN),
    }));
    for (const trace of lineFigure(curves, { x, y }).data)
      data.push({
        ...trace,
        xaxis: place.x,
        yaxis: place.y,
        legendgroup: trace.name,
        showlegend: i === 0,
      });
    annotations.push(panelTitle(place, name));
  });
  return { data, layout: baseLayout(title, { ...layout, ...axes, annotations, showlegend: true }) };
}
