import { equivalentRadiusMm, sizeClassOf } from "../anatomy/size-class.js";
import { LabError, requireThat } from "../core/errors.js";
import { voxelVolumeMl, withData } from "../core/grid.js";
import type { LabelMap, VoxelArray } from "../core/types.js";
import { isWhole } from "../volume/arrays.js";
import { crop } from "../volume/crop.js";
import { coreOf, outerShare } from "./exophytic.js";
import { hashPatch } from "./hash-patch.js";
import { shareOfOther } from "./host-tissue.js";
import { maxClippedShare } from "./place.js";
import { type LesionSite, worldOf } from "./site.js";
import type { JsonValue, LesionPatch, LesionRecord, Synthesizer } from "./synthesizer.js";

/** HU a CT can hold: air to dense bone and contrast agent, as 12-bit scanners store them. */
const huLimits: readonly [number, number] = [-1024, 3071];

/** What a generator made of a site, on the site's grid. */
export interface RenderedLesion {
  /** 1 where the lesion is. */
  mask: Uint8Array;
  /** HU of every voxel; where it differs from the site's outside the organ and what is open beside it, it is not used. */
  hu: Float32Array;
  /** Share of the drawn shape that lay where no lesion may be, 0 to 1. */
  clippedShare: number;
  /** The organ round the place allowed less than the site's radius; in words. */
  capReason?: string;
  /** Everything that was drawn, for the record. */
  parameters: Readonly<Record<string, JsonValue>>;
}

/** What the lesion of a site may lie in, in words. */
export function nameRoom({ request, outer }: LesionSite): string {
  return outer ? `the ${request.organ} and the fat beside it` : `the ${request.organ}`;
}

/** Why a shape that spreads from its place has fewer voxels than the site asks for; `undefined` where it has as many. */
export function explainShortShape(site: LesionSite, voxels: number): string | undefined {
  return voxels < site.voxels ? `no more of ${nameRoom(site)} is connected with the place` : undefined;
}

/**
 * Checks a lesion and writes it over the site's block: HU change within the organ only (and what is open beside it, for an
 * exophytic share), rounded to what the CT stores and kept from -1024 to 3071; labels become the lesion's where the mask is 1.
 *
 * @throws LabError for a lesion outside the organ, without a voxel, of which more than 20 % were cut away, or that was asked
 *   to leave the organ and does not, or leaves it altogether.
 */
