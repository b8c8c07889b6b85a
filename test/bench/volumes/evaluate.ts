import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { describeRow, measureTask } from "./interleave.js";
import type { BenchOptions, BenchRow, SideCommand, Task } from "./interleave.js";
import { createLesionScene } from "./label-scenes.js";

/** The whole command on ten pairs of full-size label maps: two worker threads beside one. */

const pairs = 10;

const task: Task = {
  name: "evaluate-workers",
  description: `tumorlab evaluate, ${pairs} pairs of full-size label maps with 9 labels, 2 workers (peer: 1 worker)`,
  floor: 1.6,
  compares: true,
  ourReps: 1,
  peerReps: 1,
};

/** Name of the task of this part. */
export const evaluateTasks: readonly string[] = [task.name];

/** Runs the task and returns its row. */
export async function run(options: BenchOptions = {}): Promise<BenchRow[]> {
  const { rounds = 3, slices = 300, log = () => {} } = options;
  if (options.tasks?.includes(task.name) === false) return [];
  const folder = await mkdtemp(path.join(tmpdir(), "tumorlab-bench-"));
  const side =
    (workers: number): SideCommand =>
    (_, reps) => [
      process.execPath,
      path.join(__dirname, "evaluate-worker.js"),
      `${workers}`,
      folder,
      `${reps}`,
    ];
  try {
    await writeInputs(folder, [512, 512, slices]);
    const row = await measureTask(task, side(2), side(1), rounds);
    log(describeRow(row));
    return [row];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeInputs(folder: string, shape: Vec3): Promise<void> {
  const spacingMm: Vec3 = [0.7, 0.7, 1];
  const scene = createLesionScene(shape, spacingMm);
  for (const name of ["reference", "prediction"] as const) {
    await mkdir(path.join(folder, name));
    const first = path.join(folder, name, "case_0.nii.gz");
    await writeVolume(first, createVolume(scene[name], shape, { spacingMm }));
    for (let i = 1; i < pairs; i++) await copyFile(first, path.join(folder, name, `case_${i}.nii.gz`));
  }
}
