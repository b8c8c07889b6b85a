import { createVolume } from "../core/grid.js";
import type { Key, RandomStream } from "../core/random.js";
import { distanceToBackground } from "../volume/distance.js";
import { type ControlGrid, visitDisplacements } from "../volume/elastic.js";
import { gaussianFilter } from "../volume/gaussian.js";
import { indexOf } from "./block.js";
import { floodToShare } from "./exophytic.js";
import { arrivalTimes, floodByLevel } from "./flood.js";
import type { OuterSite } from "./outer.js";
import { maxClippedShare, wallOrgans } from "./place.js";
import type { LesionSite } from "./site.js";
import type { JsonValue } from "./synthesizer.js";

/** The voxels of a lesion, and what was drawn for them. */
export interface LesionShape {
  /** 1 where the lesion is, on the site's grid. */
  mask: Uint8Array;
  voxels: number;
  clippedShare: number;
  /** `"free"`: an ellipsoid; `"conforming"`: spread along an organ too thin for it; `"wall"`: along and through a wall. */
  fit: "free" | "conforming" | "wall";
  parameters: Readonly<Record<string, JsonValue>>;
}

/** Points of the control grid along each axis: one for the bulk of the shape, one for its surface. */
const bulkPoints = 4;
const surfacePoints = 6;
/** The control grids reach this many radii from the middle. */
const controlReach = 1.6;
/** Shapes drawn before a lesion follows its organ instead. */
const freeTries = 3;

/**
 * Draws the shape of a lesion with exactly the site's number of voxels, as far as the organ holds them: an ellipsoid with
 * axes within 25 % of each other's mean, turned and deformed; where too much of that would lie outside the organ, a front
 * that spreads inside the organ; in a hollow organ one that spreads faster along the wall than into the lumen.
 */
export function makeShape(site: LesionSite): LesionShape {
  const key = site.key.split("shape");
  if (site.outer) return makeExophytic(site, site.outer, key);
  if (!wallOrgans.includes(site.request.organ)) {
    const tries = site.place.outsideShare > maxClippedShare ? 0 : freeTries;
    for (let attempt = 0; attempt < tries; attempt++) {
      const shape = makeEllipsoid(site, key.split(attempt));
      if (shape.clippedShare <= maxClippedShare && shape.voxels === site.voxels) return shape;
    }
    return makeFront(site, key.split("front"), "conforming");
  }
  return makeFront(site, key.split("front"), "wall");
}

/** The first of a few ellipsoids of which enough finds room, else the one with most. */
function makeExophytic(site: LesionSite, outer: OuterSite, key: Key): LesionShape {
  let best: LesionShape | undefined;
  for (let attempt = 0; attempt < freeTries; attempt++) {
    const shape = makeEllipsoid(site, key.split(attempt), (level) => {
      const square = level.map((radii) => radii * radii);
      const { mask, voxels, threshold, clippedShare, shift } = floodToShare(site, outer, square);
      return { mask, voxels, threshold, clippedShare, more: { shift } };
    });
    if (!best || shape.clippedShare < best.clippedShare) best = shape;
    if (shape.clippedShare <= maxClippedShare && shape.voxels === site.voxels) return shape;
  }
  return best!;
}

/** What is cut out of a site by the level of its voxels: 1 on the ellipsoid. */
interface CutShape {
  mask: Uint8Array;
  voxels: number;
  threshold: number;
  clippedShare: number;
  /** Parameters beside those of every ellipsoid. */
  more?: Readonly<Record<string, number>>;
}

function makeEllipsoid(
  site: LesionSite,
  key: Key,
  cut: (level: Float32Array) => CutShape = (level) => cutInside(site, level),
): LesionShape {
  return renderEllipsoid(site, sampleEllipsoid(site.radiusMm, key), key, cut);
}

/** What is sampled of an ellipsoid: its half axes, the nine numbers of its rotation, and how far it is deformed. */
interface EllipsoidParameters {
  semiAxesMm: number[];
  rotation: number[];
  bulkMm: number;
  surfaceMm: number;
}

