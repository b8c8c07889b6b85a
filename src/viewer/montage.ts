import type * as CanvasModule from "@napi-rs/canvas";
import type { HuWindow, PayloadLabel, VolumePayload } from "../contracts/volume-payload.js";
import { applyAffine } from "../core/affine.js";
import { requireThat } from "../core/errors.js";
import { loadPackage } from "../platform/packages.js";
import { type PlaneGeometry, planes, voxelToPixel } from "../volume/planes.js";
import { windowRange } from "../volume/window.js";
import { describeWindow } from "./fit-window.js";
import { gatherOthers } from "./gather-others.js";
import { type MarkBox, markInk, paintEdges, paintLines, paintScaleBar } from "./marks.js";
import { paintSlice } from "./paint-slice.js";
import type { OpenPayload } from "./payload.js";
import { encodePalettePng, toPalette } from "./png.js";
import { canvasFont, registerCanvasFonts } from "./text-measure.js";

/** How a volume's picture is drawn. */
export interface MontageOptions {
  /** Pixels, 320 to 4000; default 900. */
  width?: number;
  /** Pictures beyond this many bytes are drawn narrower, down to 320 pixels. Default: no bound. */
  maxBytes?: number;
  /** Name of one of the payload's windows; default its first. */
  window?: string;
}

const colors = {
  page: "#11151c",
  ink: markInk,
  muted: "#aab2c0",
  crosshair: "rgba(255, 255, 255, 0.45)",
};
const pad = 12;
const headHeight = 30;
const captionHeight = 20;
const gap = 10;
const tallestPx = 560;
const markFont = canvasFont({ sizePx: 14, bold: true, italic: false });

/**
 * The static twin of the volume viewer as PNG bytes: the three planes through the payload's crosshair in
 * one scale, with the window, a millimetre bar, the sides of the patient, a legend of the structures in view
 * and the grid it was drawn from.
 *
 * @throws LabError when the width or the window is not one there is.
 */
export function renderVolumePng(
  { payload, ct, labels }: OpenPayload,
  options: MontageOptions = {},
): Uint8Array {
  const { width = 900, maxBytes = Infinity } = options;
  requireThat(width >= 320 && width <= 4000, "width", width, "pixels from 320 to 4000");
  const window = payload.windows.find(({ name }) => name === (options.window ?? payload.windows[0].name));
  requireThat(
    window !== undefined,
    "window",
    options.window,
    payload.windows.map(({ name }) => name).join(", "),
  );
  const canvas = loadPackage("@napi-rs/canvas") as typeof CanvasModule;
  registerCanvasFonts(canvas);
  for (let tried = Math.round(width); ; tried = Math.max(320, Math.round(tried * 0.85))) {
    const png = renderMontage(canvas, { payload, ct, labels, window, width: tried });
    if (png.length <= maxBytes || tried === 320) return png;
  }
}

interface Job extends OpenPayload {
  window: HuWindow;
  width: number;
}

function renderMontage(canvas: typeof CanvasModule, job: Job): Uint8Array {
  const { payload, width } = job;
  const sizeMm = payload.shape.map((n, axis) => n * payload.spacingMm[axis]);
  const widthMm = planes.reduce((sum, panel) => sum + sizeMm[panel.along], 0);
  const heightMm = Math.max(...planes.map((panel) => sizeMm[panel.down]));
  const pxPerMm = Math.min((width - 2 * pad - 2 * gap) / widthMm, tallestPx / heightMm);
  const panelHeight = Math.ceil(heightMm * pxPerMm);
  const painted = planes.map((panel) =>
    paintSlice({
      shape: payload.shape,
      ct: job.ct,
      labels: job.labels,
      table: payload.labels?.table ?? [],
      levelsHu: payload.ct.levelsHu,
      rangeHu: windowRange(job.window),
      overlayOpacity: payload.overlayOpacity,
      plane: panel,
      index: payload.crosshair[panel.through],
      width: Math.max(1, Math.round(sizeMm[panel.along] * pxPerMm)),
      height: Math.max(1, Math.round(sizeMm[panel.down] * pxPerMm)),
    }),
  );
  const inView = (payload.labels?.table ?? []).filter(({ value }) =>
    painted.some(({ seen }) => seen[value] === 1),
  );
  const scratch = canvas.createCanvas(8, 8).getContext("2d");
  const legend = layOutLegend(scratch, gatherOthers(inView), width - 2 * pad);
  const top = headHeight + captionHeight + pad;
  const legendTop = top + panelHeight + 14;
  const height = legendTop + legend.height + 22 + pad / 2;
  const surface = canvas.createCanvas(width, height);
  const context = surface.getContext("2d");
  context.fillStyle = colors.page;
  context.fillRect(0, 0, width, height);
  paintHead(context, job);

  let left =
    pad + Math.max(0, (width - 2 * pad - 2 * gap - painted.reduce((sum, { width: w }) => sum + w, 0)) / 2);
  planes.forEach((panel, i) => {
    const { rgba, width: w, height: h } = painted[i];
    const x = Math.round(left);
    const image = context.createImageData(w, h);
    image.data.set(rgba);
    context.putImageData(image, x, top);
    const box = { x, y: top, width: w, height: h };
    text(context, captionOf(payload, panel), x, top - 7, { size: 12, color: colors.muted });
    paintCrosshair(context, payload, panel, box);
    paintEdges(context, panel.edges, box, markFont);
    paintScaleBar(context, box, pxPerMm, markFont);
    left += w + gap;
  });
  paintLegend(context, legend, legendTop);
  text(context, describeGrid(payload), pad, height - pad, { size: 11, color: colors.muted });

  const { indices, palette } = toPalette(context.getImageData(0, 0, width, height).data);
  return encodePalettePng(indices, palette, { width, height });
}

