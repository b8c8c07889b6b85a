import type { DisplayOptions } from "../contracts/kernel-session.js";
import { volumeMime, type VolumePayload } from "../contracts/volume-payload.js";
import type { LabelMap, Mask, Volume } from "../core/types.js";
import { toBase64 } from "../platform/bytes.js";
import { describeWindow } from "../viewer/fit-window.js";
import { describeGrid, renderVolumePng } from "../viewer/montage.js";
import { packForViewer, type PayloadOptions } from "../viewer/payload.js";
import { findServedFiles } from "./served-files.js";
import { displayBundle } from "./session.js";

/** How a volume is shown. */
export interface ViewOptions
  extends Omit<PayloadOptions, "maxBytes" | "files">, Pick<DisplayOptions, "displayId" | "update"> {
  /**
   * Most bytes the whole output may take in the notebook file, at least 60,000; default 500,000. Above it the volume
   * is shrunk by averaging, and the output says so; the lab shows it at its own resolution all the same where it can read
   * its files.
   */
  maxBytes?: number;
  /**
   * Files that hold `volume` and `labels`, paths below the project's root. Default: those that they were read from, where
   * they lie there.
   */
  files?: PayloadOptions["files"];
  /** Width of the static picture in pixels; default 900, narrower where `maxBytes` asks for it. */
  width?: number;
}

/**
 * Shows a CT or another scan, with organs and lesions over it, in the notebook: three planes to move through in the lab, a picture of
 * them on GitHub and nbviewer, words in a terminal. It is turned to RAS for showing; the volume itself is not changed.
 *
 * @param volume intensities in any orientation: of a CT in HU, of an MRI or PET in its own numbers, in windows of its percentiles.
 * @param labels a label map or mask on the same grid.
 * @throws LabError when the grids differ or an option is out of range.
 */
export function view(volume: Volume, labels?: LabelMap | Mask, options: ViewOptions = {}): void {
  const { displayId, update } = options;
  displayBundle(volumeBundle(volume, labels, options), displayId === undefined ? {} : { displayId, update });
}

/** The MIME bundle {@link view} sends. */
export function volumeBundle(
  volume: Volume,
  labels?: LabelMap | Mask,
  options: ViewOptions = {},
): Record<string, unknown> {
  const { maxBytes = 500_000, width, displayId: _id, update: _update, ...payloadOptions } = options;
  const least = Math.max(60_000, maxBytes);
  const { files = findServedFiles(volume, labels) } = options;
  const open = packForViewer(volume, labels, { ...payloadOptions, files, maxBytes: 0.74 * least });
  // Where the payload is whole there is nothing to look up in files that nobody named.
  const { files: _files, ...whole } = open.payload;
  const payload = open.payload.full || options.files ? open.payload : whole;
  const text = describeVolume(payload);
  const room = least - JSON.stringify(payload).length - text.length - 200;
  const png = renderVolumePng({ ...open, payload }, { width, maxBytes: Math.max(0, room) * 0.75 });
  return { [volumeMime]: payload, "image/png": toBase64(png), "text/plain": text };
}

/** A payload in words: title, grid, window and the structures over it. */
function describeVolume(payload: VolumePayload): string {
  const [window] = payload.windows;
  const names = payload.labels?.table.map((row) => row.name) ?? [];
  const shown = names.slice(0, 12).join(", ");
  const rest = names.length > 12 ? ` and ${names.length - 12} more` : "";
  return [
    `${payload.kind === "values" ? "Scan" : "CT"}: ${payload.title ?? "untitled"}`,
    `- ${describeGrid(payload)}`,
    `- window: ${describeWindow(window).replace(" window", "")}`,
    ...(names.length > 0 ? [`- over it: ${shown}${rest}`] : []),
  ].join("\n");
}
