import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { labelsInUse, withData } from "../grid.js";
import { throwIfAborted } from "../progress.js";
import type { LabelMap, Volume } from "../types.js";
import { writeVolume } from "./write.js";

/**
 * Writes a case's images into a folder as AbdomenAtlas lays them out: `ct.nii.gz`, `combined_labels.nii.gz` and
 * `segmentations/STRUCTURE.nii.gz`, one 8-bit mask for each structure that has a voxel.
 */
export async function writeCaseImages(
  folder: string,
  ct: Volume,
  labels: LabelMap,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(join(folder, "segmentations"), { recursive: true });
  const scan = writeVolume(join(folder, "ct.nii.gz"), ct);
  // Masks are mostly background, so the quickest level is also nearly the smallest.
  const map = writeVolume(join(folder, "combined_labels.nii.gz"), labels, { level: 1 });
  // What fails here is told by the await below, even where a mask fails before that.
  const images = Promise.all([scan, map]);
  images.catch(() => undefined);
  const present = labelsInUse(labels.data);
  for (const [value, name] of Object.entries(labels.names)) {
    const label = Number(value);
    if (label === 0 || present[label] === 0) continue;
    throwIfAborted(signal);
    const mask = new Uint8Array(labels.data.length);
    for (let i = 0; i < mask.length; i++) if (labels.data[i] === label) mask[i] = 1;
    const path = join(folder, "segmentations", `${name.replaceAll(/[^\w.-]+/g, "_")}.nii.gz`);
    await writeVolume(path, withData(labels, mask), { level: 1 });
  }
  await images;
}
