import { requireThat } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";
import { boxOver, type Box, type Shape } from "./shape.js";

/** A point of a tube's middle line and its radius there: x, y, z, radius, all in mm. */
export type TubePoint = readonly [number, number, number, number];

/** A solid round a curve. */
export interface Tube extends Shape {
  /** The sampled middle line. */
  line: readonly TubePoint[];
}

const samplesPerSpan = 6;
const cellMm = 12;
const slackMm = cellMm / 2;

/**
 * A tube along a smooth curve through `points` (Catmull-Rom), its radius changing evenly between them. The parts near a
 * point are found through a table of cells, so that a long tube costs no more than a short one.
 *
 * @param ripple adds to the radius at a place along the line, counted in mm from its start; default none.
 * @throws LabError for fewer than two points or a radius that is not above 0.
 */
export function createTube(
  points: readonly TubePoint[],
  ripple: (alongMm: number) => number = () => 0,
): Tube {
  requireThat(points.length >= 2, "points of a tube", points.length, "at least 2");
  requireThat(
    points.every((point) => point.every(Number.isFinite) && point[3] > 0),
    "points of a tube",
    points,
    "finite places and radii above 0",
  );
  const line = sampleCurve(points, ripple);
  const spans = line.length - 1;
  const data = new Float64Array(9 * spans);
  const boxes: Box[] = [];
  for (let i = 0; i < spans; i++) {
    const [p, q] = [line[i], line[i + 1]];
    const [dx, dy, dz] = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
    data.set([p[0], p[1], p[2], p[3], dx, dy, dz, q[3] - p[3], 1 / (dx * dx + dy * dy + dz * dz)], 9 * i);
    const r = Math.max(p[3], q[3]);
    boxes.push({
      min: [Math.min(p[0], q[0]) - r, Math.min(p[1], q[1]) - r, Math.min(p[2], q[2]) - r],
      max: [Math.max(p[0], q[0]) + r, Math.max(p[1], q[1]) + r, Math.max(p[2], q[2]) + r],
    });
  }
  const box = boxes.reduce(boxOver);
  const { counts, origin, starts, near, steps } = createCells(boxes, box);
  const [nx, ny] = counts;
  const [ox, oy, oz] = origin;
  const [lastX, lastY, lastZ] = counts.map((n) => n - 1);
  const perMm = 1 / cellMm;
  return {
    box,
    line,
    distance(x, y, z) {
      const i = cellOf((x - ox) * perMm, lastX);
      const j = cellOf((y - oy) * perMm, lastY);
      const k = cellOf((z - oz) * perMm, lastZ);
      const cell = i + nx * (j + ny * k);
      const away = steps[cell];
      // Every surface that a cell's spans do not tell of is at least this far away.
      if (away > 0) return slackMm + (away - 1) * cellMm;
      let least = slackMm;
      for (let n = starts[cell], end = starts[cell + 1]; n < end; n++) {
        const at = near[n];
        const px = x - data[at];
        const py = y - data[at + 1];
        const pz = z - data[at + 2];
        const dx = data[at + 4];
        const dy = data[at + 5];
        const dz = data[at + 6];
        let t = (px * dx + py * dy + pz * dz) * data[at + 8];
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        const ex = px - t * dx;
        const ey = py - t * dy;
        const ez = pz - t * dz;
        const distance = Math.sqrt(ex * ex + ey * ey + ez * ez) - data[at + 3] - t * data[at + 7];
        if (distance < least) least = distance;
      }
      return least;
    },
  };
}

/** The cell of a place counted in cells, the first or the last where it lies beyond. */
function cellOf(place: number, last: number): number {
  return place < 0 ? 0 : place > last ? last : Math.floor(place);
}

