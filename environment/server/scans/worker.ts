import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { LabError } from "tumorlab/internal/core/errors";
import { toLabelMap } from "tumorlab/internal/core/grid";
import { findNamesOf } from "tumorlab/internal/data/named-labels";
import { readVolume } from "tumorlab/internal/formats/read";
import { recognizeFormat } from "tumorlab/internal/formats/recognize";
import { colorApart } from "tumorlab/internal/viewer/color-apart";
import { createVolumePayload } from "tumorlab/internal/viewer/payload";
import { looksLikeLabels } from "tumorlab/internal/volume/looks-like-labels";
import { readOverlay } from "./read-overlay.js";
import type { ScanAnswer, ScanRequest } from "./read-scan.js";

/** A page takes this much text in one piece: what is shrunk is so by its number of voxels. */
const maxBytes = 24_000_000;

/** Air, behind a label map that is opened by itself. */
const backgroundHu = -1024;

/** The payload of a scan as JSON. A label map lies over air, which its title says; each structure has a colour of its own. */
async function openScan({ file, path, series, labels: overlay }: ScanRequest): Promise<string> {
  const title = path.slice(path.lastIndexOf("/") + 1);
  const volume = await readVolume(file, { series });
  if (overlay !== undefined)
    return JSON.stringify(createVolumePayload(volume, await readOverlay(overlay), { title, maxBytes }));
  if (looksLikeLabels(volume, path)) {
    const { rescale: _, ...grid } = volume;
    const air = { ...grid, data: new Int16Array(volume.data.length).fill(backgroundHu) };
    const labels = toLabelMap(volume, await findNamesOf(volume, file), file);
    const payload = createVolumePayload(air, labels, {
      title: `${title} (a label map, drawn over air)`,
      overlayOpacity: 0.85,
      maxBytes,
    });
    if (payload.labels) payload.labels.table = colorApart(payload.labels.table);
    return JSON.stringify(payload);
  }
  // The page reads NIfTI files by itself, at their own resolution.
  const files = (await recognizeFormat(file)) === "nifti" ? { ct: path } : undefined;
  return JSON.stringify(createVolumePayload(volume, undefined, { title, maxBytes, files }));
}

async function answer(request: ScanRequest): Promise<ScanAnswer> {
  try {
    return { json: await openScan(request) };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { refusal: error.message };
  }
}

if (!isMainThread) void answer(workerData as ScanRequest).then((found) => parentPort?.postMessage(found));
