import { createRequire } from "node:module";
import type * as ResvgModule from "@resvg/resvg-js";
import { fontFiles, shippedFontFamily } from "../fonts.js";
import { encodePalettePng, toPalette } from "../png.js";

const loadModule = createRequire(__filename);

/**
 * Draws SVG text as a PNG of at most 256 colours on white, with the shipped font and no other. A palette makes
 * charts a third and CT slices a quarter of the usual size, in notebooks that are kept in git.
 *
 * @param scale output pixels per CSS pixel, above 0.
 */
export function rasterizeSvg(svg: string, scale: number): Uint8Array {
  const { Resvg } = loadModule("@resvg/resvg-js") as typeof ResvgModule;
  const options: ResvgModule.ResvgRenderOptions = {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontFiles: fontFiles.map((file) => file.path),
      loadSystemFonts: false,
      defaultFontFamily: shippedFontFamily,
      sansSerifFamily: shippedFontFamily,
    },
  };
  const { pixels, width, height } = new Resvg(svg, { ...options, background: "#ffffff" }).render();
  const { indices, palette } = toPalette(pixels);
  return encodePalettePng(indices, palette, { width, height });
}
