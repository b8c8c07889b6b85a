import { requireThat } from "../../core/errors.js";
import { requireSameGrid, voxelVolumeMl, withData } from "../../core/grid.js";
import type { Key, RandomStream } from "../../core/random.js";
import type { Mask, Vec3, Volume } from "../../core/types.js";
import { crop, type VoxelBox } from "../../volume/crop.js";
import { findShift, outerShare } from "../exophytic.js";
import type { OuterSite } from "../outer.js";
import { smoothArrival } from "./arrival.js";
import { runAutomaton } from "./automaton.js";
import { cellAt, createLattice, type Lattice, voxelOfCell } from "./lattice.js";
import { chooseVoxels, describeSeries, type GrowthSeries, type SeenLesion, seeInVoxels } from "./series.js";
import { boxRound, readTissue } from "./tissue.js";

/** What a tumor grows from and in. */
export interface GrowthRequest {
  /** Intensities in HU. */
  ct: Volume;
  /** The organ, on the grid of the CT; tumor never leaves it, but for `outer`. */
  organ: Mask;
  /** Where tumor may grow out of the organ, and the share of it that is to. */
  outer?: OuterSite;
  /** Where it starts: a voxel of the organ, or open in `outer`. */
  seedVoxel: Vec3;
  /** Radius, in mm, of the ball whose volume it grows to; less where the organ is full before. */
  radiusMm: number;
  /** Names all randomness. */
  key: Key;
  /** Thickness of the wall of a hollow organ in mm; absent for a solid one. */
  wallMm?: number;
  /**
   * About how many steps it takes to grow in soft tissue; more steps, finer cells. Default what cells of at most 1.5 mm
   * need, at least 60.
   */
  steps?: number;
  /** How unevenly it grows, 0 (tissue alone decides) to 1; default 0.8. */
  irregularity?: number;
  /** Number of daughter tumors that start beside it; default drawn: none in two of three tumors, else 1 to 4. */
  satellites?: number;
  /** Share that is dead at the end, 0 to 0.8; default drawn by size: none below 8 mm. */
  necroticShare?: number;
}

/** Cells the front moves in a step of the automaton, over a whole growth in a healthy liver. */
const cellsPerStep = 0.13;
const widestCellMm = 1.5;
/** Growing goes on a little beyond the wanted size, so that the outline there is as smooth as elsewhere. */
const overgrowth = 1.3;
/** What is moved along the surface's height needs more of it. */
const movedOvergrowth = 2;

/**
 * Grows a tumor in an organ of a scan and keeps its whole history. The automaton runs on cubes of its own, as wide as the
 * wanted size and the number of steps ask for, and not on voxels: the spacing of a scan changes how a lesion is seen and
 * not how large it is or what it looks like. The final volume is met to the voxel wherever the organ has room.
 *
 * @returns a series whose last step has at least one voxel.
 * @throws LabError when the seed lies outside the organ or a setting is out of its range.
 */
