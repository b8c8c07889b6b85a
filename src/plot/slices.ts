import { requireThat } from "../core/errors.js";
import type { LabelMap, Mask, Volume } from "../core/types.js";
import { countSlices } from "../volume/slice.js";
import type { Figure } from "./figure.js";
import { pictureGrid } from "./picture-grid.js";
import {
  capitalize,
  renderPicture,
  edgeMarks,
  layerImages,
  legendTraces,
  type SliceOptions,
  windowNote,
} from "./picture.js";
import { baseLayout, valueAxis } from "./theme.js";

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
  const picture = renderPicture(volume, labels, { ...options, plane }, index);
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
  const pictures = indices.map((index) => renderPicture(volume, labels, { ...options, plane }, index));
  const panels = pictures.map((picture, i) => ({ picture, caption: `Slice ${indices[i] + 1} of ${total}` }));
  return pictureGrid(panels, { title: options.title ?? `${capitalize(plane)} slices`, columns });
}
