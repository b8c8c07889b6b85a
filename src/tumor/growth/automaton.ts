import type { RandomStream } from "../../core/random.js";
import type { Vec3 } from "../../core/types.js";

/** What `runAutomaton` runs on: cubes of equal size, x fastest, the outermost layer closed. */
export interface AutomatonOptions {
  /** Cells along x, y, z, at least 3 each. */
  shape: Vec3;
  /**
   * How easily tumor enters a cell, asked once a cell: a probability above 0 up to 1, 0 for a barrier that gives way
   * under pressure, or `closedCell` for what is never entered.
   */
  invasionOf: (cell: number) => number;
  /** Cells that start with tumor in them and the step at which they do, from 1. */
  seeds: readonly { cell: number; step: number }[];
  /** Stops after the step in which so many cells are reached. */
  targetCells: number;
  /** Stops after so many steps at the latest, at most 65535. */
  maxSteps: number;
  /** How the middle dies; absent for a tumor that lives throughout. */
  necrosis?: NecrosisRule;
  draw: RandomStream;
}

/** When and how far the middle of a tumor dies. */
export interface NecrosisRule {
  /** Cells the tumor has when dying begins. */
  fromCells: number;
  /** Share of the reached cells that may be dead, 0 to 1. */
  share: number;
  /** Cells reached within the last so many steps stay alive: the rim. */
  rimSteps: number;
}

/** What an automaton leaves: for each cell when it was reached and when it died. */
export interface AutomatonRun {
  /** Step at which tumor entered a cell, from 1; 0 where it never did. */
  reachedStep: Uint16Array;
  /** Step at which a cell died; 0 for cells that live or were never reached. */
  diedStep: Uint16Array;
  /** Tumor in a cell at the end, 0 to `fullCell`; dead cells keep what they had. */
  state: Uint8Array;
  /** Steps that were run. */
  steps: number;
  reachedCells: number;
  deadCells: number;
}

/** A cell that holds so much tumor is full. */
export const fullCell = 10;
/** What `invasionOf` says of cells that are never entered. */
export const closedCell = -1;

const unknown = -2;
/** A cell with half of what it can hold begins to spread. */
const spreadState = fullCell / 2;
const triesPerStep = 3;
/** A barrier pushed so often by full cells gives way, and is then as hard to enter as the densest tissue. */
const pushesToOpen = 24;
const openedInvasion = 0.1;

/**
 * Grows a tumor cell by cell, in the manner of Pixel2Cancer (Lai et al., MICCAI 2024): in each step every cell that is not
 * full divides, one that is at least half full also tries up to three neighbours out of the 3x3x3 around it, and enters
 * the first whose tissue lets it, by a draw against that tissue's probability. Full cells push against barriers such as
 * vessels, which give way after a while. When the tumor is large enough its oldest part dies from the inside.
 *
 * Two things differ from the kernel released with that paper. There the probability is declared a whole number, so that
 * every draw below 1 becomes 0 and all tissue is invaded alike; here it is a float and tissue counts. And neighbours are
 * drawn with weights of about 16 : 4 : 1 for faces, edges and corners, under which spreading is the same in all
 * directions up to fourth order; equal weights would make cubes.
 *
 * Only cells that can still change are visited. The same options and stream give the same run.
 */
