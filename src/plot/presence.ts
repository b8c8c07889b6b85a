import { requireThat } from "../core/errors.js";
import { escapeMarkup, type Figure } from "./figure.js";
import { baseLayout, nameAxis, palette, seriesColors } from "./theme.js";

/** One row of a presence figure: what a thing has. */
export interface PresenceRow {
  name: string;
  has: readonly string[];
}

/** What a presence figure says about itself. */
export interface PresenceOptions {
  title?: string;
  /** Everything a row may have, from left to right. */
  columns: readonly { name: string; displayName?: string; color?: string }[];
  /** What a filled dot means, such as `"labelled"`, and what a cross means. */
  present: string;
  absent: string;
}

/**
 * Which row has which column: a filled dot where it does, a small cross where it does not, so that it reads without colour.
 * No rows give an empty figure.
 *
 * @throws LabError when names of rows or columns repeat.
 */
export function presenceFigure(rows: readonly PresenceRow[], options: PresenceOptions): Figure {
  const { title = "", columns, present, absent } = options;
  const names = rows.map(({ name }) => escapeMarkup(name));
  const heads = columns.map(({ name, displayName }) => escapeMarkup(displayName ?? name));
  requireThat(new Set(names).size === names.length, "rows", names, "names that differ from each other");
  requireThat(new Set(heads).size === heads.length, "columns", heads, "names that differ from each other");
  const places = rows.flatMap(({ has }, row) =>
    columns.map(({ name, color }, column) => ({ row, column, color, there: has.includes(name) })),
  );
  const trace = (there: boolean): Record<string, unknown> => {
    const shown = places.filter((place) => place.there === there);
    return {
      type: "scatter",
      mode: "markers",
      name: escapeMarkup(there ? present : absent),
      x: shown.map(({ column }) => heads[column]),
      y: shown.map(({ row }) => names[row]),
      hovertemplate: `%{y}: %{x}<extra>${escapeMarkup(there ? present : absent)}</extra>`,
      marker: there
        ? {
            size: 15,
            color: shown.map(({ color }) => color ?? seriesColors[0]),
            line: { color: palette.ink, width: 0.7 },
          }
        : { size: 6, symbol: "x-thin", line: { color: palette.muted, width: 1 } },
    };
  };
  const plotHeight = Math.max(60, 26 * rows.length);
  return {
    data: [trace(true), trace(false)],
    layout: baseLayout(title, {
      height: plotHeight + 130,
      xaxis: nameAxis("", {
        side: "top",
        ticks: "",
        categoryorder: "array",
        categoryarray: heads,
        range: [-0.5, Math.max(1, heads.length) - 0.5],
      }),
      yaxis: nameAxis("", {
        ticks: "",
        showgrid: true,
        categoryorder: "array",
        categoryarray: names,
        range: [Math.max(1, names.length) - 0.5, -0.5],
      }),
      margin: { l: 64, r: 24, t: title === "" ? 48 : 84, b: 46 },
      showlegend: true,
      legend: { orientation: "h", x: 0, y: -14 / plotHeight, yanchor: "top", itemsizing: "constant" },
    }),
  };
}
