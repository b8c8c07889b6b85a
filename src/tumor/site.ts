import { applyAffine } from "../affine.js";
import { LabError, requireThat } from "../errors.js";
import { requireSameGrid, rescaleValue, withData } from "../grid.js";
import type { TumorOrgan } from "../organs.js";
import { throwIfAborted } from "../progress.js";
import type { Key } from "../random.js";
import type { Vec3 } from "../types.js";
import { crop, type VoxelBox } from "../volume/crop.js";
import {
  describeRange,
  findBlockTissue,
  findSampleTissue,
  mostOtherShare,
  type OrganBlock,
  shareOfOther,
  type TissueRange,
  tissueRules,
} from "./host-tissue.js";
import { mapOrgan, type OrganLabels, type OrganMap } from "./organ-map.js";
import { judgePhase, scanPhases } from "./phase.js";
import {
  describePlace,
  drawPart,
  drawPlace,
  findParts,
  type OrganPart,
  partAt,
  type Place,
} from "./place.js";
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
  /** 1 where the lesion may be: healthy tissue of the organ, or all of its label where the organ's rule says so. */
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

/** What holds for all places of a request: the organ's pieces and which of its samples are tissue. */
interface SurveyedOrgan {
  request: SynthesisRequest;
  map: OrganMap;
  /** 1 for each label value of the organ. */
  isOrgan: Uint8Array;
  tissue: Uint8Array;
  range: TissueRange;
  parts: OrganPart[];
  phase: ScanPhase;
}

/**
 * Chooses a place for a lesion and cuts out the block round it: `reach` radii and `marginMm` on each side, more where the
 * organ is so thin there that the block does not hold enough of it. The middle lies in the organ's tissue by HU, never in
 * fat, urine or gas that its label holds.
 *
 * @throws LabError where CT and labels differ in grid, the labels name no such organ or none is there, the organ cannot
 *   hold any lesion (naming organ, volume and cap), nothing in it is tissue, or the chosen middle is not in its tissue.
 */
export function openSite(request: SynthesisRequest, options: SiteOptions = {}): LesionSite {
  return openPlace(surveyOrgan(request), options, 0);
}

/** Places tried until a lesion takes the place of tissue. */
const mostPlaces = 12;

/**
 * Opens places, and draws a lesion in each, until no more than 5 % of its voxels showed something else than the organ's
 * tissue before, for organs whose lesions keep to tissue. Where no place gives that, as in a scan so noisy that tissue
 * itself does not, it is the best of twelve; a middle that was chosen is the only place.
 *
 * @param draw draws the lesion of a site.
 * @throws LabError as {@link openSite} does.
 */
export function drawInTissue<T extends { mask: Uint8Array }>(
  request: SynthesisRequest,
  options: SiteOptions,
  draw: (site: LesionSite) => T,
): { site: LesionSite; drawn: T } {
  const survey = surveyOrgan(request);
  const isFree = tissueRules[request.organ].lesionIn === "tissue" && !request.options?.centerVoxel;
  let best: { site: LesionSite; drawn: T; other: number } | undefined;
  for (let attempt = 0; attempt < (isFree ? mostPlaces : 1); attempt++) {
    throwIfAborted(request.signal);
    const site = openPlace(survey, options, attempt);
    const drawn = draw(site);
    const other = shareOfOther(request.organ, site.hu, drawn.mask);
    if (!best || other < best.other) best = { site, drawn, other };
    if (other <= mostOtherShare) break;
  }
  return best!;
}

function surveyOrgan(request: SynthesisRequest): SurveyedOrgan {
  const { ct, labels, organ, signal } = request;
  requireSameGrid(ct, labels, ["ct", "labels"]);
  radiusOfSize(request.size);
  if (request.phase !== undefined)
    requireThat(scanPhases.includes(request.phase), "phase", request.phase, scanPhases.join(", "));
  const clearanceMm = request.options?.vesselClearanceMm ?? 0;
  requireThat(clearanceMm >= 0, "vesselClearanceMm", clearanceMm, "a number of at least 0, in mm");
  throwIfAborted(signal);
  const map = mapOrgan(labels, organ);
  const isOrgan = new Uint8Array(65536);
  for (const value of map.labels.organ) isOrgan[value] = 1;
  const { tissue, range } = findSampleTissue(map, ct, labels, organ);
  const phase = request.phase ?? judgePhase(ct, labels);
  return { request, map, isOrgan, tissue, range, parts: findParts(map), phase };
}

