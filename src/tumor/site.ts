import { applyAffine } from "../affine.js";
import { LabError, requireThat } from "../errors.js";
import { requireSameGrid, rescaleValue } from "../grid.js";
import { throwIfAborted } from "../progress.js";
import type { Key } from "../random.js";
import type { Vec3 } from "../types.js";
import { crop, type VoxelBox } from "../volume/crop.js";
import { mapOrgan, type OrganLabels } from "./organ-map.js";
import { judgePhase, scanPhases } from "./phase.js";
import { describePlace, drawPart, drawPlace, findParts, partAt, type Place } from "./place.js";
import { ballVolumeMl, capSize, radiusOfSize } from "./size.js";
import type { ScanPhase, SizeCap, SynthesisRequest } from "./synthesizer.js";

/** The block of a scan a lesion is made in, with all that generators ask first. */
export interface LesionSite {
  request: SynthesisRequest;
  labels: OrganLabels;
  phase: ScanPhase;
  /** Where the block lies in the scan, and its grid. */
  box: VoxelBox;
  shape: Vec3;
  spacingMm: Vec3;
  /** HU of the block, x fastest. */
  hu: Float32Array;
  /** 1 where the lesion may be: healthy tissue of the organ. */
  organ: Uint8Array;
  /** Mean and standard deviation of the organ's HU in the block. */
  organHu: { mean: number; sd: number };
  /** Volume of the connected piece of the organ, in ml. */
  organVolumeMl: number;
  /** The lesion's middle in voxels of the block; the voxel there is organ. */
  center: Vec3;
  place: Place;
  requestedRadiusMm: number;
  /** Radius to reach: the requested one, or the cap. */
  radiusMm: number;
  cap: SizeCap | null;
  /** Voxels a lesion of that radius has. At least 1. */
  voxels: number;
  /** Split this for shape, texture and so on; `"place"` is taken. */
  key: Key;
}

/** A single voxel stands for a lesion of this share of its volume without a radius more than 15 % too large. */
const leastVoxels = 1.15 ** -3;

/** How large the block round a place is. */
export interface SiteOptions {
  /** Radii on each side of the middle; default 1.6. */
  reach?: number;
  /** Further mm on each side; default 4. */
  marginMm?: number;
}

/**
 * Chooses a place for a lesion and cuts out the block round it: `reach` radii and `marginMm` on each side, more where the
 * organ is so thin there that the block does not hold enough of it.
 *
 * @throws LabError where CT and labels differ in grid, the labels name no such organ or none is there, the organ cannot
 *   hold any lesion (naming organ, volume and cap), or the chosen middle is not in it.
 */