function sampleCurve(points: readonly TubePoint[], ripple: (alongMm: number) => number): TubePoint[] {
  const last = points.length - 1;
  const raw: TubePoint[] = [];
  for (let i = 0; i < last; i++) {
    const [a, b, c, d] = [
      points[Math.max(0, i - 1)],
      points[i],
      points[i + 1],
      points[Math.min(last, i + 2)],
    ];
    for (let k = 0; k < samplesPerSpan; k++) {
      const t = k / samplesPerSpan;
      const curve = (axis: number): number =>
        0.5 *
        (2 * b[axis] +
          (c[axis] - a[axis]) * t +
          (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t * t +
          (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t * t * t);
      raw.push([curve(0), curve(1), curve(2), b[3] + (c[3] - b[3]) * t]);
    }
  }
  raw.push(points[last]);
  let along = 0;
  return raw.map((point, i) => {
    if (i > 0) {
      const before = raw[i - 1];
      along += Math.hypot(point[0] - before[0], point[1] - before[1], point[2] - before[2]);
    }
    return [point[0], point[1], point[2], Math.max(0.5, point[3] + ripple(along))];
  });
}

/** Space round a tube in cells. Cell 0 of each axis and the last one lie outside its box. */
interface Cells {
  origin: Vec3;
  counts: Vec3;
  /** Where in `near` the list of each cell starts, and the end of the last. */
  starts: Int32Array;
  /** Places in the tube's numbers of the spans whose surface may be within {@link slackMm} of a cell. */
  near: Int32Array;
  /** Steps from each cell to the nearest that has spans. */
  steps: Uint8Array;
}

function createCells(boxes: readonly Box[], { min, max }: Box): Cells {
  const origin: Vec3 = [min[0] - cellMm, min[1] - cellMm, min[2] - cellMm];
  const count = (axis: number): number => Math.ceil((max[axis] - min[axis]) / cellMm) + 2;
  const counts: Vec3 = [count(0), count(1), count(2)];
  const [nx, ny, nz] = counts;
  const cell = (axis: number, mm: number): number => cellOf((mm - origin[axis]) / cellMm, counts[axis] - 1);
  const ranges = boxes.map((box) =>
    [0, 1, 2].flatMap((axis) => [cell(axis, box.min[axis] - slackMm), cell(axis, box.max[axis] + slackMm)]),
  );
  const forEachCell = (visit: (cell: number, span: number) => void): void =>
    ranges.forEach(([x0, x1, y0, y1, z0, z1], span) => {
      for (let z = z0; z <= z1; z++)
        for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) visit(x + nx * (y + ny * z), span);
    });
  const starts = new Int32Array(nx * ny * nz + 1);
  forEachCell((at) => starts[at + 1]++);
  const filled = Uint8Array.from(starts.subarray(1), (spans) => (spans > 0 ? 1 : 0));
  for (let at = 1; at < starts.length; at++) starts[at] += starts[at - 1];
  const near = new Int32Array(starts[starts.length - 1]);
  const next = starts.slice();
  forEachCell((at, span) => (near[next[at]++] = 9 * span));
  return { origin, counts, starts, near, steps: stepsToFilled(filled, counts) };
}

/** For each cell the number of steps, along axes and diagonals, to the nearest one that is filled; 200 stands for more. */
function stepsToFilled(filled: Uint8Array, [nx, ny, nz]: Vec3): Uint8Array {
  // With a layer of cells round it, so that each cell has all its neighbours.
  const [rowLength, layer] = [nx + 2, (nx + 2) * (ny + 2)];
  const steps = new Uint8Array(layer * (nz + 2)).fill(200);
  const rows: number[] = [];
  for (let k = 1; k <= nz; k++) for (let j = 1; j <= ny; j++) rows.push(1 + rowLength * j + layer * k);
  rows.forEach((start, row) => {
    for (let i = 0; i < nx; i++) if (filled[nx * row + i] === 1) steps[start + i] = 0;
  });
  // Once through the cells in order and once back, each asking the neighbours that were there before it.
  const before: number[] = [];
  for (const w of [-1, 0, 1])
    for (const v of [-1, 0, 1])
      for (const u of [-1, 0, 1]) if (u + 3 * v + 9 * w < 0) before.push(u + rowLength * v + layer * w);
  const ask = (at: number, sign: number): void => {
    let least = steps[at];
    for (let n = 0; n < before.length && least > 1; n++)
      least = Math.min(least, steps[at + sign * before[n]] + 1);
    steps[at] = least;
  };
  for (const start of rows) for (let i = 0; i < nx; i++) ask(start + i, 1);
  for (const start of rows.reverse()) for (let i = nx - 1; i >= 0; i--) ask(start + i, -1);
  const found = new Uint8Array(filled.length);
  rows.reverse().forEach((start, row) => found.set(steps.subarray(start, start + nx), nx * row));
  return found;
}