export function finishLesion(
  site: LesionSite,
  { mask, hu, clippedShare, capReason, parameters }: RenderedLesion,
  { name, version, weightsSha256 }: Pick<Synthesizer, "name" | "version"> & { weightsSha256?: string },
): LesionPatch {
  const { request, box, labels, place, outer } = site;
  const { organ } = request;
  const core = coreOf(site, mask);
  let voxels = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    voxels++;
    requireThat(
      mayChange(site, i),
      `${name} lesion`,
      `a voxel outside the ${organ}`,
      outer ? "voxels of the organ and of the fat beside it only" : "voxels of the organ only",
    );
  }
  const where = `${organ} of ${site.organVolumeMl.toFixed(1)} ml at voxel [${place.voxel.join(", ")}]`;
  requireThat(
    voxels > 0,
    `${name} lesion`,
    `no voxel in the ${where}`,
    "at least one voxel",
    "",
    "does-not-fit",
  );
  requireThat(
    clippedShare <= maxClippedShare,
    `${name} lesion`,
    `${(100 * clippedShare).toFixed(0)} % of it outside the ${where}${outer ? " and the fat beside it" : ""}`,
    `at most ${100 * maxClippedShare} %`,
    `Ask for less than ${site.radiusMm.toFixed(1)} mm, or another key`,
    "does-not-fit",
  );
  const share = outerShare(site.organ, mask);
  requireThat(
    !outer || (share > 0 && share < 1),
    `${name} lesion`,
    `${100 * share} % of it out of the ${where}`,
    `${(100 * (outer?.askedShare ?? 0)).toFixed(0)} % of it out of the organ`,
    "Choose another middle, or another key",
    "does-not-fit",
  );
  const ct = crop(request.ct, box);
  const { changed, before, after } = writeHu(ct.data, site, hu, core);
  const painted = paintLesion(crop(request.labels, box), mask, labels.lesion);
  const achievedRadiusMm = equivalentRadiusMm(voxels * voxelVolumeMl(request.labels));
  const cap = capReason === undefined ? site.cap : { radiusMm: achievedRadiusMm, reason: capReason };
  const record: LesionRecord = {
    format: "tumorlab-lesion",
    formatVersion: 1,
    generator: name,
    generatorVersion: version,
    ...(weightsSha256 === undefined ? {} : { weightsSha256 }),
    key: request.key.words,
    organ,
    phase: site.phase,
    phaseSource: request.phase === undefined ? "judged" : "given",
    size: request.size,
    options: request.options ?? {},
    shape: request.ct.shape,
    spacingMm: request.ct.spacingMm,
    centerVoxel: place.voxel,
    centerMm: worldOf(site, place.voxel),
    requestedRadiusMm: site.requestedRadiusMm,
    achievedRadiusMm,
    achievedSizeClass: sizeClassOf(achievedRadiusMm),
    volumeMl: voxels * voxelVolumeMl(request.labels),
    voxels,
    cap,
    organVolumeMl: site.organVolumeMl,
    contrastHu: (after - before) / countOf(core),
    clippedShare,
    ...(outer ? { exophytic: { askedShare: outer.askedShare, share } } : {}),
    changedVoxels: changed,
    lesionLabel: labels.lesion,
    parameters: {
      placeDepthMm: place.depthMm,
      placeOutsideShare: place.outsideShare,
      otherTissueShare: shareOfOther(organ, site.hu, core),
      ...(place.vesselMm === undefined ? {} : { placeVesselMm: place.vesselMm }),
      ...parameters,
    },
    sha256: hashPatch({ ct, labels: painted }),
  };
  return { box, ct, labels: painted, mask: withData(ct, mask), record };
}

/** Whether a lesion may change a voxel of its site. */
function mayChange({ organ, outer }: LesionSite, i: number): boolean {
  return organ[i] === 1 || outer?.open[i] === 1;
}

function countOf(mask: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i];
  return count;
}

/** Writes HU over stored numbers where a lesion may be, and sums the HU before and after of what `mask` holds of it. */
function writeHu(
  stored: VoxelArray,
  site: LesionSite,
  hu: Float32Array,
  mask: Uint8Array,
): { changed: number; before: number; after: number } {
  const { slope, intercept } = site.request.ct.rescale ?? { slope: 1, intercept: 0 };
  const whole = isWhole(stored);
  const [lowest, highest] = storedLimits(stored);
  const old = site.hu;
  let changed = 0;
  let before = 0;
  let after = 0;
  for (let i = 0; i < hu.length; i++) {
    if (mayChange(site, i) && hu[i] !== old[i]) {
      if (!Number.isFinite(hu[i])) throw new LabError("lesion HU", hu[i], "finite numbers");
      const kept = Math.min(huLimits[1], Math.max(huLimits[0], hu[i]));
      const value = (kept - intercept) / slope;
      const last = stored[i];
      stored[i] = whole ? Math.min(highest, Math.max(lowest, Math.floor(value + 0.5))) : value;
      if (stored[i] !== last) changed++;
    }
    if (mask[i] === 1) {
      before += old[i];
      after += stored[i] * slope + intercept;
    }
  }
  return { changed, before, after };
}

/** Lowest and highest whole number an array holds; wrapping round would turn a dark voxel white. */
function storedLimits({ BYTES_PER_ELEMENT: bytes, constructor }: VoxelArray): readonly [number, number] {
  const signed = constructor.name.startsWith("Int");
  const top = 2 ** (8 * bytes - (signed ? 1 : 0));
  return [signed ? -top : 0, top - 1];
}

function paintLesion(labels: LabelMap, mask: Uint8Array, lesion: { value: number; name: string }): LabelMap {
  const data =
    lesion.value > 255 && labels.data instanceof Uint8Array ? new Uint16Array(labels.data) : labels.data;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) data[i] = lesion.value;
  return { ...labels, data, names: { ...labels.names, [lesion.value]: lesion.name } };
}
