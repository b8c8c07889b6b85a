import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { estimateCost } from "tumorlab/internal/model/network-plan";
import { median } from "tumorlab/internal/stats/describe";
import type { Job, SideOutput } from "../training/main.js";

/** A training step of the experiment's network on one core. */
export interface TimedStep {
  widths: readonly number[];
  batch: number;
  size: number;
  /** Best and median over the steps. */
  bestMs: number;
  medianMs: number;
  /** Floating point operations by the formula of `estimateCost`, a second of the median. */
  gflopsPerCore: number;
  peakMb: number;
}

const widths = [8, 16, 32];
const batch = 2;

/** Times steps at the patches of the experiment, 24 voxels along each axis, and of larger ones, 48. */
export async function timeSteps(counts: Readonly<Record<24 | 48, number>>): Promise<TimedStep[]> {
  const found: TimedStep[] = [];
  for (const size of [24, 48] as const) {
    const job: Job & { engine: string } = {
      widths,
      batch,
      size,
      threads: 1,
      steps: counts[size],
      engine: "simd",
    };
    const worker = path.join(__dirname, "..", "training", "worker.js");
    const { stdout } = await promisify(execFile)(process.execPath, [worker, JSON.stringify(job)], {
      maxBuffer: 2 ** 26,
    });
    const { train, peakMb } = JSON.parse(stdout) as SideOutput;
    const network = createNetworkConfig({ classes: 3, widths, patch: [size, size, size] });
    const { trainFlops } = estimateCost(network, { batch });
    const medianMs = median(train);
    const gflopsPerCore = trainFlops / medianMs / 1e6;
    found.push({ widths, batch, size, bestMs: Math.min(...train), medianMs, gflopsPerCore, peakMb });
  }
  return found;
}
