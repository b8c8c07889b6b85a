import { chooseScaleBarMm, type SliceEdges } from "../volume/planes.js";

/** The part of a canvas's context that marks are painted with: a browser's, or that of a static picture. */
export interface MarkContext {
  font: string;
  textAlign: unknown;
  textBaseline: unknown;
  lineWidth: number;
  lineJoin: unknown;
  lineCap: unknown;
  strokeStyle: unknown;
  fillStyle: unknown;
  strokeText(text: string, x: number, y: number): void;
  fillText(text: string, x: number, y: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  stroke(): void;
}

/** Where a picture lies, in pixels of its canvas. */
export interface MarkBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How a text is written; `font` as CSS writes it. */
export interface MarkText {
  font: string;
  align?: "left" | "center" | "right";
  baseline?: "top" | "middle" | "bottom" | "alphabetic";
}

/** Colour of letters and bars on a CT. */
export const markInk = "#f2f4f8";

const rimInk = "rgba(0, 0, 0, 0.75)";
const insetPx = 6;

/** Text that stays readable on any part of a CT: bright with a dark rim. */
export function paintText(context: MarkContext, text: string, x: number, y: number, style: MarkText): void {
  context.font = style.font;
  context.textAlign = style.align ?? "left";
  context.textBaseline = style.baseline ?? "alphabetic";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = rimInk;
  context.strokeText(text, x, y);
  context.fillStyle = markInk;
  context.fillText(text, x, y);
}

/** The letters of the patient's sides, each in the middle of its edge. */
export function paintEdges(context: MarkContext, edges: SliceEdges, box: MarkBox, font: string): void {
  const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
  const write = (
    text: string,
    x: number,
    y: number,
    align: MarkText["align"],
    baseline: MarkText["baseline"],
  ) => paintText(context, text, x, y, { font, align, baseline });
  write(edges.left, box.x + insetPx, middleY, "left", "middle");
  write(edges.right, box.x + box.width - insetPx, middleY, "right", "middle");
  write(edges.top, middleX, box.y + insetPx, "center", "top");
  write(edges.bottom, middleX, box.y + box.height - insetPx, "center", "bottom");
}

/** A bar with its length in mm at the lower left, at most a third of the box wide. */
export function paintScaleBar(context: MarkContext, box: MarkBox, pxPerMm: number, font: string): void {
  const lengthMm = chooseScaleBarMm(box.width / 3 / pxPerMm);
  const [left, bottom] = [box.x + 10, box.y + box.height - 10];
  const right = left + lengthMm * pxPerMm;
  for (const [color, lineWidth] of [
    [rimInk, 5],
    [markInk, 2],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.lineCap = "butt";
    context.beginPath();
    context.moveTo(left, bottom - 5);
    context.lineTo(left, bottom);
    context.lineTo(right, bottom);
    context.lineTo(right, bottom - 5);
    context.stroke();
  }
  paintText(context, `${lengthMm} mm`, left + 4, bottom - 6, { font, baseline: "bottom" });
}

/** Straight lines `[x0, y0, x1, y1]` of one colour, a pixel wide; those that would run backwards are left out. */
export function paintLines(
  context: MarkContext,
  lines: readonly (readonly [number, number, number, number])[],
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (const [x0, y0, x1, y1] of lines) {
    if (x1 < x0 || y1 < y0) continue;
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.stroke();
}