export function growLesion(request: GrowthRequest): GrowthSeries {
  const { ct, seedVoxel, radiusMm, key, wallMm, outer, irregularity = 0.8 } = request;
  const steps = request.steps ?? Math.max(60, Math.ceil(radiusMm / (cellsPerStep * widestCellMm)));
  const organ = outer
    ? withData(
        request.organ,
        request.organ.data.map((on, i) => on | outer.open[i]),
      )
    : request.organ;
  checkRequest({ ...request, organ });
  const draw = key.split("growth").stream();
  // In a wall a tumor has to go farther for the same volume.
  const reachMm = radiusMm * (wallMm === undefined ? 2.4 : Math.min(4.5, 2.4 + (0.5 * radiusMm) / wallMm));
  const box = boxRound(organ, seedVoxel, reachMm);
  requireThat(box !== undefined, "organ", "an empty mask", "an organ with at least one voxel");
  const { boxMin } = box;
  const tissue = readTissue(ct, organ, box, { wallMm, own: request.organ });
  const grown = outer ? movedOvergrowth : overgrowth;
  const shape = tissue.organ.shape;
  const cellMm = radiusMm / (cellsPerStep * steps);
  const seed: Vec3 = [seedVoxel[0] - boxMin[0], seedVoxel[1] - boxMin[1], seedVoxel[2] - boxMin[2]];
  const lattice = createLattice(shape, ct.spacingMm, seed, cellMm);
  const satellites = sampleSatellites(request, lattice, draw, steps);
  const vigour = createVigour(draw, lattice, radiusMm, irregularity);
  const voxelOf = (cell: number): number => voxelOfCell(lattice, cell, shape);
  const wantedMm3 = (4 / 3) * Math.PI * radiusMm ** 3;
  const necroticShare = request.necroticShare ?? sampleNecrosis(radiusMm, draw);
  const run = runAutomaton({
    shape: lattice.shape,
    invasionOf: (cell) => {
      const voxel = voxelOf(cell);
      const odds = voxel < 0 ? -1 : tissue.invasionAt(voxel);
      return odds <= 0 ? odds : odds * vigour(cell);
    },
    seeds: [{ cell: cellAt(lattice, lattice.seedCell), step: 1 }, ...satellites],
    targetCells: (grown * wantedMm3) / cellMm ** 3,
    maxSteps: Math.min(20 * steps, 20000),
    ...(necroticShare > 0
      ? {
          necrosis: {
            fromCells: (0.15 * wantedMm3) / cellMm ** 3,
            share: necroticShare / grown,
            rimSteps: Math.ceil(0.22 * steps),
          },
        }
      : {}),
    draw,
  });
  const isOpen = (cell: number): boolean => {
    const voxel = voxelOf(cell);
    return voxel >= 0 && tissue.organ.data[voxel] > 0;
  };
  const field = smoothArrival(run, lattice, isOpen)!;
  const straight = seeInVoxels(field, lattice, tissue.organ);
  const wanted = Math.max(1, Math.round(wantedMm3 / 1000 / voxelVolumeMl(ct)));
  const choose = (seen: SeenLesion, never: number): ShapedGrowth => ({
    seen,
    ...chooseVoxels(seen.arrival, tissue.organ, wanted, never),
  });
  const { seen, chosen, cutoff } = outer
    ? growToShare(straight, field.never, cropOuter(outer, request.organ, box), { radiusMm, steps }, choose)
    : choose(straight, field.never);
  return describeSeries({
    box,
    organ: tissue.organ,
    lattice,
    diedCells: run.diedStep,
    seen,
    chosen,
    cutoff,
    wantedVoxels: wanted,
    wantedRadiusMm: radiusMm,
    satellites: satellites.length,
    tissue: { medianHu: tissue.medianHu, spreadHu: tissue.spreadHu },
  });
}

/** What of a growth becomes the lesion. */
interface ShapedGrowth {
  seen: SeenLesion;
  chosen: Uint8Array;
  cutoff: number;
}

/**
 * Moves a growth along the height over the organ's surface until the asked share of it lies out of the organ: as a shape
 * whose arrival is its distance from the middle would be.
 */
function growToShare(
  seen: SeenLesion,
  never: number,
  { organ, heightMm, askedShare }: { organ: Uint8Array; heightMm: Float32Array; askedShare: number },
  { radiusMm, steps }: { radiusMm: number; steps: number },
  choose: (seen: SeenLesion, never: number) => ShapedGrowth,
): ShapedGrowth {
  return findShift(askedShare, (shift) => {
    const move = (arrival: number, voxel: number): number =>
      arrival >= never
        ? Infinity
        : Math.sqrt(Math.max(0, arrival ** 2 - (2 * shift * steps ** 2 * heightMm[voxel]) / radiusMm));
    const moved = {
      ...seen,
      arrival: seen.arrival.map(move),
      samples: seen.samples.map((arrival, k) => move(arrival, seen.voxels[Math.floor(k / seen.perVoxel)])),
    };
    const shaped = choose(moved, Infinity);
    return { ...shaped, share: outerShare(organ, shaped.chosen) };
  });
}

function cropOuter(
  { heightMm, askedShare }: OuterSite,
  organ: Mask,
  box: VoxelBox,
): { organ: Uint8Array; heightMm: Float32Array; askedShare: number } {
  const { rescale: _, ...grid } = organ;
  return {
    organ: crop(organ, box).data,
    heightMm: crop({ ...grid, data: heightMm }, box).data,
    askedShare,
  };
}

