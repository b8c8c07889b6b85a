import type * as ResvgModule from "@resvg/resvg-js";
import { loadPackage } from "../../platform/packages.js";
import { fontFiles, shippedFontFamily } from "../../viewer/fonts.js";
import { encodePalettePng, toPalette } from "../../viewer/png.js";

/**
 * Draws SVG text as a PNG of at most 256 colours on white, with the shipped font and no other. A palette makes
 * charts a third and CT slices a quarter of the usual size, in notebooks that are kept in git.
 *
 * @param scale output pixels per CSS pixel, above 0.
 */
export function rasterizeSvg(svg: string, scale: number): Uint8Array {
  const { Resvg } = loadPackage("@resvg/resvg-js") as typeof ResvgModule;
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
