import { describeStructure, otherStructureColor } from "../anatomy/organs.js";
import type { PayloadLabel, VolumePayload } from "../contracts/volume-payload.js";
import { axisDirections } from "../core/affine.js";
import { LabError, requireThat } from "../core/errors.js";
import { countVoxels, labelsInUse, requireSameGrid, toLabelMap } from "../core/grid.js";
import type { LabelMap, Mask, Vec3, Volume } from "../core/types.js";
import { fromBase64 } from "../platform/bytes.js";
import { gunzip } from "../platform/compress.js";
import { fitWindows, isMeasuredWindow } from "./fit-window.js";
import { describeFull, nearestVoxel } from "./full-volume.js";
import { levelsHu, measureLevels } from "./hu-levels.js";
import { packVolume } from "./pack.js";
import { findStartVoxel } from "./start-voxel.js";

/** How a volume is packed for a viewer. */
export interface PayloadOptions {
  title?: string;
  /** Name of the window to start with, fitted to the scan (see `fitWindow`); default `"Soft tissue"`. */
  window?: string;
  /** Opacity of organs over the CT, 0 to 1; default 0.35. */
  overlayOpacity?: number;
  /**
   * Voxel of the given volume to start at; default in the largest lesion,
   * else in the slice with most organs, else in the middle.
   */
  crosshair?: Vec3;
  /** Most bytes CT and labels may take as text; above it the volume is shrunk. Default 360,000. */
  maxBytes?: number;
  /**
   * Files that hold `volume` and `labels`, paths below the project's root: where the payload is shrunk, the lab shows
   * what is in them instead, at its own resolution. Both are needed where there are labels.
   */
  files?: { ct?: string; labels?: string };
}

/**
 * Packs a CT and its labels for the viewer: turned to RAS, in 8 bits, shrunk by averaging until the
 * text fits in `maxBytes`. The result says what grid it came from.
 *
 * @param volume intensities, rescaled or not, in any orientation: of a CT in HU, of other scans (see `fitWindow`) in their own numbers.
 * @param labels on the same grid: a label map, or a mask (its structure is called "Label 1").
 * @throws LabError when the grids differ, more than 255 labels are in use, or an option is out of range.
 */
export function createVolumePayload(
  volume: Volume,
  labels?: LabelMap | Mask,
  options: PayloadOptions = {},
): VolumePayload {
  return packForViewer(volume, labels, options).payload;
}

/** A payload, and the bytes that it holds as text, on its grid. */
export interface OpenPayload {
  payload: VolumePayload;
  ct: Uint8Array;
  labels: Uint8Array | undefined;
}

