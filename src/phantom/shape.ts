import type { Vec3 } from "../core/types.js";

/** A box with edges along the axes, in mm. */
export interface Box {
  min: Vec3;
  max: Vec3;
}

/** A solid in millimetres: x to the patient's right, y anterior, z superior. */
export interface Shape {
  /** Holds the whole solid. */
  box: Box;
  /** Distance to the surface in mm, below 0 inside; exact near the surface of simple shapes, an estimate elsewhere. */
  distance(x: number, y: number, z: number): number;
}

/** An ellipsoid. `rotationRad` turns it about the x axis, then y, then z. */
export function createEllipsoid(center: Vec3, semiAxesMm: Vec3, rotationRad: Vec3 = [0, 0, 0]): Shape {
  const [cx, cy, cz] = center;
  const [a, b, c] = semiAxesMm;
  const m = rotationMatrix(rotationRad);
  // Half the extent of a turned ellipsoid along a world axis is the length of its row of axes.
  const reach = [0, 1, 2].map((row) => Math.hypot(m[3 * row] * a, m[3 * row + 1] * b, m[3 * row + 2] * c));
  return {
    box: boxAround(center, [reach[0], reach[1], reach[2]]),
    distance(x, y, z) {
      const dx = x - cx;
      const dy = y - cy;
      const dz = z - cz;
      const u = (m[0] * dx + m[3] * dy + m[6] * dz) / a;
      const v = (m[1] * dx + m[4] * dy + m[7] * dz) / b;
      const w = (m[2] * dx + m[5] * dy + m[8] * dz) / c;
      const norm = Math.sqrt(u * u + v * v + w * w);
      if (norm < 1e-9) return -Math.min(a, b, c);
      const gradient = Math.sqrt((u / a) * (u / a) + (v / b) * (v / b) + (w / c) * (w / c));
      return (norm * (norm - 1)) / gradient;
    },
  };
}

/** All of `shapes` as one solid; where two surfaces come within about `blendMm` they run into each other. */
export function unite(shapes: readonly Shape[], blendMm = 0): Shape {
  const grow = blendMm / 4;
  const box = shapes.map((shape) => shape.box).reduce(boxOver);
  return {
    box: expandBox(box, grow),
    distance(x, y, z) {
      let result = 60;
      for (let i = 0; i < shapes.length; i++) {
        // Nothing in a box can be nearer than the box is.
        if (gapToBox(shapes[i].box, x, y, z) - blendMm > result) continue;
        result = smoothMin(result, shapes[i].distance(x, y, z), blendMm);
      }
      return result;
    },
  };
}

/** What lies in `shape` and below every bound: each bound is below 0 where it allows the solid. */
export function restrict(shape: Shape, ...bounds: ((x: number, y: number, z: number) => number)[]): Shape {
  return {
    box: shape.box,
    distance(x, y, z) {
      let result = shape.distance(x, y, z);
      // A bound can only take away, so a point outside needs none of them.
      for (let i = 0; i < bounds.length && result < 4; i++) result = Math.max(result, bounds[i](x, y, z));
      return result;
    },
  };
}

/** `shape` without `hole`; the edge is rounded over about `blendMm`. */
export function subtract(shape: Shape, hole: Shape, blendMm = 0): Shape {
  return {
    box: shape.box,
    distance(x, y, z) {
      const outer = shape.distance(x, y, z);
      return outer > 4 ? outer : -smoothMin(-outer, hole.distance(x, y, z), blendMm);
    },
  };
}

/** The same solid on the other side of the body's middle. */
export function mirror(shape: Shape): Shape {
  const { min, max } = shape.box;
  return {
    box: { min: [-max[0], min[1], min[2]], max: [-min[0], max[1], max[2]] },
    distance: (x, y, z) => shape.distance(-x, y, z),
  };
}

