import { readFileNow } from "./files.js";
import { workerScope } from "./page.js";

/** What the library uses of the package `@napi-rs/canvas`, by what browsers have. */
export const pageCanvas = {
  createCanvas: (width: number, height: number): object => new workerScope.OffscreenCanvas(width, height),
  GlobalFonts: {
    /** Makes a font of a file known under a name; true where the browser takes it. */
    registerFromPath(path: string, name: string): boolean {
      const { FontFace, fonts } = workerScope;
      if (!FontFace || !fonts) return false;
      const look = /-(Bold|Italic)\.\w+$/.exec(path)?.[1];
      fonts.add(
        new FontFace(name, readFileNow(path), {
          weight: look === "Bold" ? "bold" : "normal",
          style: look === "Italic" ? "italic" : "normal",
        }),
      );
      return true;
    },
  },
} as const;
