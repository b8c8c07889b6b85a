import { requireThat } from "../errors.js";
import { requireSameGrid, toLabelMap } from "../grid.js";
import { otherStructureColor } from "../organs.js";
import type { LabelMap, Mask, Volume } from "../types.js";
import { countSlices, extractSlice, type Plane, type SliceEdges } from "../volume/slice.js";
import { findWindow, type HuWindow, huWindows, windowRange } from "../volume/window.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { drawSliceImages, type Structure } from "./slice-images.js";
import { baseLayout, palette, valueAxis } from "./theme.js";

/** How slices are drawn. */
export interface SliceOptions {
  title?: string;
  /** Default axial. */
  plane?: Plane;
  /** A preset's name or a window of one's own; default `"Soft tissue"`. */
  window?: string | HuWindow;
  /** Opacity of organs over the CT, 0 to 1; default 0.35. Lesions are outlined. */
  overlayOpacity?: number;
}

/** {@link SliceOptions} with the slice to draw. */
export interface OneSliceOptions extends SliceOptions {
  /** From 0 (inferior, posterior, left); default the middle. */
  index?: number;
}

/** {@link SliceOptions} with the slices to draw. */
export interface ManySlicesOptions extends SliceOptions {
  /** Which slices, in order; default `count` evenly spread ones. */
  indices?: readonly number[];
  /** Default 6. */
  count?: number;
  /** Pictures in a row; default 3. */
  columns?: number;
}

const sides: Readonly<Record<string, string>> = {
  R: "right",
  L: "left",
  A: "anterior",
  P: "posterior",
  S: "superior",
  I: "inferior",
};

/**
 * One CT slice in a named window with its organs and lesions over it, hung as radiologists do (the patient's right on
 * the left), with axes in mm and the sides of the patient.
 *
 * @param labels a label map or mask on the same grid.
 * @throws LabError when the slice, the window or the grids do not fit.
 */
export function sliceFigure(volume: Volume, labels?: LabelMap | Mask, options: OneSliceOptions = {}): Figure {
  const { plane = "axial" } = options;
  const index = options.index ?? Math.floor(countSlices(volume, plane) / 2);
  const picture = drawPicture(volume, labels, { ...options, plane }, index);
  const { widthMm, heightMm, edges } = picture;
  const plotWidth = 460;
  const plotHeight = Math.min(700, Math.max(160, Math.round((plotWidth * heightMm) / widthMm)));
  const title = options.title ?? `${capitalize(plane)} slice ${index + 1} of ${countSlices(volume, plane)}`;
  const along = `From ${sides[edges.left]} to ${sides[edges.right]}`;
  const down = `From ${sides[edges.top]} to ${sides[edges.bottom]}`;
  return {
    data: legendTraces(picture.structures, "x", "y"),
    layout: baseLayout(title, {
      width: plotWidth + 260,
      height: plotHeight + 130,
      margin: { l: 70, r: 190, t: 70, b: 60 },
      xaxis: valueAxis(
        { title: along, unit: "mm" },
        { range: [0, widthMm], showgrid: false, constrain: "domain" },
      ),
      yaxis: valueAxis(
        { title: down, unit: "mm" },
        { range: [heightMm, 0], showgrid: false, scaleanchor: "x", constrain: "domain" },
      ),
      images: layerImages(picture, "x", "y"),
      annotations: [...edgeMarks(edges, "x", "y"), windowNote(picture.window)],
      showlegend: picture.structures.length > 0,
      legend: { x: 1.02, y: 1, font: { size: 12 } },
    }),
  };
}

/**
 * Several slices of one plane side by side in one scale, with a millimetre bar in the first, hung as in
 * {@link sliceFigure}.
 */
