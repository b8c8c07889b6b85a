import { requireThat } from "../../core/errors.js";
import { fillWith } from "../../core/fill-with.js";
import { voxelVolumeMl, withData } from "../../core/grid.js";
import type { Mask, Volume } from "../../core/types.js";
import { findComponents, paintComponents } from "../../volume/components.js";
import type { VoxelBox } from "../../volume/crop.js";
import { type ArrivalField, readField } from "./arrival.js";
import { cellAt, type Lattice } from "./lattice.js";

/** A tumor from its first cell to its last step, in the block of the scan it grew in. */
export interface GrowthSeries {
  /** Where the block lies in the scan. */
  box: VoxelBox;
  /** Step, from 1, from which a voxel of the block is tumor; 0 where it never is. */
  reachedStep: Volume<Uint16Array>;
  /** Step from which it is dead; 0 where it never is. */
  diedStep: Volume<Uint16Array>;
  /** Share of each voxel that is tumor at the end, 0 to 1; 0 outside the organ. */
  coverage: Volume<Float32Array>;
  /** Share of dead tumor at the end, 0 to 1. */
  dead: Volume<Float32Array>;
  /** Volume in ml after step 1, 2, ... */
  volumeMl: Float64Array;
  steps: number;
  /** Width of the automaton's cells in mm. */
  cellMm: number;
  wantedRadiusMm: number;
  /** Radius of a ball of the final volume, in mm. */
  radiusMm: number;
  /** `"size"` when it grew as large as wanted, `"organ"` when it found no more room. */
  stopped: "size" | "organ";
  satellites: number;
  /** Share that is dead at the end. */
  necroticShare: number;
  /** Attenuation of the organ round the lesion, as the automaton read it, in HU. */
  tissue: { medianHu: number; spreadHu: number };
}

const fewestVoxels = 3;

/** An arrival field as the voxels of a scan see it. */
export interface SeenLesion {
  /** Mean arrival in each voxel; the field's `never` where tumor does not come. */
  arrival: Float32Array;
  dead: Float32Array;
  /** Arrival at points within each voxel, `perVoxel` of them, for voxels tumor comes near; in the order of `voxels`. */
  voxels: Int32Array;
  samples: Float32Array;
  perVoxel: number;
}

/** Reads the field at points within each voxel of the organ, so many that no cell is passed over. */
export function seeInVoxels(field: ArrivalField, lattice: Lattice, organ: Mask): SeenLesion {
  const { shape } = organ;
  const { originVoxel, voxelsPerCell } = lattice;
  const points = [0, 1, 2].map((axis) => {
    const count = Math.min(4, Math.max(1, Math.round(1 / voxelsPerCell[axis])));
    return Array.from({ length: count }, (_, i) => (i + 0.5) / count - 0.5);
  });
  const perVoxel = points[0].length * points[1].length * points[2].length;
  const arrival = new Float32Array(organ.data.length).fill(field.never);
  const dead = new Float32Array(organ.data.length);
  const voxels: number[] = [];
  const samples: number[] = [];
  // Voxels off the field's part cannot have tumor.
  const range = [0, 1, 2].map((axis) => {
    const first = originVoxel[axis] + field.low[axis] * voxelsPerCell[axis];
    const last = first + field.shape[axis] * voxelsPerCell[axis];
    return [Math.max(0, Math.floor(first)), Math.min(shape[axis] - 1, Math.ceil(last))];
  });
  const cellOf = (axis: number, voxel: number): number => (voxel - originVoxel[axis]) / voxelsPerCell[axis];
  for (let z = range[2][0]; z <= range[2][1]; z++)
    for (let y = range[1][0]; y <= range[1][1]; y++)
      for (let x = range[0][0]; x <= range[0][1]; x++) {
        const i = x + shape[0] * (y + shape[1] * z);
        if (organ.data[i] === 0) continue;
        let sum = 0;
        const start = samples.length;
        for (const dz of points[2])
          for (const dy of points[1])
            for (const dx of points[0]) {
              const step = readField(
                field,
                field.arrival,
                cellOf(0, x + dx),
                cellOf(1, y + dy),
                cellOf(2, z + dz),
                field.never,
              );
              samples.push(step);
              sum += step;
            }
        const mean = sum / perVoxel;
        if (mean >= field.never) {
          samples.length = start;
          continue;
        }
        arrival[i] = mean;
        dead[i] = readField(field, field.dead, cellOf(0, x), cellOf(1, y), cellOf(2, z), 0);
        voxels.push(i);
      }
  return { arrival, dead, voxels: Int32Array.from(voxels), samples: Float32Array.from(samples), perVoxel };
}

/**
 * The `wanted` voxels that tumor reaches first, without specks: pieces of fewer than three voxels, or of less than a
 * hundredth of the lesion, beside a larger one.
 */
