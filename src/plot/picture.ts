import type { HuWindow } from "../contracts/volume-payload.js";
import { requireThat } from "../core/errors.js";
import { requireSameGrid, toLabelMap } from "../core/grid.js";
import type { LabelMap, Mask, Volume } from "../core/types.js";
import { describeWindow, fitWindow } from "../viewer/fit-window.js";
import { renderSliceImages, type Structure } from "../viewer/slice-images.js";
import type { Plane, SliceEdges } from "../volume/planes.js";
import { extractSlice } from "../volume/slice.js";
import { escapeMarkup, type Trace } from "./figure.js";
import { palette } from "./theme.js";

/** How slices are drawn. */
export interface SliceOptions {
  title?: string;
  /** Default axial. */
  plane?: Plane;
  /** A preset's name, which is fitted to the scan (see `fitWindow`), or a window of your own; default `"Soft tissue"`. */
  window?: string | HuWindow;
  /** Opacity of organs over the CT, 0 to 1; default 0.35. Lesions are outlined. */
  overlayOpacity?: number;
}

/** A slice drawn: what a figure needs to put it on a pair of axes in mm. */
export interface Picture {
  window: HuWindow;
  widthMm: number;
  heightMm: number;
  edges: SliceEdges;
  structures: Structure[];
  ctUri: string;
  overlayUri: string | undefined;
}

export function renderPicture(
  volume: Volume,
  labels: LabelMap | Mask | undefined,
  options: SliceOptions & { plane: Plane },
  index: number,
): Picture {
  const { overlayOpacity = 0.35 } = options;
  requireThat(
    overlayOpacity >= 0 && overlayOpacity <= 1,
    "overlayOpacity",
    overlayOpacity,
    "a number from 0 to 1",
  );
  if (labels) requireSameGrid(volume, labels, ["volume", "labels"]);
  const window = fitWindow(volume, labels, options.window);
  const slice = extractSlice(volume, options.plane, index);
  const map = labels && ("names" in labels ? labels : toLabelMap(labels, {}, "labels"));
  const overlay = map && { slice: extractSlice(map, options.plane, index), names: map.names };
  const images = renderSliceImages(slice, window, overlay, overlayOpacity);
  const { width, height, spacingMm, edges } = slice;
  return { window, widthMm: width * spacingMm[0], heightMm: height * spacingMm[1], edges, ...images };
}

export function axisName(axis: "x" | "y", panel: number): string {
  return panel === 0 ? axis : `${axis}${panel + 1}`;
}

/** The overlay lies in another layer: of images in the same place and layer, Plotly draws one alone. */
export function layerImages(picture: Picture, xref: string, yref: string): Record<string, unknown>[] {
  const { ctUri, overlayUri, widthMm, heightMm } = picture;
  const place = { xref, yref, x: 0, y: 0, sizex: widthMm, sizey: heightMm, sizing: "stretch" };
  return [
    { source: ctUri, ...place, layer: "below" },
    ...(overlayUri === undefined ? [] : [{ source: overlayUri, ...place, layer: "above" }]),
  ];
}

/** Empty traces that put each structure's name and colour into the legend. */
export function legendTraces(structures: readonly Structure[], xaxis: string, yaxis: string): Trace[] {
  const frame: Trace = {
    type: "scatter",
    x: [null],
    y: [null],
    xaxis,
    yaxis,
    showlegend: false,
    hoverinfo: "skip",
  };
  return [
    frame,
    ...structures.map(({ name, color, lesion }): Trace => ({
      ...frame,
      showlegend: true,
      name: escapeMarkup(name),
      mode: "markers",
      marker: {
        size: 12,
        symbol: lesion ? "square-open" : "square",
        color,
        line: { width: lesion ? 3 : 0, color },
      },
    })),
  ];
}

/** Letters for the patient's sides, in the middle of each edge or at the share `at` of its length from left and bottom. */
export function edgeMarks(
  edges: SliceEdges,
  xref: string,
  yref: string,
  at = 0.5,
): Record<string, unknown>[] {
  const places = [
    [edges.left, 0.02, at, "left", "middle"],
    [edges.right, 0.98, at, "right", "middle"],
    [edges.top, at, 0.99, "center", "top"],
    [edges.bottom, at, 0.01, "center", "bottom"],
  ] as const;
  return places.map(([text, x, y, xanchor, yanchor]) => ({
    text: `<b>${text}</b>`,
    xref: `${xref} domain`,
    yref: `${yref} domain`,
    x,
    y,
    xanchor,
    yanchor,
    showarrow: false,
    font: { size: 13, color: "#ffffff" },
    bgcolor: "rgba(0, 0, 0, 0.55)",
    borderpad: 2,
  }));
}

export function captionMark(text: string, xref: string, yref: string): Record<string, unknown> {
  return {
    text,
    xref: `${xref} domain`,
    yref: `${yref} domain`,
    x: 0,
    y: 1,
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    font: { size: 12, color: palette.muted },
  };
}

export function windowNote(window: HuWindow): Record<string, unknown> {
  const sign = (hu: number) => `${hu}`.replace("-", "\u2212");
  return {
    text: escapeMarkup(describeWindow(window, sign)),
    xref: "paper",
    yref: "paper",
    x: 0,
    y: 1,
    yshift: 4,
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    font: { size: 12, color: palette.muted },
  };
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
