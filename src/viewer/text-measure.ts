import type * as CanvasModule from "@napi-rs/canvas";
import { fontFiles } from "./fonts.js";

/** How a run of text is set. */
export interface TextStyle {
  sizePx: number;
  bold: boolean;
  italic: boolean;
}

/** Gives the advance width of one line of text in pixels. */
export type TextMeasure = (text: string, style: TextStyle) => number;

/** Family name of the shipped font in canvas, apart from any font of the machine with the same name. */
const canvasFontFamily = "Tumorlab Sans";

let registered = false;

/** Makes the shipped font known to canvas, once a process or worker. */
export function registerCanvasFonts(canvas: typeof CanvasModule): void {
  if (registered) return;
  for (const file of fontFiles) canvas.GlobalFonts.registerFromPath(file.path, canvasFontFamily);
  registered = true;
}

/** The `font` value of a canvas context for a style. */
export function canvasFont(style: TextStyle): string {
  return `${style.italic ? "italic " : ""}${style.bold ? "bold " : ""}${style.sizePx}px "${canvasFontFamily}"`;
}

/** A measure of text in the shipped font. Widths are kept, since Plotly asks for the same labels many times. */
export function createTextMeasure(canvas: typeof CanvasModule): TextMeasure {
  registerCanvasFonts(canvas);
  const context = canvas.createCanvas(8, 8).getContext("2d");
  const widths = new Map<string, number>();
  return (text, style) => {
    // Plotly marks the end of sub- and superscripts with a zero-width space.
    const visible = text.replaceAll("\u200b", "");
    if (visible === "") return 0;
    const font = canvasFont(style);
    const key = `${font}\n${visible}`;
    let width = widths.get(key);
    if (width === undefined) {
      context.font = font;
      width = context.measureText(visible).width;
      if (widths.size > 5000) widths.clear();
      widths.set(key, width);
    }
    return width;
  };
}
