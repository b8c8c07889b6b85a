import { otherStructureColor } from "../anatomy/organs.js";
import type { Structure } from "../viewer/slice-images.js";
import { chooseScaleBarMm } from "../volume/planes.js";
import type { Figure, Trace } from "./figure.js";
import {
  axisName,
  captionMark,
  edgeMarks,
  layerImages,
  legendTraces,
  type Picture,
  windowNote,
} from "./picture.js";
import { baseLayout } from "./theme.js";

/** One picture of a grid. */
export interface Panel {
  picture: Picture;
  /** Above the picture. */
  caption: string;
}

/** How pictures are laid out. */
export interface PictureGridOptions {
  title: string;
  /** Pictures in a row. */
  columns: number;
  /** Traces beside those of the legend, such as one that carries a colour bar. */
  traces?: readonly Trace[];
  /** Room in CSS pixels on the right, for a colour bar; default 16. */
  rightPx?: number;
  /** Room in CSS pixels below, for a slider; default 16. */
  belowPx?: number;
}

const gridWidth = 720;
const captionHeight = 26;
const gapPx = 3;

/**
 * Pictures side by side in one scale, each with its caption and the sides of the patient, a millimetre bar in the first,
 * and the window named. One smaller than the largest lies in the middle of its place. At least one picture.
 */
export function pictureGrid(panels: readonly Panel[], options: PictureGridOptions): Figure {
  const { title, columns, traces = [], rightPx = 16, belowPx = 16 } = options;
  const pictures = panels.map(({ picture }) => picture);
  const across = Math.min(columns, panels.length);
  const rows = Math.ceil(panels.length / across);
  const widestMm = Math.max(...pictures.map(({ widthMm }) => widthMm));
  const tallestMm = Math.max(...pictures.map(({ heightMm }) => heightMm));
  // Of the picture itself, without the gaps at its sides: a millimetre is as long upwards as sideways.
  const panelWidth = gridWidth / across - 2 * gapPx;
  const panelHeight = (panelWidth * tallestMm) / widestMm;
  const rowHeight = Math.ceil(panelHeight) + captionHeight;
  const structures = mergeStructures(pictures.map((picture) => picture.structures));
  const axes: Record<string, unknown> = {};
  pictures.forEach((picture, i) => {
    const [column, row] = [i % across, Math.floor(i / across)];
    const top = 1 - (row * rowHeight + captionHeight) / (rows * rowHeight);
    const hidden = { visible: false, fixedrange: true };
    const gap = gapPx / gridWidth;
    const beside = ((1 - picture.widthMm / widestMm) / 2) * (panelWidth / gridWidth);
    const share = picture.heightMm / tallestMm;
    const above = ((1 - share) / 2) * panelHeight;
    axes[`xaxis${i === 0 ? "" : i + 1}`] = {
      ...hidden,
      domain: [column / across + gap + beside, (column + 1) / across - gap - beside],
      range: [0, picture.widthMm],
      anchor: axisName("y", i),
    };
    axes[`yaxis${i === 0 ? "" : i + 1}`] = {
      ...hidden,
      domain: [
        Math.max(0, top - (above + share * panelHeight) / (rows * rowHeight)),
        top - above / (rows * rowHeight),
      ],
      range: [picture.heightMm, 0],
      anchor: axisName("x", i),
    };
  });
  const { widthMm, heightMm } = pictures[0];
  const legendHeight = structures.length > 0 ? 30 + 20 * Math.ceil(structures.length / 4) : 0;
  return {
    data: [...legendTraces(structures, "x", "y"), ...traces],
    layout: baseLayout(title, {
      width: gridWidth + 16 + rightPx,
      height: rows * rowHeight + 66 + belowPx + legendHeight,
      margin: { l: 16, r: rightPx, t: 66, b: belowPx + legendHeight },
      ...axes,
      images: pictures.flatMap((picture, i) => layerImages(picture, axisName("x", i), axisName("y", i))),
      shapes: barShapes(widthMm, heightMm),
      annotations: [
        ...panels.flatMap(({ picture, caption }, i) => [
          ...edgeMarks(picture.edges, axisName("x", i), axisName("y", i)),
          captionMark(caption, axisName("x", i), axisName("y", i)),
        ]),
        barMark(widthMm, heightMm),
        windowNote(pictures[0].window),
      ],
      showlegend: structures.length > 0,
      legend: { orientation: "h", y: 0, yshift: -8, yanchor: "top", x: 0, font: { size: 12 } },
    }),
  };
}

export function barLengthMm(widthMm: number): number {
  return chooseScaleBarMm(widthMm / 3);
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