/** Opens the place of an attempt: the same attempt gives the same place. */
function openPlace(
  survey: SurveyedOrgan,
  { reach = 1.6, marginMm = 4 }: SiteOptions,
  attempt: number,
): LesionSite {
  const { request, map, isOrgan, tissue, range, parts, phase } = survey;
  const { labels, organ, key, options = {} } = request;
  const requestedRadiusMm = radiusOfSize(request.size);
  const { lesionIn } = tissueRules[organ];
  const placeKey = key.split("place");
  const stream = (attempt === 0 ? placeKey : placeKey.split(attempt)).stream();
  const { centerVoxel, vesselClearanceMm: clearanceMm = 0 } = options;
  if (centerVoxel) requireOrganVoxel(request, centerVoxel, isOrgan);
  const part = centerVoxel
    ? partAt(map, parts, centerVoxel)
    : drawPart(withTissue(parts, tissue, range, organ), stream);
  const { radiusMm, cap } = capSize(organ, part.volumeMl, requestedRadiusMm);
  // Where a lesion keeps to tissue, its depth and its fit are those in the tissue.
  const room = lesionIn === "tissue" ? { ...map, mask: withData(map.mask, tissue) } : map;
  const drawn = centerVoxel
    ? describePlace(room, centerVoxel, radiusMm)
    : drawPlace(
        room,
        { ...part, samples: part.samples.filter((i) => tissue[i] === 1) },
        labels,
        { organ, radiusMm, clearanceMm },
        stream,
      );
  throwIfAborted(request.signal);

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
  const block = cutBlock(
    request,
    drawn.voxel,
    isOrgan,
    reach * radiusMm + marginMm,
    1.5 * voxels,
    (found) => {
      const tissueHere = findBlockTissue(found, range);
      return { open: lesionIn === "tissue" ? tissueHere : found.organ, tissue: tissueHere };
    },
  );
  const { box, shape, hu, open } = block;
  const start: Vec3 = [
    drawn.voxel[0] - box.boxMin[0],
    drawn.voxel[1] - box.boxMin[1],
    drawn.voxel[2] - box.boxMin[2],
  ];
  const center = nearestVoxel(block.tissue, shape, labels.spacingMm, start);
  if (!center) throw noTissue(organ, range, `the block round voxel [${drawn.voxel.join(", ")}]`);
  if (centerVoxel && center.some((at, axis) => at !== start[axis]))
    throw new LabError(
      "centerVoxel",
      `${hu[indexOf(start, shape)].toFixed(0)} HU at [${centerVoxel.join(", ")}], within the label of the ${organ} but not its tissue`,
      `a voxel of the ${organ} ${describeRange(range)} once noise is blurred, such as [${toScan(center, box).join(", ")}]`,
    );
  const place = { ...drawn, voxel: toScan(center, box) };
  return {
    request,
    labels: map.labels,
    phase,
    box,
    shape,
    spacingMm: labels.spacingMm,
    hu,
    organ: open,
    organHu: huOf(hu, open),
    organVolumeMl: part.volumeMl,
    center,
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

/** The pieces of an organ that have tissue. Throws a LabError when none has any. */
function withTissue(
  parts: readonly OrganPart[],
  tissue: Uint8Array,
  range: TissueRange,
  organ: TumorOrgan,
): OrganPart[] {
  const found = parts.filter(({ samples }) => samples.some((i) => tissue[i] === 1));
  if (found.length === 0) throw noTissue(organ, range, `its ${sumOf(parts).toFixed(1)} ml`);
  return found;
}

function sumOf(parts: readonly OrganPart[]): number {
  return parts.reduce((sum, { volumeMl }) => sum + volumeMl, 0);
}

function noTissue(organ: TumorOrgan, range: TissueRange, where: string): LabError {
  return new LabError(
    organ,
    `no voxel ${describeRange(range)} in ${where}`,
    `tissue of the ${organ} where its label is`,
    "Is the scan in HU, and do the labels lie on it?",
  );
}

/**
 * A block of the scan round a voxel, widened until it is the whole scan or has `wanted` voxels open to the lesion: half as
 * much again as it needs, which leaves a generator freedom of shape.
 */
function cutBlock<T extends { open: Uint8Array }>(
  { ct, labels }: SynthesisRequest,
  voxel: Vec3,
  isOrgan: Uint8Array,
  leastHalfMm: number,
  wanted: number,
  look: (block: OrganBlock) => T,
): T & OrganBlock & { box: VoxelBox } {
  for (let halfMm = leastHalfMm; ; halfMm *= 1.3) {
    const box = boxRound(voxel, halfMm, labels.shape, labels.spacingMm);
    const isWhole =
      box.boxMin.every((at) => at === 0) && box.boxMax.every((at, k) => at === labels.shape[k] - 1);
    const { data, shape } = crop(labels, box);
    const organ = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i++) organ[i] = isOrgan[data[i]];
    // Counting labels costs less than judging HU.
    if (!isWhole && countVoxels(organ) < wanted) continue;
    const stored = crop(ct, box).data;
    const hu = new Float32Array(stored);
    if (ct.rescale) for (let i = 0; i < hu.length; i++) hu[i] = rescaleValue(stored[i], ct.rescale);
    const block = { shape, spacingMm: labels.spacingMm, hu, organ };
    const seen = look(block);
    if (isWhole || countVoxels(seen.open) >= wanted) return { ...seen, ...block, box };
  }
}

function countVoxels(mask: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i];
  return count;
}

/** The voxel of a mask that is nearest to one of the block, in mm; `undefined` for an empty mask. */
function nearestVoxel(mask: Uint8Array, shape: Vec3, spacingMm: Vec3, voxel: Vec3): Vec3 | undefined {
  if (mask[indexOf(voxel, shape)] === 1) return voxel;
  let nearest: Vec3 | undefined;
  let least = Infinity;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const at: Vec3 = [
      i % shape[0],
      Math.floor(i / shape[0]) % shape[1],
      Math.floor(i / (shape[0] * shape[1])),
    ];
    const mm = Math.hypot(...at.map((each, axis) => (each - voxel[axis]) * spacingMm[axis]));
    if (mm < least) [least, nearest] = [mm, at];
  }
  return nearest;
}

function indexOf([x, y, z]: Vec3, [nx, ny]: Vec3): number {
  return x + nx * (y + ny * z);
}

function toScan([x, y, z]: Vec3, { boxMin }: VoxelBox): Vec3 {
  return [boxMin[0] + x, boxMin[1] + y, boxMin[2] + z];
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
