import type { TumorOrgan } from "../anatomy/organs.js";
import { LabError } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { RandomStream } from "../core/random.js";
import type { LabelMap, Vec3 } from "../core/types.js";
import { findComponents, paintComponents } from "../volume/components.js";
import { distanceToBackground, distanceToMask } from "../volume/distance.js";
import type { OrganMap } from "./organ-map.js";

/** Organs that are a wall round a hollow: their lesions start in it. */
export const wallOrgans: readonly TumorOrgan[] = ["colon", "esophagus"];

/** Depth below the surface in which a wall lesion starts, in mm. */
const wallMm = 4;
/** Places drawn to find one where a ball fits. */
const maxTries = 24;
/** Share of a ball that may lie outside the organ for the place to be taken at once. */
const goodFit = 0.08;

/** Largest share of a drawn shape that may lie where no lesion may be. */
export const maxClippedShare = 0.2;

/** Where a lesion goes. */
export interface Place {
  /** Voxel of the scan. */
  voxel: Vec3;
  /** Distance to the organ's surface, in mm, at the resolution of the samples; negative out of the organ. */
  depthMm: number;
  /** Share of a ball of the lesion's radius round it that lies outside the organ. */
  outsideShare: number;
  /** Distance to the nearest vessel in mm; absent where vessels were not looked at or there are none. */
  vesselMm?: number;
}

/** A connected piece of an organ, such as one kidney. */
export interface OrganPart {
  /** Indices of its samples. */
  samples: Int32Array;
  volumeMl: number;
}

/** The pieces of a sampled organ, largest first; specks below a tenth of the largest are left out. */
export function findParts(map: OrganMap): OrganPart[] {
  const table = findComponents(map.mask);
  const painted = paintComponents(table, map.mask).data;
  const largest = Math.max(...table.components.map(({ voxels }) => voxels));
  const kept = table.components.filter(({ voxels }) => voxels >= largest / 10);
  const sampleMl = map.mask.spacingMm[0] * map.mask.spacingMm[1] * map.mask.spacingMm[2] * 1e-3;
  const parts = kept.map(({ id, voxels }) => {
    const samples = new Int32Array(voxels);
    for (let i = 0, k = 0; i < painted.length; i++) if (painted[i] === id) samples[k++] = i;
    return { samples, volumeMl: voxels * sampleMl };
  });
  return parts.sort((a, b) => b.samples.length - a.samples.length);
}

/** Draws one of the pieces, each as likely as its share of the organ. */
export function samplePart(parts: readonly OrganPart[], draw: RandomStream): OrganPart {
  let left = draw.uniform() * parts.reduce((sum, { volumeMl }) => sum + volumeMl, 0);
  return parts.find(({ volumeMl }) => (left -= volumeMl) < 0) ?? parts[parts.length - 1];
}

/** The piece a voxel of the organ lies in, as far as its nearest sample tells; else the largest. */
export function partAt(map: OrganMap, parts: readonly OrganPart[], voxel: Vec3): OrganPart {
  const sample = sampleAt(map, voxel);
  return parts.find(({ samples }) => samples.includes(sample)) ?? parts[0];
}

/**
 * Draws a place for a lesion: within the wall of a hollow organ; in a solid one deep enough that a ball of its radius
 * mostly fits, best of several places where none fits well.
 *
 * @param clearanceMm least distance from vessels; 0 does not look at them.
 * @throws LabError when no place in the organ is that far from a vessel.
 */
export function samplePlace(
  map: OrganMap,
  part: OrganPart,
  labels: LabelMap,
  { organ, radiusMm, clearanceMm }: { organ: TumorOrgan; radiusMm: number; clearanceMm: number },
  draw: RandomStream,
): Place {
  const depth = distanceToBackground(map.mask).data;
  const vessel = clearanceMm > 0 ? distanceToVessels(map, labels) : undefined;
  const clear = vessel ? part.samples.filter((i) => vessel[i] >= clearanceMm) : part.samples;
  if (clear.length === 0)
    throw new LabError(
      "vesselClearanceMm",
      clearanceMm,
      `at most ${Math.floor(part.samples.reduce((most, i) => Math.max(most, vessel![i]), 0))} mm, the farthest place in this ${organ} from a vessel`,
      "",
      { kind: "does-not-fit" },
    );
  const isWall = wallOrgans.includes(organ);
  const candidates = isWall ? shallow(clear, depth) : deepest(clear, depth, 0.6 * radiusMm);
  const tries = isWall ? 1 : Math.min(maxTries, candidates.length);
  let best: Place | undefined;
  for (let attempt = 0; attempt < tries; attempt++) {
    const sample = candidates[draw.integer(0, candidates.length - 1)];
    const outsideShare = shareOutside(map, sample, radiusMm);
    if (best && outsideShare >= best.outsideShare) continue;
    best = {
      voxel: voxelOf(map, sample),
      depthMm: depth[sample],
      outsideShare,
      ...(vessel && Number.isFinite(vessel[sample]) ? { vesselMm: vessel[sample] } : {}),
    };
    if (outsideShare <= goodFit) break;
  }
  return best!;
}

