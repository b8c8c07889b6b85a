import { createCanvas, loadImage } from "@napi-rs/canvas";

/** A decoded picture. */
export interface Pixels {
  width: number;
  height: number;
  /** Four bytes a pixel. */
  rgba: Uint8ClampedArray;
}

/** Decodes a PNG with a decoder that is not the project's own. */
export async function decodePng(png: Uint8Array): Promise<Pixels> {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { width: image.width, height: image.height, rgba: data };
}

/** A part of a picture as shares of its width and height: left, top, right, bottom. */
export type Part = readonly [number, number, number, number];

/** Share of the pixels of a part for which `isHit` holds. */
export function shareOf(
  pixels: Pixels,
  [left, top, right, bottom]: Part,
  isHit: (r: number, g: number, b: number) => boolean,
): number {
  const { width, height, rgba } = pixels;
  let hits = 0;
  let count = 0;
  for (let y = Math.floor(top * height); y < Math.floor(bottom * height); y++)
    for (let x = Math.floor(left * width); x < Math.floor(right * width); x++) {
      const i = 4 * (x + width * y);
      if (isHit(rgba[i], rgba[i + 1], rgba[i + 2])) hits++;
      count++;
    }
  return hits / Math.max(1, count);
}

/** Share of dark pixels in a part of a PNG. */
export async function inkShare(png: Uint8Array, part: Part = [0, 0, 1, 1]): Promise<number> {
  return shareOf(await decodePng(png), part, (r, g, b) => r + g + b < 384);
}