type Context = CanvasModule.SKRSContext2D;

interface TextStyle {
  size: number;
  color: string;
  bold?: boolean;
  align?: "left" | "center" | "right";
}

function text(context: Context, content: string, x: number, y: number, look: TextStyle): void {
  context.font = canvasFont({ sizePx: look.size, bold: look.bold ?? false, italic: false });
  context.textAlign = look.align ?? "left";
  context.textBaseline = "alphabetic";
  context.fillStyle = look.color;
  context.fillText(content, x, y);
}

function paintHead(context: Context, { payload, window, width }: Job): void {
  const range = describeWindow(window, formatHu);
  text(context, range, width - pad, pad + 14, { size: 12, color: colors.muted, align: "right" });
  const room = width - 3 * pad - context.measureText(range).width;
  context.font = canvasFont({ sizePx: 15, bold: true, italic: false });
  const title = shorten(context, payload.title ?? "CT", room);
  text(context, title, pad, pad + 14, { size: 15, color: colors.ink, bold: true });
}

function captionOf(payload: VolumePayload, { title, through }: PlaneGeometry): string {
  const [x, y, z] = applyAffine(payload.affine, payload.crosshair);
  const mm = [x, y, z][through];
  const side = ["RL", "AP", "SI"][through][mm >= 0 ? 0 : 1];
  return `${title}, slice ${payload.crosshair[through] + 1} of ${payload.shape[through]}, ${side} ${Math.abs(mm).toFixed(0)} mm`;
}

/** Where the other two planes cut this one: short lines from the rim, so that the picture stays free. */
function paintCrosshair(context: Context, payload: VolumePayload, plane: PlaneGeometry, box: MarkBox): void {
  const [column, row] = voxelToPixel(plane, payload.shape, payload.crosshair);
  const x = Math.round(box.x + ((column + 0.5) / payload.shape[plane.along]) * box.width) + 0.5;
  const y = Math.round(box.y + ((row + 0.5) / payload.shape[plane.down]) * box.height) + 0.5;
  const reach = Math.round(Math.min(box.width, box.height) / 7);
  paintLines(
    context,
    [
      [x, box.y + 24, x, box.y + 24 + reach],
      [x, box.y + box.height - 24 - reach, x, box.y + box.height - 24],
      [box.x + 24, y, box.x + 24 + reach, y],
      [box.x + box.width - 24 - reach, y, box.x + box.width - 24, y],
    ],
    colors.crosshair,
  );
}

interface Legend {
  items: { x: number; row: number; label: PayloadLabel | undefined; name: string }[];
  height: number;
}

const legendRow = 19;
const maxLegendRows = 4;

function layOutLegend(context: Context, labels: readonly PayloadLabel[], width: number): Legend {
  context.font = canvasFont({ sizePx: 12, bold: false, italic: false });
  const items: Legend["items"] = [];
  let x = 0;
  let row = 0;
  const widthOf = (name: string) => 17 + context.measureText(name).width + 16;
  for (const [i, label] of labels.entries()) {
    const name = shorten(context, label.name, 260);
    const rest = `and ${labels.length - i} more`;
    const isLastRow = row === maxLegendRows - 1;
    if (x > 0 && x + widthOf(name) > width) {
      if (isLastRow) break;
      row++;
      x = 0;
    }
    if (row === maxLegendRows - 1 && i < labels.length - 1 && x + widthOf(name) + widthOf(rest) > width)
      break;
    items.push({ x, row, label, name });
    x += widthOf(name);
  }
  const left = labels.length - items.length;
  if (left > 0) items.push({ x, row, label: undefined, name: `and ${left} more` });
  return { items, height: labels.length === 0 ? 0 : (row + 1) * legendRow + 4 };
}

function paintLegend(context: Context, legend: Legend, top: number): void {
  for (const { x, row, label, name } of legend.items) {
    const y = top + row * legendRow;
    const at = pad + x;
    if (label?.lesion) {
      context.strokeStyle = label.color;
      context.lineWidth = 2;
      context.strokeRect(at + 1, y + 1, 10, 10);
    } else if (label) {
      context.fillStyle = label.color;
      context.fillRect(at, y, 12, 12);
    }
    text(context, name, label ? at + 17 : at, y + 11, { size: 12, color: colors.ink });
  }
}

/** One line on the grid: its size, its spacing, and what it was shrunk from where it was. */
export function describeGrid(payload: VolumePayload): string {
  const grid = (shape: readonly number[], spacing: readonly number[]) =>
    `${shape.join(" x ")} voxels of ${spacing.map((mm) => Number(mm.toFixed(2))).join(" x ")} mm`;
  const shown = grid(payload.shape, payload.spacingMm);
  const same = payload.shape.every((n, axis) => n === payload.sourceShape[axis]);
  return same ? shown : `${shown}, shrunk from ${grid(payload.sourceShape, payload.sourceSpacingMm)}`;
}

function formatHu(hu: number): string {
  return `${hu < 0 ? "\u2212" : ""}${Number(Math.abs(hu).toFixed(1))}`;
}

function shorten(context: Context, content: string, room: number): string {
  if (context.measureText(content).width <= room) return content;
  let length = content.length;
  while (length > 1 && context.measureText(`${content.slice(0, length)}…`).width > room) length--;
  return `${content.slice(0, length)}…`;
}
