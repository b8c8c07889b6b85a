import { cpSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addClassNames } from "tumorlab/internal/anatomy/classes-file";
import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import type { PhantomScan } from "tumorlab/internal/experiment/run/scans/phantom-source";
import { readLabelMap } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { phantomLabels } from "tumorlab/internal/phantom/make-case";
import { writePhantomCase } from "tumorlab/internal/phantom/write-case";

/** A scan of an experiment on phantoms: with a tumor of the organ, or without any. */
export interface PhantomOnDisk {
  scan: PhantomScan;
  organ?: TumorOrgan;
}

/**
 * Writes scans as AbdomenAtlas lays them out, by the phantom's own writer, with a metadata.csv. Cases and patients are called
 * as the phantom source calls them; the writer's names say nothing of the seed.
 */
export async function writeAtlas(folder: string, scans: readonly PhantomOnDisk[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const rows = ["case,patient,phase"];
  for (const { scan, organ } of scans) {
    const { caseIndex, hospital, seed, shape, spacingMm, name, patient, phase } = scan;
    const tumors = organ ? { controlShare: 0, tumorOrgans: [organ] } : { controlShare: 1 };
    const options = { hospital, seed, shape, spacingMm, ...tumors };
    const { caseId } = await writePhantomCase(folder, caseIndex, options);
    renameSync(join(folder, caseId), join(folder, name));
    rows.push([name, patient, phase].join(","));
  }
  writeFileSync(join(folder, "metadata.csv"), `${rows.join("\n")}\n`);
  await addClassNames(folder, phantomLabels);
}

/** The same files as nnU-Net lays them out, with its dataset.json. */
export function copyAsNnunet(atlas: string, folder: string, names: readonly string[]): void {
  for (const part of ["imagesTr", "labelsTr"]) mkdirSync(join(folder, part), { recursive: true });
  for (const name of names) {
    cpSync(join(atlas, name, "ct.nii.gz"), join(folder, "imagesTr", `${name}_0000.nii.gz`));
    cpSync(join(atlas, name, "combined_labels.nii.gz"), join(folder, "labelsTr", `${name}.nii.gz`));
  }
  cpSync(join(atlas, "metadata.csv"), join(folder, "metadata.csv"));
  const labels = Object.fromEntries(
    Object.entries(phantomLabels).map(([value, name]) => [name, Number(value)]),
  );
  const dataset = {
    labels: { background: 0, ...labels },
    channel_names: { 0: "CT" },
    file_ending: ".nii.gz",
  };
  writeFileSync(join(folder, "dataset.json"), JSON.stringify(dataset));
}

/** The same scans with kidneys and their tumors alone labelled, as KiTS lays them out: nothing says what the values mean. */
export async function copyAsKits(atlas: string, folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    mkdirSync(join(folder, name), { recursive: true });
    cpSync(join(atlas, name, "ct.nii.gz"), join(folder, name, "imaging.nii.gz"));
    await writeKidneys(join(atlas, name), join(folder, name, "segmentation.nii.gz"));
  }
}

/** As {@link copyAsKits}, as the Decathlon lays its tasks out: images without a channel's number, labels by value. */
export async function copyAsDecathlon(
  atlas: string,
  folder: string,
  names: readonly string[],
): Promise<void> {
  for (const part of ["imagesTr", "labelsTr"]) mkdirSync(join(folder, part), { recursive: true });
  for (const name of names) {
    cpSync(join(atlas, name, "ct.nii.gz"), join(folder, "imagesTr", `${name}.nii.gz`));
    await writeKidneys(join(atlas, name), join(folder, "labelsTr", `${name}.nii.gz`));
  }
  const labels = { 0: "background", 1: "kidney", 2: "cancer" };
  writeFileSync(join(folder, "dataset.json"), JSON.stringify({ labels, modality: { 0: "CT" } }));
}

async function writeKidneys(atlasCase: string, file: string): Promise<void> {
  const map = await readLabelMap(join(atlasCase, "combined_labels.nii.gz"));
  const values: Record<string, number> = { kidney_left: 1, kidney_right: 1, kidney_lesion: 2 };
  const data = Uint8Array.from(map.data, (value) => values[phantomLabels[value]] ?? 0);
  await writeVolume(file, { ...map, data });
}