function sampleEllipsoid(radiusMm: number, key: Key): EllipsoidParameters {
  const draw = key.stream();
  const axes = [0, 1, 2].map(() => draw.uniformBetween(0.75, 1.25));
  // Scaled so that the undeformed ellipsoid already has the volume of the ball.
  const scale = 1 / Math.cbrt(axes[0] * axes[1] * axes[2]);
  return {
    semiAxesMm: axes.map((axis) => axis * scale * radiusMm),
    rotation: sampleRotation(draw),
    bulkMm: draw.uniformBetween(0.12, 0.28) * radiusMm,
    surfaceMm: draw.uniformBetween(0.02, 0.06) * radiusMm,
  };
}

/** Renders an ellipsoid in a site; the key names the noise that deforms it. */
function renderEllipsoid(
  site: LesionSite,
  ellipsoid: EllipsoidParameters,
  key: Key,
  cut: (level: Float32Array) => CutShape,
): LesionShape {
  const { semiAxesMm, rotation, bulkMm, surfaceMm } = ellipsoid;
  const level = new Float32Array(site.organ.length).fill(Infinity);
  const rows = [0, 1, 2].map((axis) =>
    rotation.slice(3 * axis, 3 * axis + 3).map((v) => v / semiAxesMm[axis]),
  );
  const [[a, b, c], [d, e, f], [g, h, k]] = rows;
  deformed(site, key, bulkMm, surfaceMm, (i, x, y, z) => {
    const u = a * x + b * y + c * z;
    const v = d * x + e * y + f * z;
    const w = g * x + h * y + k * z;
    level[i] = Math.sqrt(u * u + v * v + w * w);
  });
  const { mask, voxels, threshold, clippedShare, more } = cut(level);
  return {
    mask,
    voxels,
    clippedShare,
    fit: "free",
    parameters: { fit: "free", ...ellipsoid, threshold, ...more },
  };
}

/** The site's number of voxels of lowest level within the organ. */
function cutInside(site: LesionSite, level: Float32Array): CutShape {
  const inside = new Float32Array(level.length);
  for (let i = 0; i < level.length; i++) inside[i] = site.organ[i] === 1 ? level[i] : Infinity;
  const seed = indexOf(site.center, site.shape);
  const { mask, voxels, threshold } = floodByLevel(inside, site.shape, seed, site.voxels);
  let outside = 0;
  for (let i = 0; i < level.length; i++) if (site.organ[i] === 0 && level[i] <= threshold) outside++;
  return { mask, voxels, threshold, clippedShare: outside / (outside + voxels) };
}

/** Visits the voxels round a site's middle with their place in mm from the middle, displaced by two control grids. */
function deformed(
  { shape, spacingMm, center, radiusMm }: LesionSite,
  key: Key,
  bulkMm: number,
  surfaceMm: number,
  visit: (index: number, x: number, y: number, z: number) => void,
): void {
  const reachMm = controlReach * radiusMm;
  // Nothing of an ellipsoid lies beyond the control grids, so only what they reach is looked at.
  const first = center.map((at, axis) => Math.max(0, Math.ceil(at - reachMm / spacingMm[axis])));
  const places = shape.map((n, axis) => {
    const last = Math.min(n - 1, Math.floor(center[axis] + reachMm / spacingMm[axis]));
    const length = last - first[axis] + 1;
    return Float64Array.from({ length }, (_, i) => (first[axis] + i - center[axis]) * spacingMm[axis]);
  });
  const stepsOf = (points: number): [Float64Array, Float64Array, Float64Array] => {
    const steps = places.map((each) =>
      each.map((mm) => Math.min(1, Math.max(0, (mm + reachMm) / (2 * reachMm))) * (points - 1)),
    );
    return [steps[0], steps[1], steps[2]];
  };
  const nx = places[0].length;
  const third = nx * places[1].length * places[2].length;
  const fine = new Float32Array(3 * third);
  let at = 0;
  const surface = sampleControls(key.split("surface"), surfacePoints, surfaceMm);
  visitDisplacements(surface, stepsOf(surfacePoints), (_, __, dx, dy, dz) => {
    fine.set(dx, at);
    fine.set(dy, at + third);
    fine.set(dz, at + 2 * third);
    at += nx;
  });
  at = 0;
  const bulk = sampleControls(key.split("bulk"), bulkPoints, bulkMm);
  visitDisplacements(bulk, stepsOf(bulkPoints), (y, z, dx, dy, dz) => {
    const row = first[0] + shape[0] * (first[1] + y + shape[1] * (first[2] + z));
    const placeY = places[1][y];
    const placeZ = places[2][z];
    for (let x = 0; x < nx; x++, at++)
      visit(
        row + x,
        places[0][x] + dx[x] + fine[at],
        placeY + dy[x] + fine[at + third],
        placeZ + dz[x] + fine[at + 2 * third],
      );
  });
}

