import { LabError, requireThat } from "../../core/errors.js";
import { checkFigure, type Figure, figureSize, figureTitle, isLiveOnly } from "../figure.js";
import { defaultSize } from "../theme.js";
import { renderCard } from "./card.js";
import { renderFigure } from "./drawing-process.js";
import { rasterizeSvg } from "./raster.js";

/** How a static picture of a figure is drawn. */
export interface RenderOptions {
  /** CSS pixels; default the figure's own, else 720. */
  width?: number;
  /** CSS pixels; default the figure's own, else 420. */
  height?: number;
  /**
   * PNG pixels per CSS pixel, above 0 and at most 8; default 1.5, and 1 for figures with pictures in them, which
   * have no finer detail. SVG ignores it.
   */
  scale?: number;
  /** Milliseconds after which a drawing is given up; default 60,000. */
  timeoutMs?: number;
}

/**
 * The static twin of a figure as SVG text, drawn by Plotly in Node with the shipped font's metrics.
 * The same figure gives the same text; buttons are left out. Figures that need WebGL or a map server are never handed to Plotly; they give a
 * card that names the figure and says where it is live.
 *
 * @throws LabError when the value is not a figure, Plotly refuses it or the time runs out.
 */
export async function renderSvg(figure: Figure, options: RenderOptions = {}): Promise<string> {
  const { width, height, timeoutMs } = checkOptions(figure, options);
  if (isLiveOnly(figure)) return renderCard(figureTitle(figure), liveOnlyNote, { width, height });
  const answer = await renderFigure({ figureJson: toJson(figure), width, height }, timeoutMs);
  return answer.svg ?? "";
}

/**
 * The static twin of a figure as PNG bytes of `width * scale` by `height * scale` pixels.
 * What {@link renderSvg} says holds here too; the same figure gives the same bytes.
 */
export async function renderPng(figure: Figure, options: RenderOptions = {}): Promise<Uint8Array> {
  const { width, height, scale, timeoutMs } = checkOptions(figure, options);
  if (isLiveOnly(figure)) {
    return rasterizeSvg(renderCard(figureTitle(figure), liveOnlyNote, { width, height }), scale);
  }
  const answer = await renderFigure({ figureJson: toJson(figure), width, height, scale }, timeoutMs);
  return answer.png ?? new Uint8Array();
}

const liveOnlyNote = "Interactive 3D figure: open in the lab";

function checkOptions(figure: Figure, options: RenderOptions): Required<RenderOptions> {
  checkFigure(figure);
  const size = figureSize(figure, defaultSize);
  const {
    width = size.width,
    height = size.height,
    scale = hasPictures(figure) ? 1 : 1.5,
    timeoutMs = 60_000,
  } = options;
  for (const [name, value] of Object.entries({ width, height })) {
    requireThat(value >= 10 && value <= 10_000, name, value, "CSS pixels from 10 to 10000");
  }
  requireThat(scale > 0 && scale <= 8, "scale", scale, "a number above 0 and at most 8");
  requireThat(timeoutMs > 0, "timeoutMs", timeoutMs, "milliseconds above 0");
  return { width: Math.round(width), height: Math.round(height), scale, timeoutMs };
}

function hasPictures({ layout }: Figure): boolean {
  return Array.isArray(layout?.images) && layout.images.length > 0;
}

function toJson(figure: Figure): string {
  try {
    // Nobody can press a button on paper.
    return JSON.stringify({ ...figure, layout: { ...figure.layout, updatemenus: undefined } });
  } catch (error) {
    throw new LabError("figure", String(error), "plain JSON data", "", { cause: error });
  }
}
