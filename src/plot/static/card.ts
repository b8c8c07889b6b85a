import { escapeXml } from "../../core/escape.js";
import { fontStack } from "../../viewer/fonts.js";
import { palette } from "../theme.js";

/**
 * A card in place of a picture that cannot be drawn without a browser, as SVG text.
 *
 * @param title what the figure shows; may be empty.
 * @param note where to see it, one line.
 */
export function renderCard(title: string, note: string, size: { width: number; height: number }): string {
  const { width, height } = size;
  const x = width / 2;
  const lines = wrap(title, Math.max(10, Math.floor(width / 10)));
  const top = height / 2 - (lines.length * 22) / 2;
  const titleLines = lines.map(
    (line, i) =>
      `<text x="${x}" y="${top + 22 * i}" font-size="17" font-weight="bold" fill="${palette.ink}">${escapeXml(line)}</text>`,
  );
  const noteY = top + 22 * lines.length + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${palette.paper}"/>`,
    `<rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="8" fill="none" stroke="${palette.grid}" stroke-width="2"/>`,
    `<g font-family="${fontStack}" text-anchor="middle">`,
    ...titleLines,
    `<text x="${x}" y="${noteY}" font-size="14" fill="${palette.muted}">${escapeXml(note)}</text>`,
    "</g></svg>",
  ].join("\n");
}

/** Breaks text at spaces into at most three lines; what does not fit ends in an ellipsis. */
function wrap(text: string, lineLength: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineLength)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const shown = lines
    .slice(0, 3)
    .map((line) => (line.length > lineLength ? `${line.slice(0, lineLength - 1)}…` : line));
  if (lines.length > 3) shown[2] = `${shown[2].replace(/…$/, "")}…`;
  return shown;
}
