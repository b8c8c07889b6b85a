import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { writeVolume } from "tumorlab/internal/formats/write";
import { makeSlice } from "../../src/dicom/make-dicom.js";
import { makeCt } from "../volumes/ct-scene.js";

const execute = promisify(execFile);
const spacingMm: Vec3 = [0.7, 0.7, 1];

/** A CT of so many slices of 512x512 voxels. */
export function makeScan(slices: number): Volume<Int16Array> {
  const shape: Vec3 = [512, 512, slices];
  return createVolume(makeCt(shape, spacingMm), shape, { spacingMm });
}

/** A file of the scan; its name says the format. */
export async function writeScan(file: string, scan: Volume<Int16Array>): Promise<void> {
  await writeVolume(file, scan);
}

/** The scan as a series of DICOM files without compression, as a scanner numbers and stores them: 12 bits from -1024. */
export async function writeSeries(folder: string, { data, shape }: Volume<Int16Array>): Promise<void> {
  await mkdir(folder);
  const [columns, rows, slices] = shape;
  for (let z = 0; z < slices; z++) {
    const slice = data.subarray(z * columns * rows, (z + 1) * columns * rows);
    const file = makeSlice({
      position: [-179, -179, z * spacingMm[2]],
      columns,
      rows,
      spacing: [spacingMm[1], spacingMm[0]],
      pixel: (column, row) => Math.max(0, Math.min(4095, slice[column + columns * row] + 1024)),
      signed: false,
      bitsStored: 12,
      intercept: -1024,
      more: [[0x00200013, "IS", String(z + 1)]],
    });
    await writeFile(path.join(folder, `IM${String(z + 1).padStart(4, "0")}.dcm`), file);
  }
}

/** The series packed by gdcmconv; false where that program is not there. */
export async function packSeries(from: string, to: string, packing: "--jpeg" | "--j2k"): Promise<boolean> {
  await mkdir(to);
  try {
    for (const name of await readdir(from))
      await execute("gdcmconv", [packing, path.join(from, name), path.join(to, name)]);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
}
