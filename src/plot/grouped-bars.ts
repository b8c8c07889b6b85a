import { requireThat } from "../core/errors.js";
import { groupThousands } from "../core/group-thousands.js";
import { escapeMarkup, type Figure } from "./figure.js";
import {
  type AxisText,
  baseLayout,
  legendBelow,
  nameAxis,
  palette,
  seriesColors,
  valueAxis,
} from "./theme.js";

/** Bars that belong together: one value for each series. */
export interface BarGroup {
  name: string;
  /** In the order of the series; `null` where a value is not known. */
  values: readonly (number | null)[];
}

/** What grouped bars say about themselves. */
export interface GroupedBarOptions {
  title?: string;
  /** What all bars measure. */
  axis: AxisText;
  /** Name of each series, as many as every group has values. */
  series: readonly string[];
  /** Digits behind the point in the numbers beside the bars; default 0. */
  digits?: number;
}

/**
 * Several bars a name, one for each series, from top to bottom in the order given, each with its number beside it. A value
 * that is not known is no bar, and says so. No groups give an empty figure with its axis.
 *
 * @throws LabError when names repeat or a group does not have one value for each series.
 */
export function groupedBarFigure(groups: readonly BarGroup[], options: GroupedBarOptions): Figure {
  const { title = "", axis, series, digits = 0 } = options;
  const names = groups.map(({ name }) => escapeMarkup(name));
  requireThat(new Set(names).size === names.length, "groups", names, "names that differ from each other");
  for (const { name, values } of groups)
    requireThat(values.length === series.length, `group "${name}"`, values, `${series.length} values`);
  const all = groups.flatMap(({ values }) => values.filter((value) => value !== null));
  const high = Math.max(0, ...all);
  const low = Math.min(0, ...all);
  const room = (high - low || 1) * 0.14;
  const plotHeight = Math.max(80, groups.length * (19 * series.length + 12));
  return {
    data: series.map((name, i) => ({
      type: "bar",
      orientation: "h",
      name: escapeMarkup(name),
      y: names,
      x: groups.map(({ values }) => values[i] ?? 0),
      text: groups.map(({ values }) => describe(values[i], digits)),
      textposition: "outside",
      textangle: 0,
      cliponaxis: false,
      textfont: { size: 12, color: palette.ink },
      marker: {
        color: seriesColors[i % seriesColors.length],
        line: { color: palette.muted, width: 0.5 },
      },
      hovertemplate: `%{y}: %{text}<extra>${escapeMarkup(name)}</extra>`,
    })),
    layout: baseLayout(title, {
      height: plotHeight + 150,
      barmode: "group",
      bargap: 0.25,
      bargroupgap: 0.08,
      xaxis: valueAxis(axis, {
        range: [low < 0 ? low - room : 0, high + room],
        zeroline: true,
        zerolinecolor: palette.muted,
      }),
      yaxis: nameAxis("", { autorange: "reversed", ticks: "" }),
      margin: { l: 64, r: 24, t: title === "" ? 24 : 52, b: 98 },
      showlegend: series.length > 1,
      legend: legendBelow(plotHeight),
    }),
  };
}

function describe(value: number | null, digits: number): string {
  if (value === null) return "not known";
  const text = value.toFixed(digits).replace("-", "\u2212");
  return groupThousands(text);
}
