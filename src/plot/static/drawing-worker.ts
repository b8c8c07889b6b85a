import { parentPort } from "../../platform/workers.js";
import { fontStack, shippedFontFamily } from "../../viewer/fonts.js";
import type { Figure } from "../figure.js";
import { choosePlotlyBuild, type PlotlyBuild } from "../plotly-build.js";
import { openPlotWindow, type PlotWindow } from "./plot-window.js";
import { rasterizeSvg } from "./raster.js";

/** What the drawing worker is asked. */
export interface RenderRequest {
  id: number;
  /** `{ data, layout, config }` as JSON. */
  figureJson: string;
  width: number;
  height: number;
  /** Output pixels per CSS pixel for a PNG; leave out for SVG. */
  scale?: number;
}

/** What it answers; exactly one of the last three is there. */
export interface RenderReply {
  id: number;
  svg?: string;
  png?: Uint8Array;
  error?: string;
}

const plotWindows: Partial<Record<PlotlyBuild, PlotWindow>> = {};

// Figures are drawn one after the other: Plotly keeps state in its window.
let queue: Promise<void> = Promise.resolve();

parentPort?.on("message", (request: RenderRequest) => {
  queue = queue.then(async () => {
    parentPort?.postMessage(await answer(request));
  });
});

async function answer(request: RenderRequest): Promise<RenderReply> {
  const { id, scale } = request;
  try {
    const build = choosePlotlyBuild(JSON.parse(request.figureJson) as Figure);
    const plotWindow = (plotWindows[build] ??= openPlotWindow(build));
    const drawn = await plotWindow.toSvg(request.figureJson, request);
    const svg = useFont(drawn, fontStack);
    return scale === undefined
      ? { id, svg }
      : { id, png: rasterizeSvg(useFont(drawn, shippedFontFamily), scale) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Text was measured in the shipped font, so it is drawn in it, whatever family the figure asked for. */
function useFont(svg: string, family: string): string {
  return svg.replaceAll(/font-family:[^;}]*?(?=;|\}|" |"\/|">)/g, `font-family: ${family}`);
}
