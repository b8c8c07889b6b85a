import { describeStructure } from "../anatomy/organs.js";
import type { HuWindow } from "../contracts/volume-payload.js";
import { createAffine } from "../core/affine.js";
import { fillWith } from "../core/fill-with.js";
import type { Vec3 } from "../core/types.js";
import type { Slice } from "../volume/slice.js";
import { toGreyLevels } from "../volume/window.js";
import { gatherOthers } from "./gather-others.js";
import { encodePalettePng, toDataUri } from "./png.js";
import { shrinkVolume } from "./shrink.js";
import { parseColor, structureStyle } from "./structure-style.js";

/** A structure in a slice. */
export interface Structure {
  /** Label value; the smallest one where several share a place in the legend. */
  label: number;
  name: string;
  color: string;
  lesion: boolean;
}

/** The two layers of a slice as `data:` addresses of PNGs, and what the upper one shows. */
export interface SliceImages {
  ctUri: string;
  /** Absent when no label lies in the slice. */
  overlayUri: string | undefined;
  structures: Structure[];
}

/** So many shades of grey keep noise from filling the file; the eye tells hardly more apart. */
const shades = 64;

/** Longer slices are averaged down: a notebook shows them in about as many pixels. */
const longestSide = 320;

/** Pixels of the overlay a voxel, so that outlines are finer than voxels. */
const overlayScale = 3;

/**
 * Draws a slice in two layers: CT in shades of grey, and labels as tints with rims (lesions as outlines alone).
 *
 * @param overlay the label map's slice of the same size, with the names of its values.
 * @param opacity of the tint, 0 to 1.
 */
export function renderSliceImages(
  slice: Slice,
  window: HuWindow,
  overlay: { slice: Slice; names: Readonly<Record<number, string>> } | undefined,
  opacity: number,
): SliceImages {
  const small = shrinkSlice(slice);
  const grey = toGreyLevels(small.data, window);
  const indices = fillWith(new Uint8Array(grey.length), grey, (level) =>
    Math.round((level * (shades - 1)) / 255),
  );
  const greys = new Uint8Array(4 * shades);
  for (let i = 0; i < shades; i++) greys.fill(Math.round((255 * i) / (shades - 1)), 4 * i, 4 * i + 3);
  for (let i = 0; i < shades; i++) greys[4 * i + 3] = 255;
  const ctUri = toDataUri(encodePalettePng(indices, greys, small));
  const drawn = overlay && renderOverlay(overlay.slice, overlay.names, opacity);
  return { ctUri, overlayUri: drawn?.uri, structures: drawn?.structures ?? [] };
}

function shrinkSlice(slice: Slice): { data: Float32Array; width: number; height: number } {
  const { data, width, height } = slice;
  const factor = Math.max(1, Math.max(width, height) / longestSide);
  if (factor === 1) return slice;
  const shape: Vec3 = [Math.max(1, Math.round(width / factor)), Math.max(1, Math.round(height / factor)), 1];
  const grid = {
    shape: [width, height, 1] as const,
    spacingMm: [1, 1, 1] as const,
    affine: createAffine([1, 1, 1]),
  };
  return { data: shrinkVolume({ data, ...grid }, shape).data, width: shape[0], height: shape[1] };
}

/** Tints and rims as places in a palette: 0 is clear, then two a colour. */
function renderOverlay(
  slice: Slice,
  names: Readonly<Record<number, string>>,
  opacity: number,
): { uri: string; structures: Structure[] } | undefined {
  const structures = new Map<number, Structure>();
  for (const label of slice.data) {
    if (label === 0 || structures.has(label)) continue;
    const { displayName, color, lesion } = describeStructure(names[label] ?? `label ${label}`);
    structures.set(label, { label, name: displayName, color, lesion });
  }
  if (structures.size === 0) return undefined;
  const looks = [
    ...new Set([...structures.values()].map(({ color, lesion }) => `${color}${lesion ? "!" : ""}`)),
  ];
  const palette = new Uint8Array(4 * (1 + 2 * looks.length));
  looks.forEach((look, i) => {
    const rgb = parseColor(look.slice(0, 7));
    const { fill, rim } = structureStyle(look.endsWith("!"), opacity);
    palette.set([...rgb, Math.round(255 * fill)], 4 * (1 + 2 * i));
    palette.set([...rgb, Math.round(255 * rim)], 4 * (2 + 2 * i));
  });
  const placeOf = new Map<number, number>();
  for (const { label, color, lesion } of structures.values())
    placeOf.set(label, 1 + 2 * looks.indexOf(`${color}${lesion ? "!" : ""}`));
  const { width, height } = slice;
  const [w, h] = [width * overlayScale, height * overlayScale];
  const labelAt = (x: number, y: number) =>
    x < 0 || y < 0 || x >= w || y >= h
      ? 0
      : slice.data[Math.floor(x / overlayScale) + width * Math.floor(y / overlayScale)];
  const indices = new Uint8Array(w * h);
  for (let y = 0, i = 0; y < h; y++)
    for (let x = 0; x < w; x++, i++) {
      const label = labelAt(x, y);
      if (label === 0) continue;
      const rim =
        labelAt(x - 1, y) !== label ||
        labelAt(x + 1, y) !== label ||
        labelAt(x, y - 1) !== label ||
        labelAt(x, y + 1) !== label;
      indices[i] = (placeOf.get(label) ?? 0) + (rim ? 1 : 0);
    }
  return {
    uri: toDataUri(encodePalettePng(indices, palette, { width: w, height: h })),
    structures: gatherOthers([...structures.values()].sort((a, b) => a.label - b.label)),
  };
}
