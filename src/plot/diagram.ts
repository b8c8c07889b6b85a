import { palette, seriesColors } from "./theme.js";

/** Parts of diagrams: shapes and annotations of a figure whose axes count pixels from the upper left corner. */

const boxFill = "#f3f5f9";

/** A box round its middle. */
export function box(x: number, y: number, wide: number, high: number): Record<string, unknown> {
  return {
    type: "rect",
    x0: x - wide / 2,
    x1: x + wide / 2,
    y0: y - high / 2,
    y1: y + high / 2,
    line: { color: palette.muted, width: 1 },
    fillcolor: boxFill,
    layer: "below",
  };
}

/** A bar in the colour that an arm has in every figure, at the left of its box: not all of those colours can be read as text. */
export function bar(x: number, y: number, high: number, arm: number): Record<string, unknown> {
  const color = seriesColors[arm % seriesColors.length];
  const sides = { x0: x, x1: x + 6, y0: y - high / 2, y1: y + high / 2 };
  return { type: "rect", ...sides, line: { width: 0 }, fillcolor: color, layer: "below" };
}

/** An arrow from left to right at a height. */
export function arrow(from: number, to: number, middleY: number): Record<string, unknown> {
  return {
    x: to,
    y: middleY,
    ax: from,
    ay: middleY,
    xref: "x",
    yref: "y",
    axref: "x",
    ayref: "y",
    text: "",
    showarrow: true,
    arrowhead: 2,
    arrowwidth: 1.6,
    arrowcolor: palette.muted,
  };
}

/** A text; its middle stands at the place unless an anchor says otherwise. */
export function note(
  x: number,
  y: number,
  text: string,
  {
    xanchor = "center",
    yanchor = "middle",
    size = 12,
    color = palette.ink,
  }: { xanchor?: string; yanchor?: string; size?: number; color?: string } = {},
): Record<string, unknown> {
  return { x, y, text, xanchor, yanchor, showarrow: false, font: { size, color } };
}

/** A colour on white: `share` of it, as `#rrggbb`. */
export function mix(color: string, share: number): string {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `#${parts
    .map((part) =>
      Math.round(255 + share * (part - 255))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
