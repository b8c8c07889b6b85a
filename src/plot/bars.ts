import { describeStructure, lesionColor } from "../anatomy/organs.js";
import { requireThat } from "../core/errors.js";
import { groupThousands } from "../core/group-thousands.js";
import type { Region } from "../volume/regions.js";
import { escapeMarkup, type Figure } from "./figure.js";
import { type AxisText, baseLayout, nameAxis, palette, seriesColors, valueAxis } from "./theme.js";

/** One bar. */
export interface Bar {
  name: string;
  /** Not-a-number leaves a gap with the word "none". */
  value: number;
  /** Half length of its whisker, in the unit of the axis. */
  spread?: number;
  /** `#rrggbb`; default the first colour of the palette. */
  color?: string;
}

/** What a bar figure says about itself. */
export interface BarOptions {
  title?: string;
  /** What the bars measure. */
  axis: AxisText;
  /** Digits behind the point in the numbers beside the bars; default as many as three figures need. */
  digits?: number;
  /** What the whiskers show, such as `"standard deviation"`; said below the axis. */
  spreadName?: string;
}

/**
 * Horizontal bars from top to bottom in the order given, each with its number beside it, so that nothing has
 * to be read off a colour. No bars give an empty figure with its axis.
 */
export function barFigure(bars: readonly Bar[], options: BarOptions): Figure {
  const { title = "", axis, digits, spreadName } = options;
  const names = bars.map((bar) => escapeMarkup(bar.name));
  requireThat(new Set(names).size === names.length, "bars", names, "names that differ from each other");
  const values = bars.map((bar) => (Number.isFinite(bar.value) ? bar.value : null));
  const withSpread = bars.some((bar) => bar.spread !== undefined);
  const text = bars.map((bar) => describeBar(bar, digits));
  const unit = axis.unit === "1" ? "" : ` ${axis.unit}`;
  // Numbers stand right of whisker and bar alike; the axis gets room for them.
  const ends = bars.flatMap((bar) => (Number.isFinite(bar.value) ? [bar.value + (bar.spread ?? 0)] : []));
  const starts = bars.flatMap((bar) => (Number.isFinite(bar.value) ? [bar.value - (bar.spread ?? 0)] : []));
  const high = Math.max(0, ...ends);
  const low = Math.min(0, ...starts);
  const room = (high - low || 1) * 0.14;
  const axisTitle = spreadName ? `${axis.title}, with ${spreadName}` : axis.title;
  return {
    data: [
      {
        type: "bar",
        orientation: "h",
        y: names,
        x: values,
        marker: {
          color: bars.map((bar) => bar.color ?? seriesColors[0]),
          line: { color: palette.muted, width: 0.5 },
        },
        ...(withSpread
          ? {
              error_x: {
                type: "data",
                array: bars.map((bar) => bar.spread ?? 0),
                color: palette.ink,
                thickness: 1.2,
                width: 3,
              },
            }
          : {}),
        hovertext: text.map((words, i) => `${names[i]}: ${words}${unit}`),
        hoverinfo: "text",
        showlegend: false,
      },
    ],
    layout: baseLayout(title, {
      height: 120 + 24 * Math.max(2, bars.length),
      xaxis: valueAxis(
        { ...axis, title: axisTitle },
        { range: [low < 0 ? low - room : 0, high + room], zeroline: true, zerolinecolor: palette.muted },
      ),
      yaxis: nameAxis("", { autorange: "reversed", ticks: "" }),
      bargap: 0.3,
      annotations: bars.map((bar, i) => ({
        x: Number.isFinite(bar.value) ? Math.max(0, bar.value + (bar.spread ?? 0)) : 0,
        y: names[i],
        text: text[i],
        xanchor: "left",
        xshift: 5,
        showarrow: false,
        font: { size: 12 },
      })),
    }),
  };
}

/** What {@link organBarFigure} shows of each region. */
export type OrganMeasure = "volumeMl" | "meanHu";

/**
 * Volume (ml) or mean attenuation (HU, with the standard deviation over voxels) of each organ, in the organ's
 * colour, largest first.
 *
 * @param regions as `measureRegions` gives them; for `"meanHu"` they must have been measured with the image.
 * @param options `limit` shows only so many (default 30) and the title says of how many.
 */
export function organBarFigure(
  regions: readonly Region[],
  measure: OrganMeasure,
  options: { title?: string; limit?: number } = {},
): Figure {
  const { limit = 30 } = options;
  const bars = regions.map((region): Bar => {
    const { displayName, color, lesion } = describeStructure(region.name);
    const drawn = { name: displayName, color: lesion ? lesionColor : color };
    if (measure === "volumeMl") return { ...drawn, value: region.volumeMl };
    requireThat(region.meanHu !== undefined, "regions", region.name, "regions measured with their image");
    return { ...drawn, value: region.meanHu, spread: region.sdHu };
  });
  const sorted = bars.sort((a, b) => b.value - a.value).slice(0, limit);
  const cut = regions.length > sorted.length ? ` (${sorted.length} of ${regions.length})` : "";
  const isVolume = measure === "volumeMl";
  return barFigure(sorted, {
    title: `${options.title ?? (isVolume ? "Volume of each structure" : "Mean attenuation of each structure")}${cut}`,
    axis: isVolume ? { title: "Volume", unit: "ml" } : { title: "Mean attenuation", unit: "HU" },
    ...(isVolume ? {} : { spreadName: "standard deviation over voxels", digits: 0 }),
  });
}

function describeBar(bar: Bar, digits: number | undefined): string {
  if (!Number.isFinite(bar.value)) return "none";
  const places = digits ?? Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(bar.value), 1e-9))));
  const write = (value: number): string =>
    groupThousands(value.toFixed(Math.min(6, places)).replace("-", "\u2212"));
  return bar.spread === undefined ? write(bar.value) : `${write(bar.value)} ± ${write(bar.spread)}`;
}