/** A plate of even thickness along a triangle, such as the wing of a hip bone. */
export function createPlate(corners: readonly [Vec3, Vec3, Vec3], halfThicknessMm: number): Shape {
  const [p, q, r] = corners;
  const [ux, uy, uz] = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
  const [vx, vy, vz] = [r[0] - p[0], r[1] - p[1], r[2] - p[2]];
  const uu = ux * ux + uy * uy + uz * uz;
  const uv = ux * vx + uy * vy + uz * vz;
  const vv = vx * vx + vy * vy + vz * vz;
  const scale = 1 / (uu * vv - uv * uv);
  const box = corners.map((corner) => ({ min: corner, max: corner })).reduce(boxOver);
  return {
    box: expandBox(box, halfThicknessMm),
    distance(x, y, z) {
      const dx = x - p[0];
      const dy = y - p[1];
      const dz = z - p[2];
      const du = dx * ux + dy * uy + dz * uz;
      const dv = dx * vx + dy * vy + dz * vz;
      const s = (vv * du - uv * dv) * scale;
      const t = (uu * dv - uv * du) * scale;
      const nearest =
        s >= 0 && t >= 0 && s + t <= 1
          ? lengthOf(dx - s * ux - t * vx, dy - s * uy - t * vy, dz - s * uz - t * vz)
          : Math.min(toSegment(p, q, x, y, z), toSegment(p, r, x, y, z), toSegment(q, r, x, y, z));
      return nearest - halfThicknessMm;
    },
  };
}

/** Smallest box over both. */
export function boxOver(one: Box, other: Box): Box {
  const each = (pick: (a: number, b: number) => number, side: "min" | "max"): Vec3 => [
    pick(one[side][0], other[side][0]),
    pick(one[side][1], other[side][1]),
    pick(one[side][2], other[side][2]),
  ];
  return { min: each(Math.min, "min"), max: each(Math.max, "max") };
}

/** A box `byMm` wider on every side. */
export function expandBox({ min, max }: Box, byMm: number): Box {
  return {
    min: [min[0] - byMm, min[1] - byMm, min[2] - byMm],
    max: [max[0] + byMm, max[1] + byMm, max[2] + byMm],
  };
}

/** The box that reaches `reach` from `center` along each axis. */
export function boxAround([x, y, z]: Vec3, [dx, dy, dz]: Vec3): Box {
  return { min: [x - dx, y - dy, z - dz], max: [x + dx, y + dy, z + dz] };
}

/** How far a point is outside a box along the axis where it is furthest; below 0 inside. */
function gapToBox({ min, max }: Box, x: number, y: number, z: number): number {
  const across = Math.max(min[0] - x, x - max[0]);
  const deep = Math.max(min[1] - y, y - max[1]);
  const high = Math.max(min[2] - z, z - max[2]);
  return Math.max(across, deep, high);
}

/** Minimum of two distances, rounded where they are within `blend` of each other. */
export function smoothMin(a: number, b: number, blend: number): number {
  const overlap = blend - Math.abs(a - b);
  const least = a < b ? a : b;
  return overlap > 0 ? least - (overlap * overlap) / (4 * blend) : least;
}

/** Distance from a point to the segment from `p` to `q`. */
function toSegment(p: Vec3, q: Vec3, x: number, y: number, z: number): number {
  const dx = q[0] - p[0];
  const dy = q[1] - p[1];
  const dz = q[2] - p[2];
  const along = ((x - p[0]) * dx + (y - p[1]) * dy + (z - p[2]) * dz) / (dx * dx + dy * dy + dz * dz);
  const t = Math.min(1, Math.max(0, along));
  return lengthOf(x - p[0] - t * dx, y - p[1] - t * dy, z - p[2] - t * dz);
}

/** As Math.hypot, which guards against overflow and so takes many times as long. */
function lengthOf(x: number, y: number, z: number): number {
  return Math.sqrt(x * x + y * y + z * z);
}

function rotationMatrix([rx, ry, rz]: Vec3): number[] {
  const [sx, cx, sy, cy, sz, cz] = [rx, ry, rz].flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
  return [
    ...[cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx],
    ...[sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx],
    ...[-sy, cy * sx, cy * cx],
  ];
}
