import { findLesion, findOrgan, isLesionName } from "../anatomy/organs.js";
import type { HuWindow } from "../contracts/volume-payload.js";
import { requireThat } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import { fitWindow, isMeasuredWindow } from "../viewer/fit-window.js";
import { countSlices, extractSlice } from "../volume/slice.js";
import { escapeMarkup, type Figure } from "./figure.js";
import { pictureGrid } from "./picture-grid.js";
import { renderPicture } from "./picture.js";

/** A scan to lay beside others. */
export interface NamedScan {
  /** Said above its picture. */
  name: string;
  /** HU. */
  ct: Volume;
  /** On the same grid. */
  labels?: LabelMap;
}

/** How scans are laid side by side. */
export interface ScansOptions {
  title?: string;
  /** A preset's name or a window of your own, the same for all: a preset is fitted to the first scan in HU (see `fitWindow`); default `"Soft tissue"`. */
  window?: string | HuWindow;
  /**
   * Structures to look for, by name or alias, `"lesion"` for any: of each scan the axial slice is drawn that holds the most
   * voxels of the first one it has, or the middle one where it has none. Default the middle slice.
   */
  through?: readonly string[];
  /** Structures drawn over the CT, by name or alias, `"lesion"` for all lesions; default lesions alone. */
  show?: readonly string[];
  /** Opacity of organs over the CT, 0 to 1; default 0.35. Lesions are outlined. */
  overlayOpacity?: number;
  /** Pictures in a row; default 3. */
  columns?: number;
}

/**
 * One axial slice of each of several scans, side by side in one HU window and one scale of millimetres, whatever their
 * grids: a person twice as wide looks twice as wide. Hung as radiologists do, with the sides of the patient and a
 * millimetre bar.
 *
 * @throws LabError for no scans, more than 24, or labels on another grid.
 */
export function scansFigure(scans: readonly NamedScan[], options: ScansOptions = {}): Figure {
  const { through = [], show = ["lesion"], overlayOpacity, columns = 3 } = options;
  requireThat(scans.length >= 1 && scans.length <= 24, "scans", `${scans.length} scans`, "1 to 24");
  requireThat(Number.isInteger(columns) && columns >= 1 && columns <= 6, "columns", columns, "1 to 6");
  // Numbers that are no HU say nothing of the window that the others share.
  const windows = scans.map(({ ct, labels }) => fitWindow(ct, labels, options.window));
  const shared = windows.find((window) => !isMeasuredWindow(window)) ?? windows[0];
  const panels = scans.map(({ name, ct, labels }, i) => {
    const window = isMeasuredWindow(windows[i]) ? windows[i] : shared;
    const drawing = { plane: "axial" as const, window, overlayOpacity };
    const index = findSlice(ct, labels, through);
    const picture = renderPicture(ct, labels && keepStructures(labels, show), drawing, index);
    return { picture, caption: escapeMarkup(name) };
  });
  return pictureGrid(panels, { title: options.title ?? "Axial slices", columns });
}

/** Whether a structure is meant by one of these words. */
function isMeant(name: string, words: readonly string[]): boolean {
  const lesion = findLesion(name);
  const structure = (lesion ?? findOrgan(name))?.name ?? name;
  return words.some((word) => {
    if (word === "lesion") return isLesionName(name);
    return ((findLesion(word) ?? findOrgan(word))?.name ?? word) === structure;
  });
}

function keepStructures(labels: LabelMap, words: readonly string[]): LabelMap {
  const kept = new Uint8Array(65536);
  const names: Record<number, string> = {};
  for (const [label, name] of Object.entries(labels.names)) {
    if (!isMeant(name, words)) continue;
    kept[Number(label)] = 1;
    names[Number(label)] = name;
  }
  const data = labels.data.map((label) => (kept[label] ? label : 0));
  return { ...withData(labels, data), names };
}

/** The axial slice with the most voxels of the first structure that is there. */
function findSlice(ct: Volume, labels: LabelMap | undefined, through: readonly string[]): number {
  const total = countSlices(ct, "axial");
  if (labels)
    for (const word of through) {
      const map = keepStructures(labels, [word]);
      if (!map.data.some((label) => label > 0)) continue;
      let [best, most] = [0, -1];
      for (let index = 0; index < total; index++) {
        const voxels = extractSlice(map, "axial", index).data.reduce(
          (sum, label) => sum + (label > 0 ? 1 : 0),
          0,
        );
        if (voxels > most) [best, most] = [index, voxels];
      }
      return best;
    }
  return Math.floor(total / 2);
}