function checkRequest({
  ct,
  organ,
  seedVoxel,
  radiusMm,
  steps = 60,
  wallMm,
  ...request
}: GrowthRequest): void {
  requireSameGrid(ct, organ, ["ct", "organ"]);
  requireThat(radiusMm > 0 && radiusMm <= 200, "radiusMm", radiusMm, "a radius above 0 and up to 200 mm");
  requireThat(
    Number.isInteger(steps) && steps >= 8 && steps <= 1000,
    "steps",
    steps,
    "a whole number from 8 to 1000",
  );
  requireThat(wallMm === undefined || wallMm > 0, "wallMm", wallMm, "a thickness above 0 mm");
  const { irregularity = 0, satellites = 0, necroticShare = 0 } = request;
  requireThat(irregularity >= 0 && irregularity <= 1, "irregularity", irregularity, "a number from 0 to 1");
  requireThat(
    Number.isInteger(satellites) && satellites >= 0 && satellites <= 50,
    "satellites",
    satellites,
    "a whole number from 0 to 50",
  );
  requireThat(
    necroticShare >= 0 && necroticShare <= 0.8,
    "necroticShare",
    necroticShare,
    "a share from 0 to 0.8",
  );
  const [x, y, z] = seedVoxel.map(Math.round);
  const { shape } = organ;
  const isIn = x >= 0 && y >= 0 && z >= 0 && x < shape[0] && y < shape[1] && z < shape[2];
  requireThat(
    isIn && organ.data[x + shape[0] * (y + shape[1] * z)] > 0,
    "seedVoxel",
    [...seedVoxel],
    "a voxel of the organ",
  );
}

/** Daughters start in the second third of the growth, within 1.5 radii of the seed; some merge with it later. */
function sampleSatellites(
  { satellites, radiusMm }: GrowthRequest,
  lattice: Lattice,
  draw: RandomStream,
  steps: number,
): { cell: number; step: number }[] {
  const chance = draw.uniform();
  const count = satellites ?? (chance < 1 / 3 ? draw.integer(1, 4) : 0);
  const found: { cell: number; step: number }[] = [];
  for (let i = 0; i < count; i++) {
    const away = (draw.uniformBetween(0.7, 1.5) * radiusMm) / lattice.cellMm;
    const direction = [draw.normal(), draw.normal(), draw.normal()];
    const length = Math.hypot(...direction) || 1;
    const step = draw.integer(Math.ceil(steps / 3), Math.ceil((2 * steps) / 3));
    const place = direction.map((part, axis) => Math.round(lattice.seedCell[axis] + (away * part) / length));
    const isIn = place.every((at, axis) => at > 0 && at < lattice.shape[axis] - 1);
    if (isIn) found.push({ cell: cellAt(lattice, [place[0], place[1], place[2]]), step });
  }
  return found;
}

/** Dead tumor: none in small lesions, up to nearly half of large ones. */
function sampleNecrosis(radiusMm: number, draw: RandomStream): number {
  const share = draw.uniformBetween(0, 0.45);
  return share * Math.min(1, Math.max(0, (radiusMm - 8) / 12));
}

const waves = 7;

/**
 * A smooth random field over the body, which makes one side of a tumor grow faster than another: a sum of waves between
 * 0.9 and 2.8 radii long. Factors from `1 - irregularity` to 1.
 */
function createVigour(
  draw: RandomStream,
  { shape: [nx, ny], seedCell, cellMm }: Lattice,
  radiusMm: number,
  irregularity: number,
): (cell: number) => number {
  const turns = Array.from({ length: waves }, () => {
    const direction = [draw.normal(), draw.normal(), draw.normal()];
    const length = Math.hypot(...direction) || 1;
    const perCell = (2 * Math.PI * cellMm) / (radiusMm * draw.uniformBetween(0.9, 2.8));
    return {
      by: direction.map((part) => (part / length) * perCell),
      phase: draw.uniformBetween(0, 2 * Math.PI),
    };
  });
  return (cell) => {
    const x = (cell % nx) - seedCell[0];
    const row = Math.floor(cell / nx);
    const y = (row % ny) - seedCell[1];
    const z = Math.floor(row / ny) - seedCell[2];
    let sum = 0;
    for (const { by, phase } of turns) sum += Math.cos(by[0] * x + by[1] * y + by[2] * z + phase);
    // The sum of seven cosines has a standard deviation of 1.9.
    return 1 - irregularity * Math.min(1, Math.max(0, 0.5 + sum / 4));
  };
}
