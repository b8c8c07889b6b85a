import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { paintEdges, paintLines, paintScaleBar, paintText } from "tumorlab/internal/viewer/marks";
import { parseColor } from "tumorlab/internal/viewer/structure-style";
import { type PlaneGeometry, planeSize, voxelToPixel } from "tumorlab/internal/volume/planes";
import { createGreyTable, toGreys } from "../logic/grey";
import { type PlaneLayout, type Rectangle } from "../logic/layout";
import { createFillTable, traceOutline } from "../logic/overlay";
import type { Picture } from "../logic/picture";
import { describeResolution } from "../logic/readout";
import { formatMm, measureMm } from "../logic/ruler";
import type { Scene, ViewerState } from "./state";

/** Where a plane is painted. */
export interface PlaneArea {
  /** Canvas in CSS pixels. */
  canvas: PlaneLayout["canvases"][number];
  picture: Rectangle;
  pixelsPerMm: number;
  /** Device pixels a CSS pixel. */
  density: number;
}

const crosshairInk = "rgba(255, 209, 102, 0.85)";
const rulerInk = "#7ee081";
const font = "12px system-ui, sans-serif";
const rulerFont = "600 12px system-ui, sans-serif";
const edgeFont = "600 14px system-ui, sans-serif";

/** CSS pixels between the word on the resolution and the picture's edges. */
const resolutionInset = 7;

/** Paints one plane: the picture, organs, outlines, crosshair, rulers, sides of the patient and the mm bar. */
export function paintPlane(
  canvas: HTMLCanvasElement,
  plane: PlaneGeometry,
  area: PlaneArea,
  scene: Scene,
  state: ViewerState,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const index = state.voxel[plane.through];
  const picture = scene.source.picture(plane, index);
  const labels = scene.source.labels(plane, index);
  context.setTransform(area.density, 0, 0, area.density, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, ...area.canvas);
  if (picture) paintPicture(context, plane, area, scene, state, picture);
  if (labels) {
    if (!state.outlines) paintOrgans(context, plane, area, scene, state, labels);
    paintOutlines(context, plane, area, scene, state, labels);
  }
  const resolution = chooseResolutionText(context, area, scene);
  if (state.crosshair) paintCrosshair(context, plane, area, scene, state, resolution.width);
  paintRulers(context, plane, area, scene, state);
  const box = { x: 0, y: 0, width: area.canvas[0], height: area.canvas[1] };
  paintEdges(context, plane.edges, box, edgeFont);
  paintScaleBar(context, box, area.pixelsPerMm, font);
  paintText(context, resolution.text, resolutionInset, resolutionInset, { font, baseline: "top" });
}

function paintPicture(
  context: CanvasRenderingContext2D,
  plane: PlaneGeometry,
  { picture: place, pixelsPerMm }: PlaneArea,
  { payload }: Scene,
  state: ViewerState,
  { values, levelsHu }: Picture,
): void {
  const table = levelsHu && createGreyTable(levelsHu, state.window);
  const greys = table ? undefined : toGreys(values, state.window);
  const image = new ImageData(...planeSize(plane, payload.shape));
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) {
    const grey = table ? table[values[i]] : (greys?.[i] ?? 0);
    words[i] = 0xff000000 | (grey * 0x010101);
  }
  // Far in, voxels are to be seen for what they are.
  context.imageSmoothingEnabled = pixelsPerMm * Math.min(...payload.spacingMm) < 12;
  context.imageSmoothingQuality = "high";
  drawImage(context, image, place);
}

function paintOrgans(
  context: CanvasRenderingContext2D,
  plane: PlaneGeometry,
  { picture }: PlaneArea,
  { payload, table }: Scene,
  state: ViewerState,
  labels: Uint8Array,
): void {
  const fill = createFillTable(table, state.hidden, state.opacity);
  const image = new ImageData(...planeSize(plane, payload.shape));
  for (let i = 0; i < labels.length; i++) {
    const at = 4 * labels[i];
    if (fill[at + 3] > 0) image.data.set(fill.subarray(at, at + 4), 4 * i);
  }
  context.imageSmoothingEnabled = false;
  drawImage(context, image, picture);
}

