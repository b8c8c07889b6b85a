import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAffine } from "tumorlab/internal/core/affine";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { Affine, Vec3, Volume } from "tumorlab/internal/core/types";
import { writeVolume } from "tumorlab/internal/nifti/write";

/** The grid of every scan that these helpers write, unless told otherwise. */
export const tinyShape: Vec3 = [24, 20, 12];
export const tinySpacingMm: Vec3 = [1.5, 1.5, 3];
export const tinyAffine: Affine = createAffine(tinySpacingMm, [-18, -15, 100]);

/** A box of one label; `to` is exclusive. */
export interface Box {
  label: number;
  from: Vec3;
  to: Vec3;
}

/** Liver and pancreas with a lesion of 36 voxels in the liver, values as in AbdomenAtlas. */
export const tinyOrgans: readonly Box[] = [
  { label: 5, from: [3, 3, 2], to: [14, 14, 10] },
  { label: 6, from: [16, 6, 4], to: [21, 10, 8] },
];
export const tinyLesion: Box = { label: 27, from: [6, 6, 4], to: [10, 9, 7] };

/** Calls `visit` with the index of each voxel of a box on the tiny grid. */
export function eachVoxel({ from, to }: Box, visit: (index: number) => void): void {
  for (let z = from[2]; z < to[2]; z++)
    for (let y = from[1]; y < to[1]; y++)
      for (let x = from[0]; x < to[0]; x++) visit(x + tinyShape[0] * (y + tinyShape[1] * z));
}

/** Boxes painted one after another. */
export function paintBoxes(boxes: readonly Box[], as?: number): Uint8Array {
  const data = new Uint8Array(tinyShape[0] * tinyShape[1] * tinyShape[2]);
  for (const box of boxes) eachVoxel(box, (i) => (data[i] = as ?? box.label));
  return data;
}

/** Voxels on the tiny grid. */
export function onTinyGrid<T extends Volume["data"]>(data: T): Volume<T> {
  return createVolume(data, tinyShape, { affine: tinyAffine });
}

/** A CT of its own for each seed: air with a noisy body. */
export function tinyCt(seed: number): Volume<Int16Array> {
  const stream = createKey(seed).split("ct").stream();
  const data = new Int16Array(tinyShape[0] * tinyShape[1] * tinyShape[2]).fill(-1000);
  eachVoxel({ label: 0, from: [1, 1, 0], to: [23, 18, 12] }, (i) => {
    data[i] = Math.round(40 + 25 * stream.normal());
  });
  return onTinyGrid(data);
}

const maskNames: Readonly<Record<number, string>> = { 5: "liver", 6: "pancreas", 27: "liver_lesion" };

/** Writes the combined map and one mask a label of a case in AbdomenAtlas's layout. */
export async function writeTinyLabels(folder: string, boxes: readonly Box[]): Promise<void> {
  await writeVolume(join(folder, "combined_labels.nii.gz"), onTinyGrid(paintBoxes(boxes)));
  for (const [label, name] of Object.entries(maskNames)) {
    const mask = paintBoxes(
      boxes.filter((box) => box.label === Number(label)),
      1,
    );
    await writeVolume(join(folder, "segmentations", `${name}.nii.gz`), onTinyGrid(mask));
  }
}

/**
 * Writes a cohort in AbdomenAtlas's layout without a fault: `names` with a liver lesion in every case but those in
 * `healthy`, two scans a patient, and metadata.csv.
 */
export async function writeTinyCohort(
  folder: string,
  names: readonly string[],
  healthy: readonly string[] = [],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rows = ["BDMAP ID,patient,liver,pancreas,CT Phase"];
  for (const [k, name] of names.entries()) {
    const here = join(folder, name);
    await writeVolume(join(here, "ct.nii.gz"), tinyCt(k + 1));
    const sick = !healthy.includes(name);
    await writeTinyLabels(here, sick ? [...tinyOrgans, tinyLesion] : tinyOrgans);
    const [patient, phase] = [Math.floor(k / 2) + 1, k % 2 === 0 ? "Arterial" : "Venous"];
    rows.push(`${name},P${patient},${sick ? "Y" : "N"},,${phase}`);
  }
  await writeFile(join(folder, "metadata.csv"), `${rows.join("\n")}\n`);
}
