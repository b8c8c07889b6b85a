import { describeStructure, lesionColor } from "../anatomy/organs.js";
import type { HuWindow } from "../contracts/volume-payload.js";
import { requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import { requireSameGrid, withData } from "../core/grid.js";
import type { LabelMap, Mask, Vec3, Volume } from "../core/types.js";
import { fitWindow } from "../viewer/fit-window.js";
import { boundingBox, crop, type VoxelBox } from "../volume/crop.js";
import type { Plane } from "../volume/planes.js";
import { countSlices, extractSlice, type Slice } from "../volume/slice.js";
import { traceContours } from "./contours.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { barLengthMm } from "./picture-grid.js";
import {
  axisName,
  capitalize,
  captionMark,
  renderPicture,
  edgeMarks,
  layerImages,
  windowNote,
} from "./picture.js";
import { baseLayout, palette } from "./theme.js";

/** What is compared, and on what. */
export interface PairMaps {
  reference: LabelMap;
  prediction: LabelMap;
  /** Intensities in HU on the same grid; without them the ground is black. */
  ct?: Volume;
}

/** How a pair is drawn. */
export interface PairSliceOptions {
  /** The structure whose outlines are drawn. */
  label: number;
  title?: string;
  /** A preset's name or a window of your own; default `"Soft tissue"`. */
  window?: string | HuWindow;
  /** Room round the structure in mm; default 30. */
  marginMm?: number;
  /** The slices with most errors (default), or those with most of the reference's structure. */
  slices?: "errors" | "structure";
}

const planes: readonly Plane[] = ["axial", "coronal", "sagittal"];
/** Room between pictures and above them, in pixels. */
const gapPx = 10;
const captionPx = 24;
const widthPx = 752;

/**
 * Where a prediction differs from its reference: the axial, coronal and sagittal slice in which most voxels of one label
 * disagree, cut out round the structure, in one scale. The reference is a tint with a solid outline in the structure's
 * colour, the prediction a white dashed outline. Hung as radiologists do, with sides, window and a millimetre bar.
 *
 * A label that one map lacks shows the other alone. Maps that agree give the slices with most of the structure.
 *
 * @throws LabError when the grids differ or neither map has the label.
 */
export function pairSlicesFigure(pair: PairMaps, options: PairSliceOptions): Figure {
  const { label, marginMm = 30, slices = "errors" } = options;
  const { reference, prediction } = pair;
  requireSameGrid(reference, prediction, ["reference", "prediction"]);
  if (pair.ct) requireSameGrid(reference, pair.ct, ["reference", "ct"]);
  const either = maskOf(reference, (i) => reference.data[i] === label || prediction.data[i] === label);
  const box = boundingBox(either, marginMm);
  requireThat(box !== undefined, "label", label, "a label that one of the two maps has");
  const name = reference.names[label] ?? prediction.names[label] ?? `label ${label}`;
  const [truth, guess] = [reference, prediction].map((map) =>
    crop(
      maskOf(map, (i) => map.data[i] === label),
      box,
    ),
  );
  const wrong = withData(
    truth,
    fillWith(new Uint8Array(truth.data.length), truth.data, (value, i) => (value === guess.data[i] ? 0 : 1)),
  );
  const isOfReference = !wrong.data.includes(1) || (slices === "structure" && truth.data.includes(1));
  const ground = crop(pair.ct ?? withData(reference, new Int16Array(reference.data.length).fill(-1000)), box);
  const window = pair.ct ? fitWindow(pair.ct, reference, options.window) : options.window;
  const panels = planes.map((plane) => {
    const index = fullestSlice(isOfReference ? truth : wrong, plane);
    const picture = renderPicture(ground, undefined, { plane, window }, index);
    const [a, b] = [extractSlice(truth, plane, index), extractSlice(guess, plane, index)];
    const whole = countSlices(reference, plane);
    return { plane, picture, truth: a, guess: b, place: index + firstSlice(reference, box, plane), whole };
  });

  const millimetresWide = panels.reduce((sum, { picture }) => sum + picture.widthMm, 0);
  const tallestMm = Math.max(...panels.map(({ picture }) => picture.heightMm));
  const pixelsPerMm = Math.min((widthPx - 32 - 2 * gapPx) / millimetresWide, 420 / tallestMm);
  const plotHeight = Math.round(tallestMm * pixelsPerMm);
  const plotWidth = widthPx - 32;
  const { displayName, color, lesion } = describeStructure(name);
  const tone = lesion ? lesionColor : color;
  const axes: Record<string, unknown> = {};
  let left = 0;
  panels.forEach(({ picture: { widthMm, heightMm } }, i) => {
    const right = left + widthMm * pixelsPerMm;
    const hidden = { visible: false, fixedrange: true };
    const top = plotHeight / (plotHeight + captionPx);
    axes[`xaxis${i === 0 ? "" : i + 1}`] = {
      ...hidden,
      domain: [left / plotWidth, Math.min(1, right / plotWidth)],
      range: [0, widthMm],
      anchor: axisName("y", i),
    };
    axes[`yaxis${i === 0 ? "" : i + 1}`] = {
      ...hidden,
      domain: [Math.max(0, top - (heightMm * pixelsPerMm) / (plotHeight + captionPx)), top],
      range: [heightMm, 0],
      anchor: axisName("x", i),
    };
    left = right + gapPx;
  });
  return {
    data: panels.flatMap((panel, i) => outlineTraces(panel, tone, i)),
    layout: baseLayout(options.title ?? `${displayName}: prediction and reference`, {
      width: widthPx,
      height: plotHeight + captionPx + 66 + 56,
      margin: { l: 16, r: 16, t: 66, b: 56 },
      ...axes,
      images: panels.flatMap(({ picture }, i) => layerImages(picture, axisName("x", i), axisName("y", i))),
      shapes: scaleBar(panels[0].picture),
      annotations: [
        ...panels.flatMap(({ picture, plane, place, whole }, i) => [
          // Beside the middle, where the structure lies, also when it is cut by the edge of the scan.
          ...edgeMarks(picture.edges, axisName("x", i), axisName("y", i), 0.8),
          captionMark(`${capitalize(plane)} ${place + 1} of ${whole}`, axisName("x", i), axisName("y", i)),
        ]),
        scaleMark(panels[0].picture),
        pair.ct ? windowNote(panels[0].picture.window) : groundNote,
      ],
      showlegend: true,
      legend: {
        orientation: "h",
        x: 0,
        y: -8 / (plotHeight + captionPx),
        yanchor: "top",
        bgcolor: palette.muted,
        font: { size: 12, color: palette.paper },
      },
    }),
  };
}

function outlineTraces(panel: { truth: Slice; guess: Slice }, color: string, index: number): Trace[] {
  const place = { type: "scatter", mode: "lines", xaxis: axisName("x", index), yaxis: axisName("y", index) };
  const truth = traceContours(panel.truth);
  const guess = traceContours(panel.guess);
  const named = (name: string) => ({ name, legendgroup: name, showlegend: index === 0 });
  // A panel in which a map has nothing still needs a trace, or Plotly drops its axes and the legend its entry.
  const drawn = ({ x, y }: typeof truth) => ({ x: x.length > 0 ? x : [null], y: y.length > 0 ? y : [null] });
  const reference = escapeMarkup("Reference");
  return [
    {
      ...place,
      ...drawn(truth),
      ...named(reference),
      line: { color, width: 2.5 },
      fill: "toself",
      fillcolor: `${color}40`,
      hoverinfo: "name",
    },
    {
      ...place,
      ...drawn(guess),
      name: "Prediction, dark rim",
      showlegend: false,
      line: { color: palette.ink, width: 3.5 },
      hoverinfo: "skip",
    },
    {
      ...place,
      ...drawn(guess),
      ...named("Prediction"),
      line: { color: palette.paper, width: 2, dash: "5px,3px" },
      hoverinfo: "name",
    },
  ];
}

function maskOf(map: LabelMap, belongs: (index: number) => boolean): Mask {
  const data = new Uint8Array(map.data.length);
  for (let i = 0; i < data.length; i++) data[i] = belongs(i) ? 1 : 0;
  return withData(map, data);
}

/** The slice with most voxels of a mask, the lowest of equal ones. */
function fullestSlice(mask: Mask, plane: Plane): number {
  let [best, most] = [0, -1];
  for (let index = 0; index < countSlices(mask, plane); index++) {
    const voxels = extractSlice(mask, plane, index).data.reduce((sum, value) => sum + value, 0);
    if (voxels > most) [best, most] = [index, voxels];
  }
  return best;
}

/** The slice of the whole grid in which the first slice of a box lies. */
function firstSlice(whole: Volume, { boxMin, boxMax }: VoxelBox, plane: Plane): number {
  const marks: Vec3[] = [boxMin, boxMax];
  const inside = extractSlice(whole, plane, 0);
  const axis = [0, 1, 2].find((each) => inside.columnStep[each] === 0 && inside.rowStep[each] === 0)!;
  // Slices are counted from the patient's lower end, which may be the far end of the axis.
  return inside.origin[axis] === 0 ? marks[0][axis] : inside.origin[axis] - marks[1][axis];
}

interface Measured {
  widthMm: number;
  heightMm: number;
}

function scaleBar({ widthMm, heightMm }: Measured): Record<string, unknown>[] {
  const [x0, y] = [0.06 * widthMm, 0.95 * heightMm];
  const place = { type: "line", xref: "x", yref: "y", x0, x1: x0 + barLengthMm(widthMm), y0: y, y1: y };
  return [
    { ...place, line: { color: palette.ink, width: 5 } },
    { ...place, line: { color: palette.paper, width: 2.5 } },
  ];
}

function scaleMark({ widthMm, heightMm }: Measured): Record<string, unknown> {
  return {
    text: `<b>${barLengthMm(widthMm)} mm</b>`,
    xref: "x",
    yref: "y",
    x: 0.06 * widthMm,
    y: 0.93 * heightMm,
    xanchor: "left",
    yanchor: "bottom",
    showarrow: false,
    font: { size: 12, color: palette.paper },
    bgcolor: "rgba(0, 0, 0, 0.55)",
    borderpad: 2,
  };
}

const groundNote: Readonly<Record<string, unknown>> = {
  text: "No CT was given: outlines alone",
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