/** Outlines are drawn over a dark edge, so that they are seen on bright and dark tissue. */
function paintOutlines(
  context: CanvasRenderingContext2D,
  plane: PlaneGeometry,
  { picture }: PlaneArea,
  { payload, table, present }: Scene,
  state: ViewerState,
  labels: Uint8Array,
): void {
  if (state.opacity === 0) return;
  const [columns, rows] = planeSize(plane, payload.shape);
  const outlined = table.filter(
    ({ lesion, value }) =>
      (lesion || state.outlines) && present.has(value) && !state.hidden.has(value) && labels.includes(value),
  );
  for (const { value, color } of outlined) {
    const path = new Path2D();
    for (const [x0, y0, x1, y1] of traceOutline(labels, columns, rows, value)) {
      path.moveTo(picture.left + (x0 / columns) * picture.width, picture.top + (y0 / rows) * picture.height);
      path.lineTo(picture.left + (x1 / columns) * picture.width, picture.top + (y1 / rows) * picture.height);
    }
    context.lineCap = "square";
    context.lineWidth = 3.5;
    context.strokeStyle = "rgba(0, 0, 0, 0.55)";
    context.stroke(path);
    context.lineWidth = 1.75;
    context.strokeStyle = `rgb(${parseColor(color).join(" ")})`;
    context.stroke(path);
  }
}

/** Two lines with a gap where they meet, so that they do not cover what they point at, and clear of the marks. */
function paintCrosshair(
  context: CanvasRenderingContext2D,
  plane: PlaneGeometry,
  { picture, canvas }: PlaneArea,
  { payload: { shape } }: Scene,
  state: ViewerState,
  resolutionWidth: number,
): void {
  const [x, y] = placeOf(plane, picture, shape, state.voxel);
  const gap = 7;
  const edge = 24;
  const left = y < edge && resolutionWidth > 0 ? resolutionInset + resolutionWidth + 6 : edge;
  paintLines(
    context,
    [
      [left, y, x - gap, y],
      [x + gap, y, canvas[0] - edge, y],
      [x, edge, x, y - gap],
      [x, y + gap, x, canvas[1] - edge],
    ],
    crosshairInk,
  );
}

/** Lengths that were measured in this slice, each with its millimetres. */
function paintRulers(
  context: CanvasRenderingContext2D,
  plane: PlaneGeometry,
  { picture }: PlaneArea,
  { payload: { shape, affine } }: Scene,
  state: ViewerState,
): void {
  for (const ruler of state.rulers) {
    if (
      ruler.plane !== plane.name ||
      Math.abs(ruler.ends[0][plane.through] - state.voxel[plane.through]) > 0.5
    )
      continue;
    const [a, b] = ruler.ends.map((end) => placeOf(plane, picture, shape, end));
    for (const [color, width] of [
      ["rgba(0, 0, 0, 0.75)", 4],
      [rulerInk, 1.75],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.lineCap = "round";
      context.beginPath();
      context.moveTo(...a);
      context.lineTo(...b);
      for (const [x, y] of [a, b]) {
        context.moveTo(x + 3, y);
        context.arc(x, y, 3, 0, 2 * Math.PI);
      }
      context.stroke();
    }
    const words = ruler.words ?? formatMm(measureMm(affine, ...ruler.ends));
    const [right, left] = a[0] > b[0] ? [a, b] : [b, a];
    // Beside the right end, or the left one where there is no room.
    const isRoom = right[0] + 8 + context.measureText(words).width < context.canvas.clientWidth - 4;
    const [x, y] = isRoom ? [right[0] + 8, right[1]] : [left[0] - 8, left[1]];
    paintText(context, words, x, y, {
      font: rulerFont,
      baseline: "middle",
      align: isRoom ? "left" : "right",
    });
  }
}

/** Where the centre of a voxel, or a place between voxels, lies on the canvas. */
function placeOf(plane: PlaneGeometry, picture: Rectangle, shape: Triple, voxel: Triple): [number, number] {
  const [columns, rows] = planeSize(plane, shape);
  const [column, row] = voxelToPixel(plane, shape, voxel);
  return [
    picture.left + ((column + 0.5) / columns) * picture.width,
    picture.top + ((row + 0.5) / rows) * picture.height,
  ];
}

/** How fine the picture is, for the upper left: as many words as the mark in the middle leaves room for. */
function chooseResolutionText(
  context: CanvasRenderingContext2D,
  { canvas }: PlaneArea,
  { payload }: Scene,
): { text: string; width: number } {
  context.font = font;
  const widthOf = (text: string) => context.measureText(text).width;
  const room = canvas[0] / 2 - 12 - resolutionInset;
  const text = describeResolution(payload).find((words) => widthOf(words) <= room) ?? "";
  return { text, width: widthOf(text) };
}

function drawImage(
  context: CanvasRenderingContext2D,
  image: ImageData,
  { left, top, width, height }: Rectangle,
): void {
  const sheet = document.createElement("canvas");
  sheet.width = image.width;
  sheet.height = image.height;
  sheet.getContext("2d")?.putImageData(image, 0, 0);
  context.drawImage(sheet, left, top, width, height);
}
