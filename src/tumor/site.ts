import type { TumorOrgan } from "../anatomy/organs.js";
import { scanPhases } from "../anatomy/phase.js";
import { applyAffine } from "../core/affine.js";
import { LabError, requireThat } from "../core/errors.js";
import { requireSameGrid, withData } from "../core/grid.js";
import { throwIfAborted } from "../core/progress.js";
import type { Key } from "../core/random.js";
import type { LabelMap, Vec3 } from "../core/types.js";
import type { VoxelBox } from "../volume/crop.js";
import { cutBlock, huOf, indexOf, nearestVoxel, toScan } from "./block.js";
import { sampleSurfacePlace, nearestPart } from "./exophytic-place.js";
import { exophyticShareOf, coreOf, outerShare, shareTolerance } from "./exophytic.js";
import {
  describeRange,
  findBlockTissue,
  findSampleTissue,
  maxOtherShare,
  shareOfOther,
  type TissueRange,
  tissueRules,
} from "./host-tissue.js";
import { keepApart } from "./keep-apart.js";
import { mapOrgan, type OrganLabels, type OrganMap } from "./organ-map.js";
import type { OuterSite } from "./outer.js";
import { judgePhase } from "./phase.js";
import {
  describePlace,
  samplePart,
  samplePlace,
  findParts,
  maxClippedShare,
  type OrganPart,
  partAt,
  type Place,
} from "./place.js";
import { ballVolumeMl, capSize, radiusOfSize } from "./size.js";
import { mapSurroundings, openOuter, type OrganSurroundings } from "./surroundings.js";
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
  /** Where it may be out of the organ; absent where the request asks for no such share. */
  outer?: OuterSite;
  /** Mean and standard deviation of the organ's HU in the block. */
  organHu: { mean: number; sd: number };
  /** Volume of the connected piece of the organ, in ml. */
  organVolumeMl: number;
  /** The lesion's middle in voxels of the block; the voxel there is organ, or open in `outer`. */
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
  /** The labels, in which the organ round its own lesions counts as lesion. */
  labels: LabelMap;
  map: OrganMap;
  /** 1 for each label value of the organ. */
  isOrgan: Uint8Array;
  tissue: Uint8Array;
  range: TissueRange;
  parts: OrganPart[];
  phase: ScanPhase;
  /** Share of the lesion to lie out of the organ, and what is round it where that is not 0. */
  askedShare: number;
  around: OrganSurroundings | undefined;
}

/**
 * Chooses a place for a lesion and cuts out the block round it: `reach` radii and `marginMm` on each side, more where the
 * organ is so thin there that the block does not hold enough of it. The middle lies in the organ's tissue by HU, never in
 * fat, urine or gas that its label holds; where a share is to grow out of the organ, at its surface, in the tissue or in the
 * fat beside it.
 *
 * @throws LabError where CT and labels differ in grid, the labels name no such organ or none is there, the organ cannot
 *   hold any lesion (naming organ, volume and cap), nothing in it is tissue, or the chosen middle is not in its tissue.
 */
export function openSite(request: SynthesisRequest, options: SiteOptions = {}): LesionSite {
  return openPlace(surveyOrgan(request), options, 0);
}

/** Places tried until a lesion takes the place of tissue. */
const maxPlaces = 12;

/**
 * Opens places, and draws a lesion in each, until no more than 5 % of its voxels showed something else than the organ's
 * tissue before, for organs whose lesions keep to tissue. Where no place gives that, as in a scan so noisy that tissue
 * itself does not, it is the best of twelve; a middle that was chosen is the only place. A lesion that is to grow out of its
 * organ is judged by its voxels within the organ, by the share that lies out of it, and by what had to be cut away.
 *
 * @param draw draws the lesion of a site.
 * @throws LabError as {@link openSite} does.
 */
export function sampleInTissue<T extends { mask: Uint8Array; clippedShare?: number }>(
  request: SynthesisRequest,
  options: SiteOptions,
  draw: (site: LesionSite) => T,
): { site: LesionSite; drawn: T } {
  const survey = surveyOrgan(request);
  const keepsToTissue = tissueRules[request.organ].lesionIn === "tissue" || survey.askedShare > 0;
  const isFree = keepsToTissue && !request.options?.centerVoxel;
  let best: { site: LesionSite; drawn: T; fault: number } | undefined;
  for (let attempt = 0; attempt < (isFree ? maxPlaces : 1); attempt++) {
    throwIfAborted(request.signal);
    const site = openPlace(survey, options, attempt);
    const drawn = draw(site);
    const { fault, good } = judge(site, drawn);
    if (!best || fault < best.fault) best = { site, drawn, fault };
    if (good) break;
  }
  return best!;
}

/** How far a lesion in its place is from what it should be, and whether that will do. */
function judge(
  site: LesionSite,
  { mask, clippedShare = 0 }: { mask: Uint8Array; clippedShare?: number },
): { fault: number; good: boolean } {
  const { outer, request, organ, hu } = site;
  if (!outer) {
    const other = shareOfOther(request.organ, hu, mask);
    return { fault: other, good: other <= maxOtherShare };
  }
  const other =
    tissueRules[request.organ].lesionIn === "tissue"
      ? shareOfOther(request.organ, hu, coreOf(site, mask))
      : 0;
  const missed = Math.abs(outerShare(organ, mask) - outer.askedShare);
  const good = other <= maxOtherShare && missed <= shareTolerance && clippedShare <= maxClippedShare;
  return { fault: other + missed + (clippedShare > maxClippedShare ? 1 : 0), good };
}