function sampleControls(key: Key, points: number, sdMm: number): ControlGrid {
  const draw = key.stream();
  const offsets = Float64Array.from(
    { length: 3 * points ** 3 },
    () => sdMm * Math.max(-2, Math.min(2, draw.normal())),
  );
  return { shape: [points, points, points], offsets };
}

/** A rotation drawn evenly, nine numbers row by row, from a random unit quaternion. */
function sampleRotation(draw: RandomStream): number[] {
  const quaternion = [0, 1, 2, 3].map(() => draw.normal());
  const length = Math.hypot(...quaternion);
  const [w, x, y, z] = quaternion.map((part) => part / length);
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}

/** Depth in mm at which a front in a wall is half as fast as at the surface. */
const wallMm = 7;

function makeFront(site: LesionSite, key: Key, fit: "conforming" | "wall"): LesionShape {
  const { shape, spacingMm, organ } = site;
  const draw = key.stream();
  const roughness = draw.uniformBetween(0.15, 0.35);
  const grid = createVolume(organ, shape, { spacingMm });
  const noise = new Float32Array(organ.length);
  for (let i = 0; i < noise.length; i++) noise[i] = draw.nextUint32() / 2 ** 32 - 0.5;
  // Blurred noise is scaled back to its own spread, so that roughness means the same at every spacing.
  const smooth = gaussianFilter(createVolume(noise, shape, { spacingMm }), 0.35 * site.radiusMm).data;
  const spread = spreadOf(smooth);
  const depth = fit === "wall" ? distanceToBackground(grid).data : undefined;
  const slowness = new Float32Array(organ.length).fill(Infinity);
  for (let i = 0; i < organ.length; i++) {
    if (organ[i] === 0) continue;
    const into = depth ? Math.min(depth[i], 1000) / wallMm : 0;
    slowness[i] = Math.exp((roughness * smooth[i]) / spread) * (1 + into * into);
  }
  const seed = indexOf(site.center, shape);
  const times = arrivalTimes(slowness, shape, spacingMm, seed, site.voxels);
  const first = new Uint8Array(times.length);
  for (let i = 0; i < times.length; i++) first[i] = times[i] < Infinity ? 1 : 0;
  // The front moves along 26 directions only; blurring takes off the corners that leaves.
  const sigmaMm = Math.max(Math.min(...spacingMm), 0.12 * site.radiusMm);
  const rounded = gaussianFilter(createVolume(first, shape, { spacingMm }), sigmaMm).data;
  for (let i = 0; i < rounded.length; i++) rounded[i] = organ[i] === 1 ? -rounded[i] : Infinity;
  const { mask, voxels } = floodByLevel(rounded, shape, seed, site.voxels, 26);
  return {
    mask,
    voxels,
    clippedShare: 0,
    fit,
    parameters: { fit, roughness, roundedMm: sigmaMm, ...(depth ? { wallMm } : {}) },
  };
}

function spreadOf(values: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares / values.length) || 1;
}
