import { requireThat } from "../errors.js";
import type { Vec3 } from "../types.js";
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
  const data = new Float64Array(8 * spans);
  const boxes: Box[] = [];
  for (let i = 0; i < spans; i++) {
    const [p, q] = [line[i], line[i + 1]];
    const [dx, dy, dz] = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
    data.set([p[0], p[1], p[2], p[3], dx, dy, dz, q[3] - p[3]], 8 * i);
    const r = Math.max(p[3], q[3]);
    boxes.push({
      min: [Math.min(p[0], q[0]) - r, Math.min(p[1], q[1]) - r, Math.min(p[2], q[2]) - r],
      max: [Math.max(p[0], q[0]) + r, Math.max(p[1], q[1]) + r, Math.max(p[2], q[2]) + r],
    });
  }
  const box = boxes.reduce(boxOver);
  const cells = createCells(boxes, box);
  const [nx, ny, nz] = cells.counts;
  const [ox, oy, oz] = cells.origin;
  const cellAt = (x: number, y: number, z: number): number => {
    const i = Math.max(0, Math.min(nx - 1, Math.floor((x - ox) / cellMm)));
    const j = Math.max(0, Math.min(ny - 1, Math.floor((y - oy) / cellMm)));
    const k = Math.max(0, Math.min(nz - 1, Math.floor((z - oz) / cellMm)));
    return i + nx * (j + ny * k);
  };
  return {
    box,
    line,
    distance(x, y, z) {
      const cell = cellAt(x, y, z);
      const near = cells.spans[cell];
      let least = cells.farMm[cell];
      for (let k = 0; k < near.length; k++) {
        const at = 8 * near[k];
        const px = x - data[at];
        const py = y - data[at + 1];
        const pz = z - data[at + 2];
        const dx = data[at + 4];
        const dy = data[at + 5];
        const dz = data[at + 6];
        let t = (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz);
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
  /** Spans whose surface may be within {@link slackMm} of the cell. */
  spans: readonly Uint16Array[];
  /** A distance that every surface is at least away which the cell's spans do not tell of. */
  farMm: Float64Array;
}

function createCells(boxes: readonly Box[], { min, max }: Box): Cells {
  const origin: Vec3 = [min[0] - cellMm, min[1] - cellMm, min[2] - cellMm];
  const count = (axis: number): number => Math.ceil((max[axis] - min[axis]) / cellMm) + 2;
  const counts: Vec3 = [count(0), count(1), count(2)];
  const [nx, ny, nz] = counts;
  const lists = Array.from({ length: nx * ny * nz }, (): number[] => []);
  boxes.forEach((box, span) => {
    const cell = (axis: number, mm: number): number =>
      Math.max(0, Math.min(counts[axis] - 1, Math.floor((mm - origin[axis]) / cellMm)));
    for (let z = cell(2, box.min[2] - slackMm); z <= cell(2, box.max[2] + slackMm); z++)
      for (let y = cell(1, box.min[1] - slackMm); y <= cell(1, box.max[1] + slackMm); y++)
        for (let x = cell(0, box.min[0] - slackMm); x <= cell(0, box.max[0] + slackMm); x++)
          lists[x + nx * (y + ny * z)].push(span);
  });
  const steps = stepsToFilled(lists, counts);
  return {
    origin,
    counts,
    spans: lists.map((list) => Uint16Array.from(list)),
    farMm: Float64Array.from(steps, (n) => slackMm + Math.max(0, n - 1) * cellMm),
  };
}

/** For each cell the number of steps, along axes and diagonals, to the nearest one that has spans. */
function stepsToFilled(lists: readonly number[][], [nx, ny, nz]: Vec3): Uint8Array {
  const steps = Uint8Array.from(lists, (list) => (list.length > 0 ? 0 : 255));
  for (let round = 0, changed = true; changed; round++) {
    changed = false;
    for (let z = 0, i = 0; z < nz; z++)
      for (let y = 0; y < ny; y++)
        for (let x = 0; x < nx; x++, i++) {
          if (steps[i] !== round) continue;
          for (let w = Math.max(0, z - 1); w <= Math.min(nz - 1, z + 1); w++)
            for (let v = Math.max(0, y - 1); v <= Math.min(ny - 1, y + 1); v++)
              for (let u = Math.max(0, x - 1); u <= Math.min(nx - 1, x + 1); u++) {
                const j = u + nx * (v + ny * w);
                if (steps[j] <= round + 1) continue;
                steps[j] = round + 1;
                changed = true;
              }
        }
  }
  return steps;
}
