import { paintEdges, paintLines, paintScaleBar, paintText } from "tumorlab/internal/viewer/marks";
import { parseColor } from "tumorlab/internal/viewer/structure-style";
import { type PlaneGeometry, planeSize, voxelToPixel } from "tumorlab/internal/volume/planes";
import { createGreyTable } from "../logic/grey";
import { type PlaneLayout, type Rectangle } from "../logic/layout";
import { createFillTable, traceOutline } from "../logic/overlay";
import { extractSlice } from "../logic/planes";
import { describeResolution } from "../logic/readout";
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
const font = "12px system-ui, sans-serif";
const edgeFont = "600 14px system-ui, sans-serif";

/** CSS pixels between the word on the resolution and the picture's edges. */
const resolutionInset = 7;

/** Paints one plane: CT, organs, outlines of lesions, crosshair, sides of the patient and the mm bar. */
export function paintPlane(
  canvas: HTMLCanvasElement,
  plane: PlaneGeometry,
  area: PlaneArea,
  scene: Scene,
  state: ViewerState,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { shape } = scene.volume.payload;
  const index = state.voxel[plane.through];
  const labels = scene.volume.labels && extractSlice(scene.volume.labels, shape, plane, index);
  context.setTransform(area.density, 0, 0, area.density, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, ...area.canvas);
  paintCt(context, plane, area, scene, state);
  if (labels) {
    paintOrgans(context, plane, area, scene, state, labels);
    paintLesions(context, plane, area, scene, state, labels);
  }
  const resolution = chooseResolutionText(context, area, scene);
  paintCrosshair(context, plane, area, scene, state, resolution.width);
  const box = { x: 0, y: 0, width: area.canvas[0], height: area.canvas[1] };
  paintEdges(context, plane.edges, box, edgeFont);
  paintScaleBar(context, box, area.pixelsPerMm, font);
  paintText(context, resolution.text, resolutionInset, resolutionInset, { font, baseline: "top" });
}

function paintCt(
  context: CanvasRenderingContext2D,
  plane: PlaneGeometry,
  { picture }: PlaneArea,
  { volume }: Scene,
  state: ViewerState,
): void {
  const { shape, ct } = volume.payload;
  const slice = extractSlice(volume.ct, shape, plane, state.voxel[plane.through]);
  const grey = createGreyTable(ct.levelsHu, state.window);
  const image = new ImageData(...planeSize(plane, shape));
  for (let i = 0; i < slice.length; i++) {
    const value = grey[slice[i]];
    image.data.fill(value, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  drawImage(context, image, picture);
}

function paintOrgans(
  context: CanvasRenderingContext2D,
  plane: PlaneGeometry,
  { picture }: PlaneArea,
  { volume, table }: Scene,
  state: ViewerState,
  labels: Uint8Array,
): void {
  const fill = createFillTable(table, state.hidden, state.opacity);
  const image = new ImageData(...planeSize(plane, volume.payload.shape));
  for (let i = 0; i < labels.length; i++) {
    const at = 4 * labels[i];
    if (fill[at + 3] > 0) image.data.set(fill.subarray(at, at + 4), 4 * i);
  }
  context.imageSmoothingEnabled = false;
  drawImage(context, image, picture);
}

/** Outlines are drawn over a dark edge, so that they are seen on bright and dark tissue. */
function paintLesions(
  context: CanvasRenderingContext2D,
  plane: PlaneGeometry,
  { picture }: PlaneArea,
  { volume, table, present }: Scene,
  state: ViewerState,
  labels: Uint8Array,
): void {
  if (state.opacity === 0) return;
  const [columns, rows] = planeSize(plane, volume.payload.shape);
  const lesions = table.filter(
    ({ lesion, value }) => lesion && present.has(value) && !state.hidden.has(value) && labels.includes(value),
  );
  for (const { value, color } of lesions) {
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
  { volume }: Scene,
  state: ViewerState,
  resolutionWidth: number,
): void {
  const { shape } = volume.payload;
  const [columns, rows] = planeSize(plane, shape);
  const [column, row] = voxelToPixel(plane, shape, state.voxel);
  const x = picture.left + ((column + 0.5) / columns) * picture.width;
  const y = picture.top + ((row + 0.5) / rows) * picture.height;
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

/** How fine the picture is, for the upper left: as many words as the mark in the middle leaves room for. */
function chooseResolutionText(
  context: CanvasRenderingContext2D,
  { canvas }: PlaneArea,
  { volume }: Scene,
): { text: string; width: number } {
  context.font = font;
  const widthOf = (text: string) => context.measureText(text).width;
  const room = canvas[0] / 2 - 12 - resolutionInset;
  const text = describeResolution(volume.payload).find((words) => widthOf(words) <= room) ?? "";
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
