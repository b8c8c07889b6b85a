import type { HuWindow } from "tumorlab/internal/contracts/volume-payload";

/** A window without its name. */
export type HuRange = Pick<HuWindow, "centerHu" | "widthHu">;

/** Grey of each real value of a picture, under a window. */
export function toGreys(values: ArrayLike<number>, { centerHu, widthHu }: HuRange): Uint8ClampedArray {
  const greys = new Uint8ClampedArray(values.length);
  const [low, scale] = [centerHu - widthHu / 2, 255 / widthHu];
  // A clamped array rounds, keeps to 0..255, and makes 0 of what is no number.
  for (let i = 0; i < values.length; i++) greys[i] = (values[i] - low) * scale;
  return greys;
}

/** Narrowest and widest window that can be set, in HU. */
export const widthLimitsHu: readonly [number, number] = [1, 8000];

/** Grey 0..255 of an HU value; the window's lower end and below is black, its upper end and above is white. */
export function toGrey(hu: number, { centerHu, widthHu }: HuRange): number {
  const share = (hu - (centerHu - widthHu / 2)) / widthHu;
  return Math.max(0, Math.min(255, Math.round(255 * share)));
}

/** Grey of each level of the payload, so that painting is one look-up a pixel. */
export function createGreyTable(levelsHu: readonly number[], window: HuRange): Uint8Array {
  return Uint8Array.from(levelsHu, (hu) => toGrey(hu, window));
}

/** The window as data attributes and readers see it: "40/400". */
export function formatWindow({ centerHu, widthHu }: HuRange): string {
  return `${Number(centerHu.toPrecision(6))}/${Number(widthHu.toPrecision(6))}`;
}

/**
 * The window after a drag over the picture: to the right is wider, up is brighter (a lower level), as on a
 * reading station.
 *
 * @param dx pixels to the right, @param dy pixels down
 * @param isHu whether whole numbers are fine enough; other scans may reach from 0 to 1
 */
export function dragWindow({ centerHu, widthHu }: HuRange, dx: number, dy: number, isHu = true): HuRange {
  if (!isHu) {
    const fine = widthHu / 256;
    return {
      centerHu: Number((centerHu + dy * fine).toPrecision(6)),
      widthHu: Number(Math.max(widthHu / 100, widthHu + dx * fine).toPrecision(6)),
    };
  }
  const step = Math.max(0.5, widthHu / 256);
  const [narrowest, widest] = widthLimitsHu;
  return {
    centerHu: Math.round(centerHu + dy * step),
    widthHu: Math.max(narrowest, Math.min(widest, Math.round(widthHu + dx * step))),
  };
}