export function runAutomaton(options: AutomatonOptions): AutomatonRun {
  const { shape, seeds, targetCells, maxSteps, necrosis, draw, invasionOf } = options;
  const cells = shape[0] * shape[1] * shape[2];
  const state = new Uint8Array(cells);
  const reachedStep = new Uint16Array(cells);
  const diedStep = new Uint16Array(cells);
  const pushes = new Uint8Array(cells);
  const invasion = new Float32Array(cells).fill(unknown);
  closeRim(invasion, shape);
  const all = neighbourSteps(shape);
  const lots = lotteryOf(all);
  let active = new Int32Array(1024);
  let count = 0;
  let reachedCells = 0;
  let deadCells = 0;
  const dying: number[] = [];
  const start = [...seeds].sort((a, b) => a.step - b.step);
  let nextSeed = 0;
  let step = 0;

  function enter(cell: number): void {
    reachedStep[cell] = step;
    reachedCells++;
    if (count === active.length) {
      const wider = new Int32Array(2 * count);
      wider.set(active);
      active = wider;
    }
    active[count++] = cell;
  }

  function entryOdds(cell: number): number {
    const known = invasion[cell];
    return known === unknown ? (invasion[cell] = invasionOf(cell)) : known;
  }

  /** Tries to spread from a cell; false when no neighbour has any room left. */
  function spread(cell: number, isFull: boolean): boolean {
    let blocked = 0;
    for (let attempt = 0; attempt < triesPerStep; attempt++) {
      const word = draw.nextUint32();
      const to = cell + lots[word & 255];
      const odds = entryOdds(to);
      if (odds === closedCell || state[to] >= fullCell) {
        blocked++;
        continue;
      }
      if (odds === 0) {
        if (isFull && ++pushes[to] >= pushesToOpen) invasion[to] = openedInvasion;
        if (isFull) break;
        continue;
      }
      // The lot takes the low bits; the float comes from the high 24.
      if ((word >>> 8) * 2 ** -24 >= odds) continue;
      if (state[to]++ === 0) enter(to);
      break;
    }
    if (blocked < triesPerStep || !isFull) return true;
    for (const shift of all) {
      const to = cell + shift;
      if (entryOdds(to) !== closedCell && state[to] < fullCell) return true;
    }
    return false;
  }

  function letDie(rule: NecrosisRule): void {
    const most = rule.share * reachedCells;
    if (reachedCells < rule.fromCells || deadCells >= most) return;
    const kill = (cell: number): void => {
      diedStep[cell] = step;
      deadCells++;
      dying.push(cell);
    };
    const mayDie = (cell: number): boolean =>
      diedStep[cell] === 0 &&
      reachedStep[cell] > 0 &&
      state[cell] >= fullCell &&
      reachedStep[cell] + rule.rimSteps <= step;
    if (dying.length === 0) for (const { cell } of start.slice(0, 1)) if (mayDie(cell)) kill(cell);
    const before = dying.length;
    for (let i = 0; i < before && deadCells < most; i++) {
      for (let attempt = 0; attempt < triesPerStep; attempt++) {
        const to = dying[i] + lots[draw.nextUint32() & 255];
        if (!mayDie(to)) continue;
        kill(to);
        break;
      }
    }
  }

  while (step < maxSteps && reachedCells < targetCells) {
    step++;
    const before = count;
    for (; nextSeed < start.length && start[nextSeed].step <= step; nextSeed++) {
      const { cell } = start[nextSeed];
      if (state[cell] > 0 || entryOdds(cell) === closedCell) continue;
      state[cell] = spreadState;
      enter(cell);
    }
    let kept = 0;
    for (let i = 0; i < before; i++) {
      const cell = active[i];
      const was = state[cell];
      if (was < fullCell) state[cell] = was + 1;
      if (was < spreadState || spread(cell, was >= fullCell)) active[kept++] = cell;
    }
    // Cells entered in this step lie behind those that were looked at.
    active.copyWithin(kept, before, count);
    count = kept + count - before;
    if (necrosis) letDie(necrosis);
    if (count === 0 && nextSeed === start.length) break;
  }
  return { reachedStep, diedStep, state, steps: step, reachedCells, deadCells };
}

function closeRim(invasion: Float32Array, [nx, ny, nz]: Vec3): void {
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++)
        if (x === 0 || y === 0 || z === 0 || x === nx - 1 || y === ny - 1 || z === nz - 1)
          invasion[i] = closedCell;
}

/** Shifts to the 26 neighbours: 6 by face, 12 by edge, 8 by corner. */
function neighbourSteps([nx, ny]: Vec3): number[] {
  const steps: { shift: number; far: number }[] = [];
  for (let z = -1; z <= 1; z++)
    for (let y = -1; y <= 1; y++)
      for (let x = -1; x <= 1; x++) {
        const far = Math.abs(x) + Math.abs(y) + Math.abs(z);
        if (far > 0) steps.push({ shift: x + nx * (y + ny * z), far });
      }
  return steps.sort((a, b) => a.far - b.far).map(({ shift }) => shift);
}

/** 256 lots: 26 for each neighbour by face, 7 by edge, 2 by corner, near 16 : 4 : 1 and the same for opposite ones. */
function lotteryOf(all: readonly number[]): Int32Array {
  return Int32Array.from(
    all.flatMap((shift, i) => Array.from({ length: i < 6 ? 26 : i < 18 ? 7 : 2 }, () => shift)),
  );
}
