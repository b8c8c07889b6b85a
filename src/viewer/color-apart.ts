import { otherStructureColor } from "../anatomy/organs.js";
import type { PayloadLabel } from "../contracts/volume-payload.js";

/** Degrees between two hues in turn: any few of them are far apart. */
const goldenAngleDegrees = 137.508;

/**
 * Gives each structure without a colour of its own another one, where the labels are what is looked at: over a CT these are
 * grey, as context, and a label map of them alone would be one grey.
 *
 * @returns new rows; organs and lesions as they were.
 */
export function colorApart(table: readonly PayloadLabel[]): PayloadLabel[] {
  return table.map((row, i) =>
    row.color === otherStructureColor
      ? { ...row, color: toHex(goldenAngleDegrees * i, i % 2 === 0 ? 0.55 : 0.75) }
      : row,
  );
}

/** A colour of 60 % saturation as `#rrggbb`. */
function toHex(hueDegrees: number, lightness: number): string {
  const chroma = 0.6 * Math.min(lightness, 1 - lightness);
  const channel = (n: number): string => {
    const k = (n + hueDegrees / 30) % 12;
    const value = lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
