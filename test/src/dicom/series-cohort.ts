import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { toLabelMap } from "tumorlab/internal/core/grid";
import { readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import { ballScan } from "../training/scans";
import { ballContours, ballSeg, ballSlices } from "./ball-dicom";
import { makeSlice } from "./make-dicom";
import { makeZip } from "./make-zip";

/** What four scanners call the same phase. */
export const venousNames = ["Abdomen VENOUS 3.0", "venous", "Portal venous 5 mm", "Abd Venous B30f"];
export const seriesCases: readonly string[] = ["ball-1", "ball-2", "ball-3", "ball-4"];

/**
 * Four patients under `root`: in `nifti` the venous scan with its labels, in `dicom` a folder each with a scout, an arterial, a
 * venous and a lung series of which only the venous is that scan, in `zip` the same as an archive each. Labels are a SEG, one of two
 * SEG, an RTSTRUCT, and a file beside the folder.
 */
export async function writeSeriesCohorts(root: string): Promise<void> {
  const write = (file: string, bytes: Uint8Array | string): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  for (const [n, name] of seriesCases.entries()) {
    const { ct, labels } = ballScan(n + 1);
    const other = ballScan(n + 11);
    const folder = path.join(root, "dicom", name);
    const [venous, arterial, lung, scout] = [1, 2, 3, 4].map((k) => `8.${n}.${k}`);
    const add = (series: string, slices: readonly Buffer[]): void =>
      slices.forEach((bytes, k) =>
        write(path.join(folder, `${series}-${String(k).padStart(2, "0")}`), bytes),
      );
    const alone = path.join(root, "alone", name);
    ballSlices({ ct }, venous).forEach((bytes, k) => write(path.join(alone, String(k)), bytes));
    add(venous, ballSlices({ ct }, venous, { name: venousNames[n] }));
    add(arterial, ballSlices(other, arterial, { name: "Arterial", offsetHu: 30 }));
    add(lung, ballSlices({ ct }, lung, { name: "Lung B70", offsetHu: -7 }));
    const pixel = (x: number): number => x;
    add(scout, [
      makeSlice({
        position: [0, 0, 0],
        orientation: [1, 0, 0, 0, 0, -1],
        pixel,
        series: scout,
        seriesName: "Scout",
      }),
    ]);
    const scan = await readVolume(alone);
    const { rescale: _, ...grid } = scan;
    const map = toLabelMap({ ...grid, data: labels.data }, labels.names);
    await writeVolume(path.join(root, "nifti", `${name}_0000.nii.gz`), scan);
    await writeVolume(path.join(root, "nifti", `${name}.nii.gz`), map);
    if (n < 2) write(path.join(folder, "seg-b"), ballSeg(map, venous));
    if (n === 1) write(path.join(folder, "seg-a"), ballSeg({ ...map, data: other.labels.data }, arterial));
    if (n === 2) write(path.join(folder, "rt"), ballContours(map, venous));
    const files = readdirSync(folder).map((file) => ({
      name: `study/${file}`,
      bytes: readFileSync(path.join(folder, file)),
    }));
    write(path.join(root, "zip", `${name}.zip`), makeZip(files));
    if (n === 3)
      for (const cohort of ["dicom", "zip"])
        await writeVolume(path.join(root, cohort, `${name}.nii.gz`), map);
  }
  for (const cohort of ["nifti", "dicom", "zip"])
    write(
      path.join(root, cohort, "dataset.json"),
      JSON.stringify({ labels: { background: 0, liver: 5, liver_lesion: 27 } }),
    );
  const recipe = {
    targets: [
      { name: "liver", structures: ["liver"] },
      { name: "tumor", structures: ["liver_lesion"] },
    ],
    network: { widths: [4, 8], encoderBlocks: [1, 1], decoderBlocks: [1], patch: [8, 8, 8] },
    ...{ steps: 6, validateEvery: 3, checkpointEvery: 6, spacingMm: [8, 8, 8] },
  };
  write(path.join(root, "recipe.json"), JSON.stringify(recipe));
}