export function chooseVoxels(
  arrival: Float32Array,
  organ: Mask,
  wanted: number,
  never: number,
): { chosen: Uint8Array; cutoff: number } {
  let order = Int32Array.from(arrival.keys()).filter((i) => arrival[i] < never);
  order.sort((a, b) => arrival[a] - arrival[b] || a - b);
  for (let round = 0; ; round++) {
    const take = order.subarray(0, wanted);
    const chosen = new Uint8Array(arrival.length);
    for (const i of take) chosen[i] = 1;
    const cutoff = take.length > 0 ? arrival[take[take.length - 1]] : 0;
    const mask = withData(organ, chosen);
    const table = findComponents(mask);
    const least = Math.max(fewestVoxels, 0.01 * take.length);
    const largest = Math.max(...table.components.map(({ voxels }) => voxels));
    const specks = table.components.filter(({ voxels }) => voxels < least && voxels < largest);
    if (specks.length === 0 || round === 4) {
      if (specks.length === 0) return { chosen, cutoff };
    }
    const isSpeck = new Uint8Array(table.components.length + 1);
    for (const { id } of specks) isSpeck[id] = 1;
    const painted = paintComponents(table, mask).data;
    order = order.filter((i) => isSpeck[painted[i]] === 0);
    if (round < 4) continue;
    for (let i = 0; i < chosen.length; i++) if (isSpeck[painted[i]]) chosen[i] = 0;
    return { chosen, cutoff };
  }
}

/** What {@link describeSeries} puts together. */
export interface GrownLesion {
  box: VoxelBox;
  organ: Mask;
  lattice: Lattice;
  diedCells: Uint16Array;
  seen: SeenLesion;
  chosen: Uint8Array;
  /** Arrival of the last voxel that belongs to the lesion. */
  cutoff: number;
  wantedVoxels: number;
  wantedRadiusMm: number;
  satellites: number;
  tissue: GrowthSeries["tissue"];
}

/** The history of a lesion in voxels. */
export function describeSeries(grown: GrownLesion): GrowthSeries {
  const { box, organ, lattice, diedCells, seen, chosen, cutoff, wantedVoxels, satellites, tissue } = grown;
  const steps = Math.max(1, Math.ceil(cutoff));
  const reached = new Uint16Array(chosen.length);
  const died = new Uint16Array(chosen.length);
  const coverage = new Float32Array(chosen.length);
  const { shape } = organ;
  const counts = new Float64Array(steps + 1);
  let voxels = 0;
  let deadVoxels = 0;
  seen.voxels.forEach((i, place) => {
    let filled = 0;
    for (let k = 0; k < seen.perVoxel; k++) if (seen.samples[place * seen.perVoxel + k] <= cutoff) filled++;
    coverage[i] = filled / seen.perVoxel;
    if (chosen[i] === 0) return;
    reached[i] = Math.min(steps, Math.max(1, Math.ceil(seen.arrival[i])));
    counts[reached[i]]++;
    voxels++;
    if (seen.dead[i] < 0.5) return;
    deadVoxels++;
    const x = i % shape[0];
    const y = Math.floor(i / shape[0]) % shape[1];
    const z = Math.floor(i / (shape[0] * shape[1]));
    const cell = [x, y, z].map((at, axis) =>
      Math.round((at - lattice.originVoxel[axis]) / lattice.voxelsPerCell[axis]),
    );
    const step = diedCells[cellAt(lattice, [cell[0], cell[1], cell[2]])] || steps;
    died[i] = Math.min(steps, Math.max(reached[i], step));
  });
  const ml = voxelVolumeMl(organ);
  const volumeMl = new Float64Array(steps);
  for (let step = 1, sum = 0; step <= steps; step++) {
    sum += counts[step];
    volumeMl[step - 1] = sum * ml;
  }
  return {
    box,
    reachedStep: withData(organ, reached),
    diedStep: withData(organ, died),
    coverage: withData(organ, coverage),
    dead: withData(organ, seen.dead),
    volumeMl,
    steps,
    cellMm: lattice.cellMm,
    wantedRadiusMm: grown.wantedRadiusMm,
    radiusMm: Math.cbrt((3000 * voxels * ml) / (4 * Math.PI)),
    stopped: voxels < 0.97 * wantedVoxels ? "organ" : "size",
    satellites,
    necroticShare: voxels > 0 ? deadVoxels / voxels : 0,
    tissue,
  };
}

/** The lesion as it is after a step of its growth, on the grid of the series' block. */
export function lesionAtStep(series: GrowthSeries, step: number): Mask {
  const { reachedStep, steps } = series;
  requireThat(
    Number.isInteger(step) && step >= 0 && step <= steps,
    "step",
    step,
    `a whole number from 0 to ${steps}`,
  );
  return withData(
    reachedStep,
    fillWith(new Uint8Array(reachedStep.data.length), reachedStep.data, (at) =>
      at > 0 && at <= step ? 1 : 0,
    ),
  );
}
