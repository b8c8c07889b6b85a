import { locateFont } from "../platform/locations.js";

/** The family every figure asks for first; Arial, Helvetica and Liberation Sans share one set of metrics. */
export const fontStack = "Liberation Sans, Arial, Helvetica, sans-serif";

/** The shipped family, used alone wherever a picture is drawn in Node. */
export const shippedFontFamily = "Liberation Sans";

/** Height above and depth below the baseline of the shipped family, as shares of the font size. */
export const fontAscent = 0.905;
export const fontDescent = 0.212;

/** A file of the shipped family. */
export interface FontFile {
  path: string;
  bold: boolean;
  italic: boolean;
}

/** The files of the shipped family; pictures drawn with them look alike on every machine. */
export const fontFiles: readonly FontFile[] = [
  fontFile("LiberationSans-Regular.ttf", false, false),
  fontFile("LiberationSans-Bold.ttf", true, false),
  fontFile("LiberationSans-Italic.ttf", false, true),
];

function fontFile(name: string, bold: boolean, italic: boolean): FontFile {
  return { path: locateFont(name), bold, italic };
}