export function openSite(
  request: SynthesisRequest,
  { reach = 1.6, marginMm = 4 }: SiteOptions = {},
): LesionSite {
  const { ct, labels, organ, key, options = {}, signal } = request;
  requireSameGrid(ct, labels, ["ct", "labels"]);
  const requestedRadiusMm = radiusOfSize(request.size);
  if (request.phase !== undefined)
    requireThat(scanPhases.includes(request.phase), "phase", request.phase, scanPhases.join(", "));
  const clearanceMm = options.vesselClearanceMm ?? 0;
  requireThat(clearanceMm >= 0, "vesselClearanceMm", clearanceMm, "a number of at least 0, in mm");
  throwIfAborted(signal);

  const map = mapOrgan(labels, organ);
  const isOrgan = new Uint8Array(65536);
  for (const value of map.labels.organ) isOrgan[value] = 1;
  const parts = findParts(map);
  const stream = key.split("place").stream();
  const { centerVoxel } = options;
  if (centerVoxel) requireOrganVoxel(request, centerVoxel, isOrgan);
  const part = centerVoxel ? partAt(map, parts, centerVoxel) : drawPart(parts, stream);
  const { radiusMm, cap } = capSize(organ, part.volumeMl, requestedRadiusMm);
  const place = centerVoxel
    ? describePlace(map, centerVoxel, radiusMm)
    : drawPlace(map, part, labels, { organ, radiusMm, clearanceMm }, stream);
  throwIfAborted(signal);

  const voxelMl = (labels.spacingMm[0] * labels.spacingMm[1] * labels.spacingMm[2]) / 1000;
  const exactVoxels = ballVolumeMl(radiusMm) / voxelMl;
  requireThat(
    exactVoxels >= leastVoxels,
    "size",
    `${radiusMm.toFixed(1)} mm, less than a voxel of ${(1000 * voxelMl).toFixed(0)} mm3`,
    `a lesion that the spacing of ${labels.spacingMm.map((mm) => mm.toPrecision(3)).join(" x ")} mm can show`,
    "Resample the scan, or ask for a larger lesion",
  );
  const voxels = Math.max(1, Math.round(exactVoxels));
  let halfMm = reach * radiusMm + marginMm;
  let box: VoxelBox;
  let mask: Uint8Array;
  for (;;) {
    box = boxRound(place.voxel, halfMm, labels.shape, labels.spacingMm);
    const block = crop(labels, box).data;
    mask = new Uint8Array(block.length);
    let count = 0;
    for (let i = 0; i < block.length; i++) count += mask[i] = isOrgan[block[i]];
    const whole =
      box.boxMin.every((at) => at === 0) && box.boxMax.every((at, k) => at === labels.shape[k] - 1);
    // Half as much again as is needed leaves a generator freedom of shape.
    if (whole || count >= 1.5 * voxels) break;
    halfMm *= 1.3;
  }
  const block = crop(ct, box);
  const hu = new Float32Array(block.data);
  if (ct.rescale) for (let i = 0; i < hu.length; i++) hu[i] = rescaleValue(block.data[i], ct.rescale);
  return {
    request,
    labels: map.labels,
    phase: request.phase ?? judgePhase(ct, labels),
    box,
    shape: block.shape,
    spacingMm: labels.spacingMm,
    hu,
    organ: mask,
    organHu: huOf(hu, mask),
    organVolumeMl: part.volumeMl,
    center: [place.voxel[0] - box.boxMin[0], place.voxel[1] - box.boxMin[1], place.voxel[2] - box.boxMin[2]],
    place,
    requestedRadiusMm,
    radiusMm,
    cap,
    voxels,
    key,
  };
}

/** A voxel of the scan in RAS+ mm. */
export function worldOf({ request }: LesionSite, voxel: Vec3): Vec3 {
  return applyAffine(request.ct.affine, voxel);
}

function requireOrganVoxel({ labels, organ }: SynthesisRequest, voxel: Vec3, isOrgan: Uint8Array): void {
  const { shape, data, names } = labels;
  requireThat(
    voxel.length === 3 && voxel.every((at, axis) => Number.isInteger(at) && at >= 0 && at < shape[axis]),
    "centerVoxel",
    [...voxel],
    `a voxel of the scan, from 0,0,0 to ${shape.map((n) => n - 1).join(",")}`,
  );
  const value = data[voxel[0] + shape[0] * (voxel[1] + shape[1] * voxel[2])];
  if (!isOrgan[value])
    throw new LabError(
      "centerVoxel",
      `${value === 0 ? "background" : names[value]} at [${voxel.join(", ")}]`,
      `a voxel of the ${organ}`,
    );
}

function boxRound(center: Vec3, halfMm: number, shape: Vec3, spacingMm: Vec3): VoxelBox {
  const half = spacingMm.map((mm) => Math.ceil(halfMm / mm));
  const low = (axis: number): number => Math.max(0, center[axis] - half[axis]);
  const high = (axis: number): number => Math.min(shape[axis] - 1, center[axis] + half[axis]);
  return { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
}

function huOf(hu: Float32Array, mask: Uint8Array): { mean: number; sd: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < hu.length; i++) {
    if (mask[i] === 0) continue;
    count++;
    sum += hu[i];
    squares += hu[i] * hu[i];
  }
  const mean = sum / count;
  return { mean, sd: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
