import { escapeMarkup } from "./figure.js";
import { axisName } from "./picture.js";
import { type AxisText, valueAxis } from "./theme.js";
import { wrapText } from "./wrap-text.js";

const width = 760;
const plotHeight = 190;
/** Above a panel for its title, below for its ticks and the name of its axis. */
const abovePx = 30;
const belowPx = 62;
const titlePx = 52;
const legendPx = 44;
const gapPx = 18;
const leftPx = 64;
const rightPx = 16;

/** Where a panel lies in its figure. */
export interface PanelPlace {
  /** Names of its axes in traces, such as `"x2"`. */
  x: string;
  y: string;
  /** Keys of its axes in the layout, such as `"xaxis2"`. */
  xaxis: string;
  yaxis: string;
  /** Parts of the figure's width and height that it takes. */
  xDomain: [number, number];
  yDomain: [number, number];
  /** Its width, in px. */
  widthPx: number;
  /** Whether its scores have their ticks. */
  isFirst: boolean;
}

/**
 * Panels of one size in rows, with room for a title above each, and for a legend below all.
 *
 * @param columns panels in a row at most.
 * @returns places in rows from the left, and what of the layout follows from them. No panels give the room of one row.
 */
export function arrangePanels(
  count: number,
  columns: number,
): { places: PanelPlace[]; layout: Record<string, unknown>; panelsPx: number } {
  const inRow = Math.max(1, Math.min(columns, count));
  const rows = Math.max(1, Math.ceil(count / inRow));
  const rowPx = abovePx + plotHeight + belowPx;
  const panelsPx = rows * rowPx;
  const innerWidth = width - leftPx - rightPx;
  const panelWidth = (innerWidth - (inRow - 1) * gapPx) / inRow;
  const places = Array.from({ length: count }, (_, i): PanelPlace => {
    const [column, row] = [i % inRow, Math.floor(i / inRow)];
    const [x, y] = [axisName("x", i), axisName("y", i)];
    const left = (column * (panelWidth + gapPx)) / innerWidth;
    const top = 1 - (row * rowPx + abovePx) / panelsPx;
    return {
      x,
      y,
      xaxis: `xaxis${x.slice(1)}`,
      yaxis: `yaxis${y.slice(1)}`,
      xDomain: [left, left + panelWidth / innerWidth],
      yDomain: [top - plotHeight / panelsPx, top],
      widthPx: panelWidth,
      isFirst: column === 0,
    };
  });
  const layout = {
    width,
    height: titlePx + panelsPx + legendPx,
    margin: { l: leftPx, r: rightPx, t: titlePx, b: legendPx, autoexpand: false },
    legend: { orientation: "h", x: 0, y: -4 / panelsPx, yanchor: "top" },
    hovermode: "closest",
  };
  return { places, layout, panelsPx };
}

/** A panel's name above it. */
export function panelTitle(place: PanelPlace, title: string): Record<string, unknown> {
  const text = `<b>${wrapMarkup(title, place.widthPx, 14)}</b>`;
  return { text, ...inPanel(place), y: 1, yanchor: "bottom", yshift: 4 };
}

/** A value axis below a panel; its title keeps to the panel's width, so that it does not touch its neighbour's. */
export function panelAxis(
  axis: AxisText,
  widthPx: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const size = 12;
  const title = axis.unit === "1" ? axis.title : `${axis.title} (${axis.unit})`;
  const text = wrapMarkup(title, widthPx, size);
  return { ...valueAxis(axis), title: { text, standoff: 8, font: { size } }, ...more };
}

/** Plain text as markup in lines of at most that width. */
export function wrapMarkup(text: string, widthPx: number, fontPx: number): string {
  return wrapText(text, widthPx, fontPx).map(escapeMarkup).join("<br>");
}

/** An annotation in the middle of a panel's width. */
export function inPanel({ x, y }: Pick<PanelPlace, "x" | "y">): Record<string, unknown> {
  return { xref: `${x} domain`, yref: `${y} domain`, x: 0.5, xanchor: "center", showarrow: false };
}
