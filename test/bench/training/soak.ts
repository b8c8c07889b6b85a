import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Vec3 } from "tumorlab/internal/core/types";
import { simdMemory } from "tumorlab/internal/model/simd3d/engine";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { prepareCase } from "tumorlab/internal/training/prepared-case";
import { trainNetwork } from "tumorlab/internal/training/train-network";
import type { TrainingConfig } from "tumorlab/internal/training/training-config";
import { ballScan } from "../../src/training/scans.js";
import { ballRecipe } from "../../src/training/training-configs.js";

/** What a training holds between two steps. */
export interface MemoryMark {
  /** Steps done. */
  step: number;
  /** Tensors alive and their bytes. */
  tensors: number;
  tensorBytes: number;
  /** The engine's memory: pieces in use, most ever in use, and pages of 64 KiB taken from the machine. */
  liveBytes: number;
  peakBytes: number;
  wasmPages: number;
  /** JavaScript's objects and arrays of the training's own thread after garbage collection. */
  heapMb: number;
  /** Of the whole process with all its threads. */
  residentMb: number;
}

/**
 * Trains a very small network with everything a training has: the batches' thread with synthetic cases, a running
 * average, a validation every 20 steps and a checkpoint every 25, on the engine simd with two threads.
 *
 * @param steps steps in all; the last of `marks` or more.
 * @param marks steps after which memory is read, between the step and the next.
 */
export async function soakTraining(steps: number, marks: readonly number[]): Promise<MemoryMark[]> {
  const folder = await mkdtemp(join(tmpdir(), "tumorlab-soak-"));
  // Large enough that the engine needs more than it starts with.
  const network = { ...ballRecipe.network, patch: [16, 16, 12] satisfies Vec3 };
  const often = { syntheticShare: 0.1, validateEvery: 20, checkpointEvery: 25 };
  const recipe: TrainingConfig = { ...ballRecipe, ...often, network, steps };
  const [first, second, heldOut] = [1, 2, 3].map((seed) => prepareCase(ballScan(seed), recipe));
  const found: MemoryMark[] = [];
  try {
    await trainNetwork({
      recipe,
      cases: [first, second],
      validation: [heldOut],
      synthesis: {
        path: join(__dirname, "../../src/training/synthesis.js"),
        create: "createBalls",
        options: { first: 10 },
      },
      engine: "simd",
      threads: 2,
      folder,
      onEvent: (event) => {
        if (event.kind === "step" && marks.includes(event.step + 1)) found.push(readMark(event.step + 1));
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return found;
}

function readMark(step: number): MemoryMark {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { numTensors, numBytes } = loadTensorFlow().memory();
  const { liveBytes, peakBytes, heapBytes } = simdMemory();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return {
    step,
    tensors: numTensors,
    tensorBytes: numBytes,
    liveBytes,
    peakBytes,
    wasmPages: heapBytes / 65536,
    heapMb: (heapUsed + arrayBuffers) / 1e6,
    residentMb: rss / 1e6,
  };
}

/** The marks as a table, one line each. */
export function describeMarks(marks: readonly MemoryMark[]): string {
  const rows = marks.map((mark) =>
    [
      mark.step,
      mark.tensors,
      (mark.liveBytes / 1024).toFixed(1),
      (mark.peakBytes / 1024).toFixed(1),
      mark.wasmPages,
      mark.heapMb.toFixed(1),
      mark.residentMb.toFixed(1),
    ].map(String),
  );
  const head = ["step", "tensors", "live KiB", "peak KiB", "wasm pages", "heap MB", "resident MB"];
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at].length)));
  return [head, ...rows].map((row) => row.map((text, at) => text.padStart(widths[at])).join("  ")).join("\n");
}
