import type { DisplayOptions } from "../contracts/kernel-session.js";
import { plotlyMime } from "../contracts/plotly-payload.js";
import { toBase64 } from "../platform/bytes.js";
import { isPackageHere } from "../platform/packages.js";
import { describeFigure } from "../plot/describe.js";
import { checkFigure, type Figure, figureSize, figureTitle } from "../plot/figure.js";
import { renderCard } from "../plot/static/card.js";
import { rasterizeSvg } from "../plot/static/raster.js";
import { renderPng, type RenderOptions } from "../plot/static/render.js";
import { baseConfig, defaultSize } from "../plot/theme.js";
import { displayBundle } from "./session.js";

/** How a figure is shown. */
export interface ShowOptions extends RenderOptions, Pick<DisplayOptions, "displayId" | "update"> {}

/**
 * Shows figures in the notebook, in the order given: live in the lab and VS Code, as a picture on
 * GitHub and nbviewer, in words in a terminal. One output a figure. Without the picture in a lab that runs in a web page,
 * which cannot draw it.
 *
 * @param options size and scale of the picture; `displayId` with `update` replaces an earlier output
 *   (one figure only).
 * @throws LabError when a value is not a figure. A figure whose picture cannot be drawn is still shown
 *   live, with a card that says why.
 */
export async function show(figures: Figure | readonly Figure[], options: ShowOptions = {}): Promise<void> {
  for (const figure of Array.isArray(figures) ? (figures as readonly Figure[]) : [figures as Figure]) {
    const { bundle, metadata } = await figureBundle(figure, options);
    const { displayId, update } = options;
    displayBundle(bundle, { metadata, ...(displayId === undefined ? {} : { displayId, update }) });
  }
}

/**
 * The MIME bundle {@link show} sends, with the metadata that gives the picture its size on the page.
 *
 * @param options `withPicture: false` leaves the still picture out, which takes most of the time.
 */
export async function figureBundle(
  figure: Figure,
  {
    withPicture = isPackageHere("@resvg/resvg-js"),
    ...options
  }: RenderOptions & { withPicture?: boolean } = {},
): Promise<{ bundle: Record<string, unknown>; metadata: Record<string, unknown> }> {
  checkFigure(figure);
  const { width, height } = { ...figureSize(figure, defaultSize), ...definedSize(options) };
  const isDrawn = withPicture && isPackageHere("@resvg/resvg-js");
  const png = isDrawn ? await renderOrExplain(figure, { ...options, width, height }) : undefined;
  const { data, layout, config, frames } = figure;
  return {
    bundle: {
      [plotlyMime]: {
        data,
        layout: { ...layout, width, height },
        config: { ...baseConfig, ...config },
        ...(frames ? { frames } : {}),
      },
      ...(png ? { "image/png": toBase64(png) } : {}),
      "text/plain": describeFigure(figure),
    },
    metadata: png ? { "image/png": { width, height } } : {},
  };
}

async function renderOrExplain(
  figure: Figure,
  options: RenderOptions & { width: number; height: number },
): Promise<Uint8Array> {
  try {
    return await renderPng(figure, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const note = `No static picture (${reason.slice(0, 80)}); the figure is live in the lab`;
    return rasterizeSvg(renderCard(figureTitle(figure), note, options), options.scale ?? 1.5);
  }
}

function definedSize(options: RenderOptions): { width?: number; height?: number } {
  const { width, height } = options;
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
}
