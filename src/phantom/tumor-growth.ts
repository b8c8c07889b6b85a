import type { Key } from "../core/random.js";
import type { Vec3 } from "../core/types.js";
import { createTexture } from "./texture.js";

/** A grown tumor: density of cells and supply of oxygen at any point of the body. */
export interface GrownTumor {
  /** Middle of the lattice it grew on and half its width, in body mm. */
  center: Vec3;
  reachMm: number;
  /** Volume in body mm3. */
  volumeMm3: number;
  /** Share of it that starved, 0 to 1. */
  necroticShare: number;
  /** Signed distance to the edge, in mm, from how steeply the density falls. */
  distance: (x: number, y: number, z: number) => number;
  /** Oxygen, 0 (dead) to 1 (supplied). */
  oxygen: (x: number, y: number, z: number) => number;
  /** Share of it where `test` holds, 0 to 1; 0 for a tumor without cells. */
  shareWhere: (test: (x: number, y: number, z: number) => boolean) => number;
}

/** What a tumor grows from. */
export interface GrowthOptions {
  key: Key;
  /** Where it starts, in body mm. */
  seed: Vec3;
  /** Volume to grow to, in body mm3; less where the organ is full before. */
  volumeMm3: number;
  /** Whether cells may live at a point of the body. */
  allows: (x: number, y: number, z: number) => boolean;
}

const cellsPerRadius = 6;
const fewestSteps = 12;
const maxSteps = 420;

/**
 * Grows a tumor by reaction and diffusion (Fisher and Kolmogorov): cells divide until they are dense and wander into
 * what is around them, faster in some directions of the tissue than in others, never out of the organ. When the wanted
 * volume is reached, oxygen diffuses in from the edge and is used up by the cells; what lies too deep dies, so that
 * large tumors have a dead core and a living rim, and small ones do not.
 */
export function growTumor({ key, seed, volumeMm3, allows }: GrowthOptions): GrownTumor {
  const { radius, cell, half } = latticeFor(volumeMm3);
  const side = 2 * half + 1;
  const origin = seed.map((middle) => middle - half * cell);
  const open = new Uint8Array(side ** 3);
  forEachInner(side, (i, x, y, z) => {
    if (allows(origin[0] + x * cell, origin[1] + y * cell, origin[2] + z * cell)) open[i] = 1;
  });
  const { density, level, cells } = spread(key, open, side, cell, radius, volumeMm3 / cell ** 3);
  const draw = key.split("oxygen").stream();
  // How far oxygen reaches; large tumors live with wider rims because vessels grow into them.
  const depthMm = Math.max(6, radius * draw.uniformBetween(0.28, 0.5));
  const supply = breathe(density, side, level, (2 * cell * cell) / (depthMm * depthMm));
  let dead = 0;
  for (let i = 0; i < supply.length; i++) if (density[i] >= level && supply[i] < 0.15) dead++;
  const odds = Math.log(level / (1 - level));
  // The density falls by a factor e over this length at the front of a spreading wave.
  const frontMm = 0.62 * cell;
  const at = (field: Float32Array, x: number, y: number, z: number, outside: number): number =>
    readField(field, side, (x - origin[0]) / cell, (y - origin[1]) / cell, (z - origin[2]) / cell, outside);
  return {
    center: seed,
    reachMm: half * cell,
    volumeMm3: cells * cell ** 3,
    necroticShare: cells > 0 ? dead / cells : 0,
    distance(x, y, z) {
      const value = Math.min(0.9999, Math.max(1e-4, at(density, x, y, z, 0)));
      return frontMm * (odds - Math.log(value / (1 - value)));
    },
    oxygen: (x, y, z) => at(supply, x, y, z, 1),
    shareWhere(test) {
      let [all, found] = [0, 0];
      forEachInner(side, (i, x, y, z) => {
        if (density[i] < level) return;
        all++;
        if (test(origin[0] + x * cell, origin[1] + y * cell, origin[2] + z * cell)) found++;
      });
      return all > 0 ? found / all : 0;
    },
  };
}

/** Half the width of the lattice on which a tumor of a volume grows, in mm. */
export function growthReachMm(volumeMm3: number): number {
  const { cell, half } = latticeFor(volumeMm3);
  return half * cell;
}

function latticeFor(volumeMm3: number): { radius: number; cell: number; half: number } {
  const radius = Math.cbrt((3 * volumeMm3) / (4 * Math.PI));
  const cell = Math.max(0.45, radius / cellsPerRadius);
  return { radius, cell, half: Math.ceil((2.6 * radius) / cell) + 2 };
}