/** As {@link createVolumePayload}, with the bytes beside it: what paints them at once need not unpack them. */
export function packForViewer(
  volume: Volume,
  labels?: LabelMap | Mask,
  options: PayloadOptions = {},
): OpenPayload {
  const { title, overlayOpacity = 0.35, maxBytes = 360_000, files } = options;
  requireThat(
    overlayOpacity >= 0 && overlayOpacity <= 1,
    "overlayOpacity",
    overlayOpacity,
    "a number from 0 to 1",
  );
  requireThat(maxBytes >= 2000, "maxBytes", maxBytes, "at least 2000 bytes");
  const overlay = labels && prepareLabels(volume, labels);
  const windows = fitWindows(volume, labels, options.window);
  const isCt = !isMeasuredWindow(windows[0]);
  const levels = isCt ? levelsHu : measureLevels(volume);
  const packed = packVolume(volume, overlay?.map, overlay?.lesions ?? new Set(), maxBytes, levels);
  const { worldAxis } = axisDirections(volume.affine);
  const inRasOrder = (values: Vec3): [number, number, number] => [
    values[worldAxis.indexOf(0)],
    values[worldAxis.indexOf(1)],
    values[worldAxis.indexOf(2)],
  ];
  const { crosshair: asked } = options;
  if (asked) requireVoxel(volume, asked);
  const findCrosshair = (grid: Volume, data: LabelMap["data"] | undefined) =>
    asked
      ? nearestVoxel(volume, grid, asked)
      : findStartVoxel(grid.shape, data, overlay?.lesions ?? new Set(), overlay?.known ?? new Set());
  const isShrunk = countVoxels(packed.ct.shape) < countVoxels(volume.shape);
  const isOnFile = files?.ct !== undefined && (!overlay || files.labels !== undefined);
  const full = isShrunk && isOnFile ? describeFull(volume, overlay, findCrosshair, levels) : undefined;
  const payload: VolumePayload = {
    version: 1,
    ...(isCt ? {} : { kind: "values" as const }),
    ...(title === undefined ? {} : { title: title.slice(0, 200) }),
    shape: [...packed.ct.shape],
    spacingMm: [...packed.ct.spacingMm],
    affine: [...packed.ct.affine],
    sourceShape: inRasOrder(volume.shape),
    sourceSpacingMm: inRasOrder(volume.spacingMm),
    ct: { encoding: "gzip+base64", data: packed.ctText, levelsHu: [...levels] },
    ...(overlay ? { labels: { encoding: "gzip+base64", data: packed.labelText, table: overlay.table } } : {}),
    windows: windows.map((window) => ({ ...window })),
    crosshair: findCrosshair(packed.ct, packed.labels?.data),
    overlayOpacity,
    ...(files ? { files } : {}),
    ...(full ? { full } : {}),
  };
  return { payload, ct: packed.ct.data, labels: packed.labels && Uint8Array.from(packed.labels.data) };
}

/** Unpacks the CT and the labels of a payload. */
export function openPayload(payload: VolumePayload): OpenPayload {
  const unpack = (packed: { data: string }): Uint8Array => gunzip(fromBase64(packed.data));
  return { payload, ct: unpack(payload.ct), labels: payload.labels && unpack(payload.labels) };
}

/** Labels as a viewer takes them. */
export interface Overlay {
  /** Values 1 to 255, in the order of the table. */
  map: LabelMap;
  /** The given value of each row of the table. */
  values: number[];
  table: PayloadLabel[];
  lesions: ReadonlySet<number>;
  /** Values of structures that the organ table has. */
  known: ReadonlySet<number>;
}

/** Numbers the labels in use from 1 and finds their names and colours. */
export function prepareLabels(volume: Volume, labels: LabelMap | Mask): Overlay {
  requireSameGrid(volume, labels, ["volume", "labels"]);
  const map = "names" in labels ? labels : toLabelMap(labels, {}, "labels");
  const inUse: number[] = [];
  labelsInUse(map.data).forEach((used, label) => {
    if (used && label > 0) inUse.push(label);
  });
  if (inUse.length > 255)
    throw new LabError("labels", `${inUse.length} labels in use`, "at most 255", "Show a part of them");
  const valueOf = new Uint8Array(65536);
  const table = inUse.map((label, i): PayloadLabel => {
    valueOf[label] = i + 1;
    const { displayName, color, lesion } = describeStructure(map.names[label] ?? `label ${label}`);
    return { value: i + 1, name: displayName.slice(0, 500), color, lesion };
  });
  const data = new Uint8Array(map.data.length);
  for (let i = 0; i < data.length; i++) data[i] = valueOf[map.data[i]];
  const lesions = new Set(table.filter((row) => row.lesion).map((row) => row.value));
  const known = new Set(table.filter((row) => row.color !== otherStructureColor).map((row) => row.value));
  return { map: { ...map, data, names: {} }, values: inUse, table, lesions, known };
}

function requireVoxel(volume: Volume, asked: Vec3): void {
  requireThat(
    asked.length === 3 && asked.every((n, axis) => Number.isInteger(n) && n >= 0 && n < volume.shape[axis]),
    "crosshair",
    [...asked],
    `a voxel inside ${volume.shape.join(" x ")}`,
  );
}
