import { withData } from "../core/grid.js";
import { throwIfAborted } from "../core/progress.js";
import type { LabelMap, Volume } from "../core/types.js";
import { mkdir } from "../platform/files.js";
import { join } from "../platform/paths.js";
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
  // Masks are mostly background, so the quickest level is also nearly the smallest.
  const writing = await Promise.allSettled([
    writeVolume(join(folder, "ct.nii.gz"), ct),
    writeVolume(join(folder, "combined_labels.nii.gz"), labels, { level: 1 }),
    writeMasks(join(folder, "segmentations"), labels, signal),
  ]);
  // Only when none of them writes any more may a folder that failed be removed.
  const failed = writing.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
}

async function writeMasks(folder: string, labels: LabelMap, signal: AbortSignal | undefined): Promise<void> {
  const { names } = labels;
  const data = new Uint8Array(labels.data.length);
  for (const { label, first, last } of findExtents(labels)) {
    const name = names[label];
    if (name === undefined) continue;
    throwIfAborted(signal);
    for (let i = first; i <= last; i++) if (labels.data[i] === label) data[i] = 1;
    const path = join(folder, `${name.replaceAll(/[^\w.-]+/g, "_")}.nii.gz`);
    await writeVolume(path, withData(labels, data), { level: 1 });
    data.fill(0, first, last + 1);
  }
}

/** Each label there is with its first and last voxel. */
function findExtents({ data }: LabelMap): { label: number; first: number; last: number }[] {
  const [first, last] = [new Int32Array(65536).fill(-1), new Int32Array(65536)];
  for (let i = 0; i < data.length; i++) {
    const label = data[i];
    if (label === 0) continue;
    if (first[label] < 0) first[label] = i;
    last[label] = i;
  }
  const extents: { label: number; first: number; last: number }[] = [];
  for (let label = 1; label < first.length; label++)
    if (first[label] >= 0) extents.push({ label, first: first[label], last: last[label] });
  return extents;
}
