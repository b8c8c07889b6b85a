import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { deeperThan } from "tumorlab/internal/volume/distance";
import { makeCt } from "./ct-scene.js";
import { canImport, describeRow, measureTask } from "./interleave.js";
import type { BenchOptions, BenchRow, SideCommand, Task } from "./interleave.js";
import { createLesionScene } from "./label-scenes.js";

/** Files, resampling, components, distances and filters beside nibabel and scipy, on slices of 512x512 voxels. */

interface GridTask extends Task {
  /** The peer is this package's own worker under another task name: raw zlib, the limit for reading. */
  peerTask?: string;
}

const tasks: readonly GridTask[] = [
  {
    name: "read-ct",
    description: "Read a CT .nii.gz, int16 (peer: nibabel, np.asanyarray(dataobj))",
    floor: 2.5,
    compares: true,
  },
  {
    name: "read-ct-limit",
    description:
      "Read a CT .nii.gz (peer: zlib.gunzipSync of the same file into one buffer; at most 1.15x its time)",
    floor: 1 / 1.15,
    compares: true,
    peerTask: "zlib-ct",
    peerReps: 5,
  },
  {
    name: "read-labels",
    description: "Read a label map .nii.gz, uint8 (peer: nibabel, np.asanyarray(dataobj))",
    floor: 3,
    compares: true,
  },
  {
    name: "read-mask",
    description: "Read the same as a volume, no labels listed (peer: nibabel, np.asanyarray(dataobj))",
    floor: 3,
    compares: true,
  },
  {
    name: "read-header",
    description: "Read the header of a CT .nii.gz (peer: nibabel, header.get_zooms())",
    compares: true,
  },
  {
    name: "resample-ct",
    description: "Resample a CT to 1.5 mm, linear (peer: scipy.ndimage.zoom order 1, C order)",
    floor: 3,
    compares: false,
  },
  {
    name: "resample-ct-nibabel",
    description:
      "Resample a CT to 1.5 mm, linear (peer: scipy.ndimage.zoom order 1, array as nibabel gives it)",
    floor: 15,
    compares: false,
  },
  {
    name: "resample-labels",
    description:
      "Resample labels to 1.5 mm, nearest (peer: scipy.ndimage.zoom order 0, array as nibabel gives it)",
    floor: 15,
    compares: false,
  },
  {
    name: "components",
    description: "26-connected components (peer: scipy.ndimage.label, C order)",
    floor: 4,
    compares: true,
  },
  {
    name: "distance",
    description:
      "Exact distance to the border of scattered lesions (peer: scipy.ndimage.distance_transform_edt)",
    floor: 8,
    memoryShare: 1 / 4,
    compares: true,
    ourReps: 3,
    peerReps: 1,
  },
  {
    name: "distance-inside",
    description: "Exact distance to the background (peer: scipy.ndimage.distance_transform_edt)",
    floor: 8,
    memoryShare: 1 / 4,
    compares: true,
    ourReps: 3,
    peerReps: 1,
  },
  {
    name: "gaussian",
    description: "Gaussian, sigma 5 voxels, 256^3 float32 (peer: scipy.ndimage.gaussian_filter)",
    floor: 4,
    compares: true,
  },
  {
    name: "gaussian-ct",
    description: "Gaussian, sigma 1 voxel, float32 (peer: scipy.ndimage.gaussian_filter, C order)",
    floor: 4,
    compares: true,
  },
  {
    name: "write-labels",
    description: "Write a label map .nii.gz, level 1 (peer: nibabel.save, level 1)",
    compares: false,
  },
];

/** Names of the tasks of this part. */
export const gridTasks: readonly string[] = tasks.map(({ name }) => name);

/** Runs the tasks and returns their rows; peers that are missing are named with how to get them. */
export async function run(options: BenchOptions = {}): Promise<BenchRow[]> {
  const { rounds = 3, slices = 300, python = "python3", log = () => {} } = options;
  const chosen = tasks.filter(({ name }) => options.tasks?.includes(name) ?? true);
  if (chosen.length === 0) return [];
  const hasPython = await canImport(python, ["nibabel", "numpy", "scipy"]);
  if (!hasPython)
    log(
      `No peers: ${python} lacks nibabel, numpy or scipy. ` +
        "On Debian: apt-get install python3-nibabel python3-scipy, then --python /usr/bin/python3",
    );

  const folder = await mkdtemp(path.join(tmpdir(), "tumorlab-bench-"));
  const worker = path.join(__dirname, "grids-worker.js");
  const script = path.join(__dirname, "../../../bench/volumes/grids-peer.py");
  const ours: SideCommand = (task, reps) => [process.execPath, worker, task, folder, `${reps}`];
  const theirs: SideCommand = (task, reps) => [python, script, task, folder, `${reps}`];
  try {
    await writeInputs(folder, [512, 512, slices]);
    const rows: BenchRow[] = [];
    for (const task of chosen) {
      const { peerTask } = task;
      const peer: SideCommand | undefined = peerTask
        ? (_, reps) => ours(peerTask, reps)
        : hasPython
          ? theirs
          : undefined;
      const row = await measureTask(task, ours, peer, rounds);
      rows.push(row);
      log(describeRow(row));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const spacingMm: Vec3 = [0.7, 0.7, 1];

async function writeInputs(folder: string, shape: Vec3): Promise<void> {
  await writeFile(path.join(folder, "grid.json"), JSON.stringify({ shape, spacingMm }));
  const ct = createVolume(makeCt(shape, spacingMm), shape, { spacingMm });
  await writeFile(path.join(folder, "ct.i16"), new Uint8Array(ct.data.buffer));
  await writeVolume(path.join(folder, "ct.nii.gz"), ct, { level: 6 });
  const labels = createVolume(createLesionScene(shape, spacingMm).reference, shape, { spacingMm });
  await writeFile(path.join(folder, "labels.u8"), labels.data);
  await writeVolume(path.join(folder, "labels.nii.gz"), labels);
  // What surface metrics measure to: the outermost voxels of one label.
  const lesion = createVolume(
    labels.data.map((label) => (label === 2 ? 1 : 0)),
    shape,
    { spacingMm },
  );
  const inner = deeperThan(lesion, Math.max(...spacingMm)).data;
  const border = lesion.data.map((inside, i) => inside - inner[i]);
  await writeFile(path.join(folder, "border.u8"), border);
}
