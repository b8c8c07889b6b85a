import { crc32, deflateSync } from "node:zlib";
import { requireThat } from "../errors.js";

/** Colours of a palette picture, four bytes each: red, green, blue, opacity; at most 256 of them. */
export type Palette = Uint8Array;

/**
 * A PNG whose pixels are places in a palette: by far the smallest form for slices and label maps.
 *
 * @param indices one a pixel, row by row from the top, `width * height`; each below the palette's length.
 */
export function encodePalettePng(
  indices: Uint8Array,
  palette: Palette,
  size: { width: number; height: number },
): Uint8Array {
  const { width, height } = size;
  const colors = palette.length / 4;
  requireThat(
    indices.length === width * height && indices.length > 0,
    "indices",
    indices.length,
    `${width} x ${height} pixels, at least one`,
  );
  requireThat(
    Number.isInteger(colors) && colors >= 1 && colors <= 256,
    "palette",
    colors,
    "1 to 256 colours",
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const rgb = new Uint8Array(3 * colors);
  const opacity = new Uint8Array(colors);
  for (let i = 0; i < colors; i++) {
    rgb.set(palette.subarray(4 * i, 4 * i + 3), 3 * i);
    opacity[i] = palette[4 * i + 3];
  }
  // A filter byte of 0 before each row: filters do not pay where neighbouring indices mean nothing.
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++)
    rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", rgb),
    ...(opacity.some((value) => value < 255) ? [chunk("tRNS", opacity)] : []),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** A PNG as a `data:` address, for a figure's `layout.images`. */
export function toDataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

/**
 * Brings a picture of any number of colours down to 256: colours in use stay as they are, beyond 256
 * the rarest take the nearest of the most frequent.
 *
 * @param rgba four bytes a pixel; opacity is taken as full.
 */
export function toPalette(rgba: Uint8Array | Uint8ClampedArray): { indices: Uint8Array; palette: Palette } {
  const pixels = rgba.length / 4;
  // Neighbours are often alike, so each run of one colour is looked up once.
  const places = new Map<number, number>();
  const colors: number[] = [];
  const counts: number[] = [];
  const placeOf = new Uint32Array(pixels);
  for (let i = 0, last = -1, place = 0; i < pixels; i++) {
    const color = (rgba[4 * i] << 16) | (rgba[4 * i + 1] << 8) | rgba[4 * i + 2];
    if (color !== last) {
      last = color;
      place = places.get(color) ?? colors.length;
      if (place === colors.length) {
        places.set(color, place);
        colors.push(color);
        counts.push(0);
      }
    }
    counts[place]++;
    placeOf[i] = place;
  }
  const ranked = colors
    .map((_, place) => place)
    .sort((a, b) => counts[b] - counts[a] || colors[a] - colors[b]);
  const kept = ranked.slice(0, 256).map((place) => colors[place]);
  const indexOf = new Uint8Array(colors.length);
  ranked.forEach((place, rank) => (indexOf[place] = rank < 256 ? rank : nearestColor(colors[place], kept)));
  const palette = new Uint8Array(4 * kept.length);
  kept.forEach((color, i) => palette.set([color >> 16, (color >> 8) & 255, color & 255, 255], 4 * i));
  const indices = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) indices[i] = indexOf[placeOf[i]];
  return { indices, palette };
}

function nearestColor(color: number, kept: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < kept.length; i++) {
    const red = (color >> 16) - (kept[i] >> 16);
    const green = ((color >> 8) & 255) - ((kept[i] >> 8) & 255);
    const blue = (color & 255) - (kept[i] & 255);
    const distance = red * red + green * green + blue * blue;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

function chunk(name: string, body: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(name, "latin1"), body]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(body.length, 0);
  framed.set(typed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}