/** What {@link samplePlace} would say of a voxel that was chosen. */
export function describePlace(map: OrganMap, voxel: Vec3, radiusMm: number): Place {
  const sample = sampleAt(map, voxel);
  const depthMm = distanceToBackground(map.mask).data[sample];
  return { voxel, depthMm, outsideShare: shareOutside(map, sample, radiusMm) };
}

/** The sample nearest to a voxel. */
function sampleAt({ mask, origin, stride }: OrganMap, voxel: Vec3): number {
  const [mx, my, mz] = mask.shape;
  const at = voxel.map((each, axis) => Math.round((each - origin[axis]) / stride[axis]));
  const inside = (k: number, n: number): number => Math.max(0, Math.min(n - 1, k));
  return inside(at[0], mx) + mx * (inside(at[1], my) + my * inside(at[2], mz));
}

function voxelOf({ mask, origin, stride }: OrganMap, sample: number): Vec3 {
  const [x, y, z] = positionOf(sample, mask.shape);
  return [origin[0] + x * stride[0], origin[1] + y * stride[1], origin[2] + z * stride[2]];
}

function positionOf(sample: number, [mx, my]: Vec3): Vec3 {
  return [sample % mx, Math.floor(sample / mx) % my, Math.floor(sample / (mx * my))];
}

/** Samples in the wall; where the organ touches the scan's edge its cut is no wall. */
function shallow(samples: Int32Array, depth: Float32Array): Int32Array {
  const wall = samples.filter((i) => depth[i] <= wallMm);
  return wall.length > 0 ? wall : samples;
}

/** Samples at least `depthMm` deep, or the deepest twentieth where none is. */
function deepest(samples: Int32Array, depth: Float32Array, depthMm: number): Int32Array {
  const deep = samples.filter((i) => depth[i] >= depthMm);
  if (deep.length > 0) return deep;
  const depths = Float32Array.from(samples, (i) => depth[i]).sort();
  const limit = depths[Math.floor(0.95 * depths.length)];
  return samples.filter((i) => depth[i] >= limit);
}

/** Distance of each sample to the nearest voxel of a vessel, in mm. */
export function distanceToVessels(map: OrganMap, labels: LabelMap): Float32Array {
  const { mask, origin, stride } = map;
  const isVessel = new Uint8Array(65536);
  for (const value of map.labels.vessels) isVessel[value] = 1;
  const [mx, my, mz] = mask.shape;
  const [nx, ny, nz] = labels.shape;
  const found = new Uint8Array(mask.data.length);
  // A vessel thinner than the distance of the samples must not slip between them, so the voxels round each are looked at.
  for (let z = 0, to = 0; z < mz; z++)
    for (let y = 0; y < my; y++)
      for (let x = 0; x < mx; x++, to++) {
        const x0 = origin[0] + x * stride[0];
        const y0 = origin[1] + y * stride[1];
        const z0 = origin[2] + z * stride[2];
        search: for (let dz = 0; dz < stride[2] && z0 + dz < nz; dz++)
          for (let dy = 0; dy < stride[1] && y0 + dy < ny; dy++)
            for (let dx = 0; dx < stride[0] && x0 + dx < nx; dx++)
              if (isVessel[labels.data[x0 + dx + nx * (y0 + dy + ny * (z0 + dz))]]) {
                found[to] = 1;
                break search;
              }
      }
  return distanceToMask(withData(mask, found)).data;
}

/** Share of the samples within `radiusMm` of a sample that are not organ; what lies beyond the scan counts as organ. */
function shareOutside({ mask }: OrganMap, sample: number, radiusMm: number): number {
  const { data, shape, spacingMm } = mask;
  const [mx, my, mz] = shape;
  const [cx, cy, cz] = positionOf(sample, shape);
  const reach = spacingMm.map((mm) => Math.floor(radiusMm / mm));
  let inside = 0;
  let outside = 0;
  for (let dz = -reach[2]; dz <= reach[2]; dz++)
    for (let dy = -reach[1]; dy <= reach[1]; dy++)
      for (let dx = -reach[0]; dx <= reach[0]; dx++) {
        const square = (dx * spacingMm[0]) ** 2 + (dy * spacingMm[1]) ** 2 + (dz * spacingMm[2]) ** 2;
        if (square > radiusMm * radiusMm) continue;
        const [x, y, z] = [cx + dx, cy + dy, cz + dz];
        const within = x >= 0 && y >= 0 && z >= 0 && x < mx && y < my && z < mz;
        if (within && data[x + mx * (y + my * z)] === 1) inside++;
        else outside++;
      }
  return outside / (inside + outside);
}
