import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume, VoxelArray } from "tumorlab/internal/core/types";
import { readLabelMap, readNiftiHeader, readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { findComponents } from "tumorlab/internal/volume/components";
import { distanceToBackground, distanceToMask } from "tumorlab/internal/volume/distance";
import { gaussianFilter } from "tumorlab/internal/volume/gaussian";
import { resample } from "tumorlab/internal/volume/resample";
import { readPeakMb } from "./interleave.js";

/**
 * One task of the grids benchmark in a process of its own: TASK FOLDER REPS. Prints one line of JSON: seconds of each
 * repetition, peak memory in MB, the values found.
 */

const [task, folder, reps] = process.argv.slice(2);
const inFolder = (name: string): string => path.join(folder, name);
const { shape, spacingMm } = JSON.parse(readFileSync(inFolder("grid.json"), "utf8")) as {
  shape: Vec3;
  spacingMm: Vec3;
};

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(inFolder(name)));
}

function labels(name: string): Volume<Uint8Array> {
  return createVolume(bytesOf(name), shape, { spacingMm });
}

function ct(): Volume<Int16Array> {
  return createVolume(new Int16Array(bytesOf("ct.i16").buffer), shape, { spacingMm });
}

/** Every 99,991st number: enough to see that both sides found the same. */
function sample(data: VoxelArray): number[] {
  const found: number[] = [];
  for (let i = 0; i < data.length; i += 99991) found.push(data[i]);
  return found;
}

function noise(): Volume<Float32Array> {
  const data = new Float32Array(256 ** 3);
  for (let i = 0; i < data.length; i++) data[i] = (Math.imul(i, 0x9e3779b1) >>> 8) / 2 ** 24;
  return createVolume(data, [256, 256, 256]);
}

type Run = () => number[] | Promise<number[]>;

const tasks: Record<string, () => Run> = {
  "read-ct": () => async () => sample((await readVolume(inFolder("ct.nii.gz"))).data),
  "read-ct-limit": () => async () => sample((await readVolume(inFolder("ct.nii.gz"))).data),
  "zlib-ct": () => () => {
    const size = 352 + 2 * shape[0] * shape[1] * shape[2];
    const options = { chunkSize: size + 2 ** 16, maxOutputLength: size + 2 ** 20 };
    const bytes = gunzipSync(readFileSync(inFolder("ct.nii.gz")), options);
    const voxels = bytes.readFloatLE(108);
    return sample(new Int16Array(bytes.buffer, bytes.byteOffset + voxels, (bytes.length - voxels) / 2));
  },
  "read-labels": () => async () => sample((await readLabelMap(inFolder("labels.nii.gz"))).data),
  "read-mask": () => async () => sample((await readVolume(inFolder("labels.nii.gz"))).data),
  "read-header": () => async () =>
    [...(await readNiftiHeader(inFolder("ct.nii.gz"))).spacingMm].map(Math.fround),
  "resample-ct": () => resampled(ct()),
  "resample-ct-nibabel": () => resampled(ct()),
  "resample-labels": () => {
    const map = labels("labels.u8");
    return () => sample(resample(map, 1.5, { method: "nearest" }).data);
  },
  components: () => {
    const map = labels("labels.u8");
    return () => [findComponents(map, { byLabel: false }).components.length];
  },
  distance: () => {
    const mask = labels("border.u8");
    return () => sample(distanceToMask(mask).data);
  },
  "distance-inside": () => {
    const mask = labels("labels.u8");
    return () => sample(distanceToBackground(mask).data);
  },
  gaussian: () => {
    const image = noise();
    return () => sample(gaussianFilter(image, 5).data);
  },
  "gaussian-ct": () => {
    const data = new Float32Array(ct().data);
    const image = createVolume(data, shape);
    return () => sample(gaussianFilter(image, 1).data);
  },
  "write-labels": () => {
    const map = labels("labels.u8");
    return async () => {
      await writeVolume(inFolder("ours.nii.gz"), map, { level: 1 });
      return [];
    };
  },
};

function resampled(image: Volume): Run {
  return () => sample(resample(image, 1.5).data);
}

async function main(): Promise<void> {
  const run = tasks[task]();
  const seconds: number[] = [];
  let values: number[] = [];
  for (let i = 0; i < Number(reps); i++) {
    const start = performance.now();
    values = await run();
    seconds.push((performance.now() - start) / 1000);
  }
  console.log(JSON.stringify({ seconds, peakMb: readPeakMb(), values }));
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
