import { requireThat } from "../core/errors.js";
import { encodeLatin1, joinBytes, toBase64 } from "../platform/bytes.js";
import { crc32, deflate } from "../platform/compress.js";

/** Colours of a palette picture, four bytes each: red, green, blue, opacity; at most 256 of them. */
export type Palette = Uint8Array;

/**
 * A PNG whose pixels are places in a palette: by far the smallest form for slices and label maps.
 *
 * @param indices one per pixel, row by row from the top, `width * height`; each below the palette's length.
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
  const header = new Uint8Array(13);
  const sizes = new DataView(header.buffer);
  sizes.setUint32(0, width);
  sizes.setUint32(4, height);
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
  return joinBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("PLTE", rgb),
    ...(opacity.some((value) => value < 255) ? [chunk("tRNS", opacity)] : []),
    chunk("IDAT", deflate(rows, 9)),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** A PNG as a `data:` address, for a figure's `layout.images`. */
export function toDataUri(png: Uint8Array): string {
  return `data:image/png;base64,${toBase64(png)}`;
}

/**
 * Brings a picture of any number of colours down to 256. Up to 256 colours stay as they are; of more, those are
 * kept that are frequent and unlike the ones kept before, and every other takes the nearest of them.
 *
 * @param rgba four bytes a pixel; opacity is taken as full.
 */
export function toPalette(rgba: Uint8Array | Uint8ClampedArray): { indices: Uint8Array; palette: Palette } {
  const { colors, counts, placeOf } = countColors(rgba);
  const { kept, nearest } = chooseColors(colors, counts, 256);
  const palette = new Uint8Array(4 * kept.length);
  kept.forEach((place, i) => {
    const color = colors[place];
    palette.set([color >> 16, (color >> 8) & 255, color & 255, 255], 4 * i);
  });
  const indices = new Uint8Array(placeOf.length);
  for (let i = 0; i < indices.length; i++) indices[i] = nearest[placeOf[i]];
  return { indices, palette };
}

/** The colours of a picture in order of appearance, how often each occurs, and which one each pixel has. */
function countColors(rgba: Uint8Array | Uint8ClampedArray): {
  colors: number[];
  counts: number[];
  placeOf: Uint32Array;
} {
  const pixels = rgba.length / 4;
  const places = new Map<number, number>();
  const colors: number[] = [];
  const counts: number[] = [];
  const placeOf = new Uint32Array(pixels);
  // Neighbours are often alike, so each run of one colour is looked up once.
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
  return { colors, counts, placeOf };
}

/**
 * Picks colours one after the other: each time the one with the largest `sqrt(count) * distance^2` to those
 * picked so far, ties by appearance. `nearest` gives each colour its place among the picked.
 */
function chooseColors(
  colors: readonly number[],
  counts: readonly number[],
  most: number,
): { kept: number[]; nearest: Uint8Array } {
  const distance = new Float64Array(colors.length).fill(Infinity);
  const nearest = new Uint8Array(colors.length);
  const weight = Float64Array.from(counts, Math.sqrt);
  const kept: number[] = [];
  let next = 0;
  for (let i = 1; i < colors.length; i++) if (counts[i] > counts[next]) next = i;
  while (kept.length < Math.min(most, colors.length)) {
    const [red, green, blue] = [colors[next] >> 16, (colors[next] >> 8) & 255, colors[next] & 255];
    let best = -1;
    let following = next;
    for (let i = 0; i < colors.length; i++) {
      const r = (colors[i] >> 16) - red;
      const g = ((colors[i] >> 8) & 255) - green;
      const b = (colors[i] & 255) - blue;
      const away = r * r + g * g + b * b;
      if (away < distance[i]) {
        distance[i] = away;
        nearest[i] = kept.length;
      }
      if (distance[i] * weight[i] > best) {
        best = distance[i] * weight[i];
        following = i;
      }
    }
    kept.push(next);
    next = following;
  }
  return { kept, nearest };
}

function chunk(name: string, body: Uint8Array): Uint8Array {
  const typed = joinBytes([encodeLatin1(name), body]);
  const framed = new Uint8Array(typed.length + 8);
  const numbers = new DataView(framed.buffer);
  numbers.setUint32(0, body.length);
  framed.set(typed, 4);
  numbers.setUint32(typed.length + 4, crc32(typed));
  return framed;
}
