import { createRequire } from "node:module";
import type * as ResvgModule from "@resvg/resvg-js";
import { fontFiles, shippedFontFamily } from "../fonts.js";

const loadModule = createRequire(__filename);

/**
 * Draws SVG text as a PNG with the shipped font and no other.
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
  return new Resvg(svg, options).render().asPng();
}