function spread(
  key: Key,
  open: Uint8Array,
  side: number,
  cell: number,
  radius: number,
  wanted: number,
): { density: Float32Array; level: number; cells: number } {
  const tissue = createTexture(key.split("tissue"), (0.55 * radius) / cell);
  const fine = createTexture(key.split("fibres"), 3);
  const vigour = createTexture(key.split("vigour"), (0.8 * radius) / cell);
  const wander = new Float32Array(open.length);
  const divide = new Float32Array(open.length);
  forEachInner(side, (i, x, y, z) => {
    wander[i] = 0.085 * Math.exp(Math.min(0.6, 0.7 * tissue(x, y, z) + 0.25 * fine(x, y, z)));
    divide[i] = 0.26 * Math.exp(Math.max(-1.2, Math.min(0.7, 0.5 * vigour(x, y, z))));
  });
  let density = new Float32Array(open.length);
  let next = new Float32Array(open.length);
  const half = side >> 1;
  density[half * (1 + side + side * side)] = 1;
  let count = 0;
  for (let step = 0; step < maxSteps && (count < wanted || step < fewestSteps); step++) {
    // Cells spread by one place a step: further out there are none yet.
    const reach = Math.min(half - 1, step + 1);
    count = growOnce(density, next, { open, wander, divide }, side, half, reach);
    [density, next] = [next, density];
  }
  // The edge is drawn at the density that gives the wanted volume to the voxel.
  const ranked = density.filter((value) => value > 0.02).sort();
  const cells = Math.min(Math.round(wanted), ranked.length);
  const level = Math.min(0.98, Math.max(0.02, ranked[ranked.length - cells] ?? 0.5));
  return { density, level, cells };
}

/** What growth depends on at each place of the lattice. */
interface Tissue {
  open: Uint8Array;
  /** Share of the difference to a neighbour that moves in a step. */
  wander: Float32Array;
  /** Share of the cells that divide in a step where there is room. */
  divide: Float32Array;
}

/** One step of growth within `reach` of the middle, written to `next`. Returns the number of places that are dense. */
function growOnce(
  density: Float32Array,
  next: Float32Array,
  { open, wander, divide }: Tissue,
  side: number,
  half: number,
  reach: number,
): number {
  const slice = side * side;
  const middle = half * (1 + side + slice);
  let count = 0;
  for (let z = half - reach; z <= half + reach; z++)
    for (let y = half - reach; y <= half + reach; y++) {
      const row = side * (y + side * z);
      for (let i = row + half - reach; i <= row + half + reach; i++) {
        if (open[i] === 0 && i !== middle) continue;
        const here = density[i];
        let flow = 0;
        if (open[i + 1]) flow += density[i + 1] - here;
        if (open[i - 1]) flow += density[i - 1] - here;
        if (open[i + side]) flow += density[i + side] - here;
        if (open[i - side]) flow += density[i - side] - here;
        if (open[i + slice]) flow += density[i + slice] - here;
        if (open[i - slice]) flow += density[i - slice] - here;
        const value = here + wander[i] * flow + divide[i] * here * (1 - here);
        next[i] = value;
        if (value > 0.5) count++;
      }
    }
  return count;
}

/** Oxygen at rest: full outside the tumor, used up inside by `use` of a cell's width squared. */
function breathe(density: Float32Array, side: number, level: number, use: number): Float32Array {
  const slice = side * side;
  const supply = new Float32Array(density.length).fill(1);
  const places: number[] = [];
  forEachInner(side, (i) => {
    if (density[i] >= level) places.push(i);
  });
  const alive = Uint32Array.from(places);
  for (let round = 0; round < 90; round++)
    for (const i of alive) {
      const around =
        supply[i - 1] +
        supply[i + 1] +
        supply[i - side] +
        supply[i + side] +
        supply[i - slice] +
        supply[i + slice];
      supply[i] = Math.max(0, around / 6 - (use * density[i]) / 6);
    }
  return supply;
}

function forEachInner(side: number, visit: (i: number, x: number, y: number, z: number) => void): void {
  for (let z = 1; z < side - 1; z++)
    for (let y = 1; y < side - 1; y++)
      for (let x = 1; x < side - 1; x++) visit(x + side * (y + side * z), x, y, z);
}

/** Reads a lattice between its nodes; `outside` beyond its edge. */
function readField(
  field: Float32Array,
  side: number,
  x: number,
  y: number,
  z: number,
  outside: number,
): number {
  const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  if (i < 0 || j < 0 || k < 0 || i >= side - 1 || j >= side - 1 || k >= side - 1) return outside;
  const [fx, fy, fz] = [x - i, y - j, z - k];
  const slice = side * side;
  const at = i + side * j + slice * k;
  const along = (start: number): number => field[start] + fx * (field[start + 1] - field[start]);
  const low = along(at) + fy * (along(at + side) - along(at));
  const high = along(at + slice) + fy * (along(at + slice + side) - along(at + slice));
  return low + fz * (high - low);
}
