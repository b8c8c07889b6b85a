import type * as CanvasModule from "@napi-rs/canvas";
import type { HuWindow } from "../contracts/volume-payload.js";
import { loadPackage } from "../platform/packages.js";
import type { Slice } from "../volume/slice.js";
import { toGreyLevels } from "../volume/window.js";
import { paintEdges, paintScaleBar } from "./marks.js";
import { encodePalettePng, toDataUri, toPalette } from "./png.js";
import { canvasFont, registerCanvasFonts } from "./text-measure.js";

/**
 * A slice as a picture of its own, drawn smoothly between voxels, with the letters of the patient's sides and a bar in mm: a PNG as a `data:` address.
 *
 * @param pxPerMm pixels a mm, above 0; both sides of the picture are at least 1 pixel long.
 */
export function renderMarkedSlice(slice: Slice, window: HuWindow, pxPerMm: number): string {
  const canvas = loadPackage("@napi-rs/canvas") as typeof CanvasModule;
  registerCanvasFonts(canvas);
  const [mmX, mmY] = slice.spacingMm;
  const width = Math.max(1, Math.round(slice.width * mmX * pxPerMm));
  const height = Math.max(1, Math.round(slice.height * mmY * pxPerMm));
  const context = canvas.createCanvas(width, height).getContext("2d");
  const image = context.createImageData(width, height);
  const grey = toGreyLevels(slice.data, window);
  for (let y = 0, at = 0; y < height; y++) {
    const fromY = findNeighbours(y, height, slice.height);
    for (let x = 0; x < width; x++, at += 4) {
      const fromX = findNeighbours(x, width, slice.width);
      const [above, below] = [fromY.first, fromY.second].map((row) =>
        blend(grey[row * slice.width + fromX.first], grey[row * slice.width + fromX.second], fromX.share),
      );
      image.data.fill(Math.round(blend(above, below, fromY.share)), at, at + 3);
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  const box = { x: 0, y: 0, width, height };
  const font = canvasFont({ sizePx: 11, bold: true, italic: false });
  paintEdges(context, slice.edges, box, font);
  paintScaleBar(context, box, pxPerMm, font);
  const { indices, palette } = toPalette(context.getImageData(0, 0, width, height).data);
  return toDataUri(encodePalettePng(indices, palette, { width, height }));
}

/** The two voxels beside the middle of a pixel along one side, and how much of the second it gets. */
function findNeighbours(
  pixel: number,
  pixels: number,
  voxels: number,
): { first: number; second: number; share: number } {
  const at = Math.min(voxels - 1, Math.max(0, ((pixel + 0.5) * voxels) / pixels - 0.5));
  const first = Math.floor(at);
  return { first, second: Math.min(voxels - 1, first + 1), share: at - first };
}

const blend = (a: number, b: number, share: number): number => a + (b - a) * share;
