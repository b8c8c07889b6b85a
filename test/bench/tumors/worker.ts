import { readFileSync } from "node:fs";
import path from "node:path";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { growLesion } from "tumorlab/internal/tumor/growth/grow";
import { handcrafted } from "tumorlab/internal/tumor/handcrafted";
import { applyPatch } from "tumorlab/internal/tumor/insert";
import type { LesionPatch } from "tumorlab/internal/tumor/synthesizer";
import { deformNearest } from "tumorlab/internal/volume/elastic";
import { readPeakMb } from "../volumes/interleave.js";
import { benchShape, benchSpacingMm } from "./scene.js";

/**
 * One task of the tumors benchmark in a process of its own: TASK FOLDER REPS. Prints one line of JSON: seconds of each
 * repetition, peak memory in MB, the values found.
 */

const [task, folder, reps] = process.argv.slice(2);

function bytesOf(name: string): ArrayBuffer {
  return new Uint8Array(readFileSync(path.join(folder, name))).buffer;
}

function openScan(): { ct: Volume<Int16Array>; labels: LabelMap } {
  const grid = { spacingMm: benchSpacingMm };
  const labels = createVolume(new Uint8Array(bytesOf("labels.u8")), benchShape, grid);
  return {
    ct: createVolume(new Int16Array(bytesOf("ct.i16")), benchShape, grid),
    labels: toLabelMap(labels, { 5: "liver", 27: "liver_lesion" }),
  };
}

/** A medium liver tumor; each repetition makes another one. */
function mediumLiver(copied: boolean): () => number[] {
  const scan = openScan();
  let seed = 0;
  return () => {
    const request = {
      ...scan,
      organ: "liver",
      size: { sizeClass: "medium" },
      key: createKey(seed++),
    } as const;
    const patch = handcrafted.synthesize(request) as LesionPatch;
    if (copied) applyPatch(scan.ct, scan.labels, patch);
    return [patch.record.voxels];
  };
}

const tasks: Record<string, () => () => number[]> = {
  elastic: () => {
    const mask = createVolume(new Uint8Array(bytesOf("mask.u8")), [128, 128, 128]);
    const control = { shape: [3, 3, 3] as const, offsets: new Float64Array(bytesOf("offsets.f64")) };
    return () => {
      const found = deformNearest(mask, control).data;
      const values = [found.reduce((sum, each) => sum + each, 0)];
      for (let i = 0; i < found.length; i += 9973) values.push(found[i]);
      return values;
    };
  },
  "medium-liver": () => mediumLiver(false),
  "medium-liver-copied": () => mediumLiver(true),
  "growth-series": () => {
    const { ct, labels } = openScan();
    const organ = createVolume(
      (labels.data as Uint8Array).map((label) => (label === 5 ? 1 : 0)),
      benchShape,
      { spacingMm: benchSpacingMm },
    );
    let seed = 0;
    return () => {
      const request = { ct, organ, seedVoxel: [180, 240, 170] as const, radiusMm: 16, steps: 150 };
      const series = growLesion({ ...request, key: createKey(seed++) });
      return [series.steps];
    };
  },
};

const run = tasks[task]();
const seconds: number[] = [];
let values: number[] = [];
for (let rep = 0; rep < Number(reps); rep++) {
  const start = performance.now();
  values = run();
  seconds.push((performance.now() - start) / 1000);
}
process.stdout.write(JSON.stringify({ seconds, peakMb: readPeakMb(), values }));
