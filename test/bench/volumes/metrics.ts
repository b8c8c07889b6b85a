import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";
import { canImport, describeRow, measureTask } from "./interleave.js";
import type { BenchOptions, BenchRow, SideCommand, Task } from "./interleave.js";
import { createLesionScene, createOrganScene } from "./label-scenes.js";

/** Metrics beside numpy and google-deepmind/surface-distance, on drawn label maps of 512x512 voxels a slice. */

interface MetricsTask extends Task {
  needsCheckout?: boolean;
}

const tasks: readonly MetricsTask[] = [
  {
    name: "dice",
    description: "Dice of 9 labels (peer: numpy, one label at a time)",
    floor: 10,
    compares: true,
  },
  {
    name: "organ",
    description: "NSD + HD95 of a compact organ (peer: surface-distance)",
    floor: 15,
    compares: true,
    needsCheckout: true,
  },
  {
    name: "lesions",
    description: "NSD + HD95 of 9 labels of scattered lesions (peer: surface-distance)",
    floor: 50,
    memoryFloorMb: 600,
    compares: true,
    needsCheckout: true,
    peerReps: 1,
    peerOnce: true,
  },
  {
    name: "bootstrap",
    description: "95 % interval of a mean, 2,000 resamples of 1,000 patients (peer: numpy)",
    compares: false,
    peerReps: 4,
  },
];

/** Names of the tasks of this part. */
export const metricsTasks: readonly string[] = tasks.map(({ name }) => name);

/** Runs the tasks and returns their rows; peers that are missing are named with how to get them. */
export async function run(options: BenchOptions = {}): Promise<BenchRow[]> {
  const { rounds = 3, slices = 300, python = "python3", surfaceDistance, log = () => {} } = options;
  const chosen = tasks.filter(({ name }) => options.tasks?.includes(name) ?? true);
  if (chosen.length === 0) return [];
  const hasPython = await canImport(python, ["numpy", "scipy"]);
  const hasCheckout =
    hasPython && surfaceDistance !== undefined && existsSync(path.join(surfaceDistance, "surface_distance"));
  if (!hasPython) log(`No peers: ${python} lacks numpy or scipy. On Debian: apt-get install python3-scipy`);
  else if (!hasCheckout && chosen.some(({ needsCheckout }) => needsCheckout))
    log(
      "No surface-distance: git clone https://github.com/google-deepmind/surface-distance, " +
        "then name the checkout with --surface-distance DIR",
    );

  const folder = await mkdtemp(path.join(tmpdir(), "tumorlab-bench-"));
  const script = path.join(__dirname, "../../../bench/volumes/metrics-peer.py");
  const ours: SideCommand = (task, reps) => [
    process.execPath,
    path.join(__dirname, "metrics-worker.js"),
    task,
    folder,
    `${reps}`,
  ];
  const peer: SideCommand = (task, reps) => [python, script, task, folder, `${reps}`, surfaceDistance ?? ""];
  try {
    await writeInputs(folder, [512, 512, slices]);
    const rows: BenchRow[] = [];
    for (const task of chosen) {
      const withPeer = task.needsCheckout ? hasCheckout : hasPython;
      const row = await measureTask(task, ours, withPeer ? peer : undefined, rounds);
      rows.push(row);
      log(describeRow(row));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeInputs(folder: string, shape: Vec3): Promise<void> {
  const scenes = { lesions: createLesionScene(shape), organ: createOrganScene(shape) };
  const grids: Record<string, unknown> = {};
  for (const [name, { reference, prediction, shape, spacingMm }] of Object.entries(scenes)) {
    grids[name] = { shape, spacingMm };
    await writeFile(path.join(folder, `${name}-reference.u8`), reference);
    await writeFile(path.join(folder, `${name}-prediction.u8`), prediction);
  }
  await writeFile(path.join(folder, "scene.json"), JSON.stringify(grids));
  const stream = createKey(1).split("bootstrap").stream();
  const values = Float64Array.from({ length: 1000 }, () => 1 - stream.uniform() ** 3);
  await writeFile(path.join(folder, "bootstrap.f64"), new Uint8Array(values.buffer));
}