function surveyOrgan(request: SynthesisRequest): SurveyedOrgan {
  const { ct, organ, signal } = request;
  requireSameGrid(ct, request.labels, ["ct", "labels"]);
  radiusOfSize(request.size);
  if (request.phase !== undefined)
    requireThat(scanPhases.includes(request.phase), "phase", request.phase, scanPhases.join(", "));
  const clearanceMm = request.options?.vesselClearanceMm ?? 0;
  requireThat(clearanceMm >= 0, "vesselClearanceMm", clearanceMm, "a number of at least 0, in mm");
  const askedShare = exophyticShareOf(request);
  throwIfAborted(signal);
  const labels = keepApart(request.labels, organ);
  const map = mapOrgan(labels, organ);
  const isOrgan = new Uint8Array(65536);
  for (const value of map.labels.organ) isOrgan[value] = 1;
  const { tissue, range } = findSampleTissue(map, ct, labels, organ);
  const phase = request.phase ?? judgePhase(ct, labels);
  const around =
    askedShare > 0
      ? mapSurroundings(
          map,
          tissue,
          ct,
          labels,
          capSize(organ, map.volumeMl, radiusOfSize(request.size)).radiusMm,
        )
      : undefined;
  return { request, labels, map, isOrgan, tissue, range, parts: findParts(map), phase, askedShare, around };
}

/** Opens the place of an attempt: the same attempt gives the same place. */
function openPlace(
  survey: SurveyedOrgan,
  { reach = 1.6, marginMm = 4 }: SiteOptions,
  attempt: number,
): LesionSite {
  const { request, labels, map, isOrgan, tissue, range, parts, phase, askedShare, around } = survey;
  const { organ, key, options = {} } = request;
  const requestedRadiusMm = radiusOfSize(request.size);
  const { lesionIn } = tissueRules[organ];
  // A key of its own: places within the organ stay what they are.
  const placeKey = key.split(around ? "exophytic place" : "place");
  const stream = (attempt === 0 ? placeKey : placeKey.split(attempt)).stream();
  const { centerVoxel, vesselClearanceMm: clearanceMm = 0 } = options;
  if (centerVoxel) requireOrganVoxel({ ...request, labels }, centerVoxel, isOrgan, askedShare > 0);
  const part = centerVoxel
    ? (around ? nearestPart : partAt)(map, parts, centerVoxel)
    : samplePart(withTissue(parts, tissue, range, organ), stream);
  const { radiusMm, cap } = capSize(organ, part.volumeMl, requestedRadiusMm);
  // Where a lesion keeps to tissue, its depth and its fit are those in the tissue.
  const room = lesionIn === "tissue" ? { ...map, mask: withData(map.mask, tissue) } : map;
  const tissuePart = { ...part, samples: part.samples.filter((i) => tissue[i] === 1) };
  const asked = { organ, radiusMm, clearanceMm, share: askedShare };
  const drawn = centerVoxel
    ? describePlace(around?.map ?? room, centerVoxel, radiusMm)
    : around
      ? sampleSurfacePlace(around, tissuePart, labels, asked, stream)
      : samplePlace(room, tissuePart, labels, asked, stream);
  throwIfAborted(request.signal);

  const voxelMl = (labels.spacingMm[0] * labels.spacingMm[1] * labels.spacingMm[2]) / 1000;
  const exactVoxels = ballVolumeMl(radiusMm) / voxelMl;
  requireThat(
    exactVoxels >= leastVoxels,
    "size",
    `${radiusMm.toFixed(1)} mm, less than a voxel of ${(1000 * voxelMl).toFixed(0)} mm3`,
    `a lesion that the spacing of ${labels.spacingMm.map((mm) => mm.toPrecision(3)).join(" x ")} mm can show`,
    "Resample the scan, or ask for a larger lesion",
    "does-not-fit",
  );
  const voxels = Math.max(1, Math.round(exactVoxels));
  const block = cutBlock(
    { ...request, labels },
    drawn.voxel,
    isOrgan,
    reach * radiusMm + marginMm,
    1.5 * voxels,
    (found) => {
      const tissueHere = findBlockTissue(found, range);
      const inOrgan = lesionIn === "tissue" ? tissueHere : found.organ;
      if (!around) return { open: inOrgan, tissue: tissueHere, inOrgan };
      const { outer, organ: wider } = openOuter(around, found, inOrgan, askedShare);
      return {
        open: wider.map((on, i) => on | outer.open[i]),
        tissue: tissueHere.map((on, i) => on | outer.open[i]),
        inOrgan: wider,
        outer,
      };
    },
  );
  const { box, shape, hu, inOrgan, outer } = block;
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
    organ: inOrgan,
    ...(outer ? { outer } : {}),
    organHu: huOf(hu, inOrgan),
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

function requireOrganVoxel(
  { labels, organ }: SynthesisRequest,
  voxel: Vec3,
  isOrgan: Uint8Array,
  orBeside: boolean,
): void {
  const { shape, data, names } = labels;
  requireThat(
    voxel.length === 3 && voxel.every((at, axis) => Number.isInteger(at) && at >= 0 && at < shape[axis]),
    "centerVoxel",
    [...voxel],
    `a voxel of the scan, from 0,0,0 to ${shape.map((n) => n - 1).join(",")}`,
  );
  const value = data[voxel[0] + shape[0] * (voxel[1] + shape[1] * voxel[2])];
  if (!isOrgan[value] && !(orBeside && value === 0))
    throw new LabError(
      "centerVoxel",
      `${value === 0 ? "background" : names[value]} at [${voxel.join(", ")}]`,
      `a voxel of the ${organ}${orBeside ? " or of the fat beside it" : ""}`,
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
    { kind: "does-not-fit" },
  );
}