export function slicesFigure(
  volume: Volume,
  labels?: LabelMap | Mask,
  options: ManySlicesOptions = {},
): Figure {
  const { plane = "axial", count = 6, columns = 3 } = options;
  const total = countSlices(volume, plane);
  requireThat(Number.isInteger(count) && count >= 1 && count <= 48, "count", count, "1 to 48 slices");
  requireThat(Number.isInteger(columns) && columns >= 1 && columns <= 8, "columns", columns, "1 to 8");
  const wanted = Math.min(count, total);
  const indices =
    options.indices ?? Array.from({ length: wanted }, (_, i) => Math.floor(((i + 0.5) * total) / wanted));
  requireThat(indices.length >= 1 && indices.length <= 48, "indices", [...indices], "1 to 48 slices");
  const pictures = indices.map((index) => drawPicture(volume, labels, { ...options, plane }, index));
  const across = Math.min(columns, pictures.length);
  const rows = Math.ceil(pictures.length / across);
  const { widthMm, heightMm } = pictures[0];
  const panelWidth = Math.floor(720 / across);
  const panelHeight = Math.round((panelWidth * heightMm) / widthMm);
  const rowHeight = panelHeight + 26;
  const structures = mergeStructures(pictures.map((picture) => picture.structures));
  const axes: Record<string, unknown> = {};
  pictures.forEach((picture, i) => {
    const [column, row] = [i % across, Math.floor(i / across)];
    const top = 1 - (row * rowHeight + 26) / (rows * rowHeight);
    const hidden = { visible: false, fixedrange: true };
    const gap = 3 / 720;
    axes[`xaxis${i === 0 ? "" : i + 1}`] = {
      ...hidden,
      domain: [column / across + gap, (column + 1) / across - gap],
      range: [0, picture.widthMm],
      anchor: axisName("y", i),
    };
    axes[`yaxis${i === 0 ? "" : i + 1}`] = {
      ...hidden,
      domain: [Math.max(0, top - panelHeight / (rows * rowHeight)), top],
      range: [picture.heightMm, 0],
      anchor: axisName("x", i),
    };
  });
  const legendHeight = structures.length > 0 ? 30 + 20 * Math.ceil(structures.length / 4) : 0;
  const title = options.title ?? `${capitalize(plane)} slices`;
  return {
    data: legendTraces(structures, "x", "y"),
    layout: baseLayout(title, {
      width: 752,
      height: rows * rowHeight + 66 + 16 + legendHeight,
      margin: { l: 16, r: 16, t: 66, b: 16 + legendHeight },
      ...axes,
      images: pictures.flatMap((picture, i) => layerImages(picture, axisName("x", i), axisName("y", i))),
      shapes: barShapes(widthMm, heightMm),
      annotations: [
        ...pictures.flatMap((picture, i) => [
          ...edgeMarks(picture.edges, axisName("x", i), axisName("y", i)),
          captionMark(`Slice ${indices[i] + 1} of ${total}`, axisName("x", i), axisName("y", i)),
        ]),
        barMark(widthMm, heightMm),
        windowNote(pictures[0].window),
      ],
      showlegend: structures.length > 0,
      legend: { orientation: "h", y: 0, yshift: -8, yanchor: "top", x: 0, font: { size: 12 } },
    }),
  };
}

export interface Picture {
  window: HuWindow;
  widthMm: number;
  heightMm: number;
  edges: SliceEdges;
  structures: Structure[];
  ctUri: string;
  overlayUri: string | undefined;
}

export function drawPicture(
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
  const asked = options.window ?? huWindows[0];
  const window = typeof asked === "string" ? findWindow(asked) : asked;
  if (labels) requireSameGrid(volume, labels, ["volume", "labels"]);
  const slice = extractSlice(volume, options.plane, index);
  const map = labels && ("names" in labels ? labels : toLabelMap(labels, {}, "labels"));
  const overlay = map && { slice: extractSlice(map, options.plane, index), names: map.names };
  const images = drawSliceImages(slice, window, overlay, overlayOpacity);
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
  const [low, high] = windowRange(window);
  const sign = (hu: number) => `${hu}`.replace("-", "\u2212");
  return {
    text: escapeMarkup(`${window.name} window, ${sign(low)} to ${sign(high)} HU`),
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

export function barLengthMm(widthMm: number): number {
  return [200, 100, 50, 20, 10, 5, 2, 1].find((mm) => mm <= widthMm / 3) ?? widthMm / 3;
}

function barShapes(widthMm: number, heightMm: number): Record<string, unknown>[] {
  const x0 = 0.04 * widthMm;
  const y = 0.95 * heightMm;
  return [
    { color: "#000000", width: 5 },
    { color: "#ffffff", width: 2.5 },
  ].map((line) => ({
    type: "line",
    xref: "x",
    yref: "y",
    x0,
    x1: x0 + barLengthMm(widthMm),
    y0: y,
    y1: y,
    line,
  }));
}

function barMark(widthMm: number, heightMm: number): Record<string, unknown> {
  return {
    text: `<b>${barLengthMm(widthMm)} mm</b>`,
    xref: "x",
    yref: "y",
    x: 0.04 * widthMm,
    y: 0.94 * heightMm,
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    font: { size: 12, color: "#ffffff" },
  };
}

function mergeStructures(lists: readonly (readonly Structure[])[]): Structure[] {
  const byName = new Map(lists.flat().map((structure) => [structure.name, structure]));
  const isOther = ({ color }: Structure) => (color === otherStructureColor ? 1 : 0);
  return [...byName.values()].sort((a, b) => isOther(a) - isOther(b) || a.label - b.label);
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
