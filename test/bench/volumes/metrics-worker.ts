import { readFileSync } from "node:fs";
import path from "node:path";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import { countConfusion, scoreOverlap } from "tumorlab/internal/metrics/overlap";
import { bootstrapInterval } from "tumorlab/internal/stats/bootstrap";
import { readPeakMb } from "./interleave.js";

/**
 * One task of the metrics benchmark in a process of its own: TASK FOLDER REPS. Prints one line of JSON: seconds of
 * each repetition, peak memory in MB, the values found.
 */

const [task, folder, reps] = process.argv.slice(2);

function labels(scene: string, which: string): Volume<Uint8Array> {
  const scenes = JSON.parse(readFileSync(path.join(folder, "scene.json"), "utf8")) as Record<
    string,
    { shape: Vec3; spacingMm: Vec3 }
  >;
  const bytes = readFileSync(path.join(folder, `${scene}-${which}.u8`));
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return createVolume(data, scenes[scene].shape, { spacingMm: scenes[scene].spacingMm });
}

function surfaces(scene: string, chosen: number[]): () => number[] {
  const [reference, prediction] = [labels(scene, "reference"), labels(scene, "prediction")];
  return () =>
    evaluateCase(reference, prediction, { labels: chosen, toleranceMm: 2 }).flatMap((row) => [
      row.nsd,
      row.hd95,
    ]);
}

const tasks: Record<string, () => () => number[]> = {
  dice: () => {
    const [reference, prediction] = [labels("lesions", "reference"), labels("lesions", "prediction")];
    return () => countConfusion(reference, prediction).map((row) => scoreOverlap(row).dice);
  },
  organ: () => surfaces("organ", [1]),
  lesions: () => surfaces("lesions", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
  bootstrap: () => {
    const bytes = readFileSync(path.join(folder, "bootstrap.f64"));
    const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const mean = (weights: Uint32Array) => {
      let sum = 0;
      for (let i = 0; i < values.length; i++) sum += weights[i] * values[i];
      return sum / values.length;
    };
    return () => {
      const { low, high } = bootstrapInterval(values.length, mean, { resamples: 2000, key: createKey(0) });
      return [low, high];
    };
  },
};

const run = tasks[task]();
const seconds: number[] = [];
let values: number[] = [];
for (let i = 0; i < Number(reps); i++) {
  const start = performance.now();
  values = run();
  seconds.push((performance.now() - start) / 1000);
}
console.log(JSON.stringify({ seconds, peakMb: readPeakMb(), values }));
