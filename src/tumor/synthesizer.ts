import type { TumorOrgan } from "../anatomy/organs.js";
import type { ScanPhase } from "../anatomy/phase.js";
import type { SizeClass } from "../anatomy/size-class.js";
import type { Key } from "../core/random.js";
import type { LabelMap, Mask, Vec3, Volume } from "../core/types.js";
import type { VoxelBox } from "../volume/crop.js";

export type { ScanPhase };

/** How large a lesion is to be: a class, which stands for its nominal radius, or the radius of a ball of its volume. */
export type LesionSize = { readonly sizeClass: SizeClass } | { readonly radiusMm: number };

/** A value that JSON keeps as it is, so that a record can hold it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Settings every generator understands; each may add its own under other names. */
export interface SynthesisOptions {
  /** Where the lesion's middle is to be, as a voxel of the CT; default a place drawn in the organ. */
  readonly centerVoxel?: Vec3;
  /** HU the lesion is above (below, where negative) what it replaces; default drawn by organ and phase. */
  readonly contrastHu?: number;
  /** Least distance of the lesion's middle from vessels, in mm; default 0, vessels are not looked at. */
  readonly vesselClearanceMm?: number;
  /**
   * Share of the lesion, 0 to 0.9, that grows out of the organ's surface into the fat beside it; default 0, all of it lies
   * in the organ. Solid organs only.
   */
  readonly exophyticShare?: number;
  readonly [name: string]: JsonValue | undefined;
}

/** What a generator is asked for. */
export interface SynthesisRequest {
  /** Intensities in HU (after `rescale`); not changed. */
  ct: Volume;
  /** Labels on the same grid; not changed. Their names tell which are the organ, its vessels and its lesion. */
  labels: LabelMap;
  organ: TumorOrgan;
  size: LesionSize;
  /** Default: judged by the attenuation of aorta and organs. */
  phase?: ScanPhase;
  /** Names all randomness: the same request with the same key gives the same bytes. */
  key: Key;
  options?: SynthesisOptions;
  signal?: AbortSignal;
}

/**
 * A lesion as the block of voxels it changes: what is written over the scan. Small beside the scan, so that a generator
 * need not copy hundreds of megabytes.
 */
export interface LesionPatch {
  /** Where the block lies in the scan. */
  box: VoxelBox;
  /** Stored numbers of the CT in the block, of the request's kind of array and `rescale`. */
  ct: Volume;
  /** Labels in the block: those of the request, and the lesion label where the mask is 1. */
  labels: LabelMap;
  /** 1 where the lesion is. */
  mask: Mask;
  record: LesionRecord;
}

/** A scan with a lesion. */
export interface SynthesisResult {
  ct: Volume;
  /** The request's labels with the lesion label over voxels of the organ, and over unlabelled ones where it grows out of it. */
  labels: LabelMap;
  /** 1 where the lesion is, on the grid of the CT. */
  mask: Mask;
  record: LesionRecord;
}

/** Why a lesion is smaller than asked for. */
export interface SizeCap {
  /** Largest radius the organ allows, in mm. */
  radiusMm: number;
  reason: string;
}

/**
 * Everything known of a synthetic lesion: plain JSON, from which `replayRecord` makes it again byte for byte in the same
 * scan.
 */
export interface LesionRecord {
  format: "tumorlab-lesion";
  formatVersion: 1;
  /** Name and version of the generator. */
  generator: string;
  generatorVersion: string;
  /** SHA-256 of what the generator learned; absent of one that needs no training. */
  weightsSha256?: string;
  /** The four words of the request's key. */
  key: readonly [number, number, number, number];
  organ: TumorOrgan;
  phase: ScanPhase;
  /** Whether the phase was given or judged by the CT. */
  phaseSource: "given" | "judged";
  /** The request's size and options as they were given. */
  size: LesionSize;
  options: SynthesisOptions;
  /** The grid it was made on. */
  shape: Vec3;
  spacingMm: Vec3;
  /** Middle of the lesion: where it was placed, as a voxel and in RAS+ mm. */
  centerVoxel: Vec3;
  centerMm: Vec3;
  requestedRadiusMm: number;
  /** Radius of a ball of the lesion's volume. */
  achievedRadiusMm: number;
  achievedSizeClass: SizeClass;
  volumeMl: number;
  voxels: number;
  /** Present where the organ capped the size; `null` where it did not. */
  cap: SizeCap | null;
  /** Volume of the organ the lesion is in (one kidney), in ml, sampled as `parameters` of the place say. */
  organVolumeMl: number;
  /** Mean HU of the lesion less the mean HU the same voxels had before; of an exophytic one within the organ alone. */
  contrastHu: number;
  /** Share of the drawn shape that lay where no lesion may be and was cut away, 0 to 1. */
  clippedShare: number;
  /** Share of its voxels without the organ's label, asked for and reached; absent where none was asked for. */
  exophytic?: { askedShare: number; share: number };
  /** Voxels whose HU changed, lesion and surroundings. */
  changedVoxels: number;
  /** The lesion's label value and name. */
  lesionLabel: { value: number; name: string };
  /** Everything the generator drew. */
  parameters: Readonly<Record<string, JsonValue>>;
  /** SHA-256 of the block, HU and labels, as in `hashPatch`; absent in records of earlier builds. */
  sha256?: string;
}

/**
 * A generator of lesions: healthy CT, labels and a key in, CT, mask and record out. Two ship with the project; one that
 * learned is opened from its folder. `openSite` and `finishLesion` are the parts they share: the crop round the place, and
 * the guards with the record. A generator that goes its own way must keep what they guard: nothing outside the organ but
 * for an exophytic share, no empty mask, labels untouched but for the lesion, HU the CT's array can hold.
 */
export interface Synthesizer {
  /** As `findSynthesizer` knows it, such as `"handcrafted"`. */
  name: string;
  /** Changes whenever the same request would give other bytes. */
  version: string;
  /** One line for lists. */
  title: string;
  /** @throws LabError where the organ is missing or too small, naming organ, volume and cap. */
  synthesize(request: SynthesisRequest): LesionPatch | Promise<LesionPatch>;
}

/** A generator that learned from real tumors; its lesions are the same bytes with the same weights and arithmetic alone. */
export interface TrainedSynthesizer extends Synthesizer {
  /** SHA-256 of its weights. */
  weightsSha256: string;
  /** What computes, see `Engine` of the models. */
  arithmetic: string;
  synthesize(request: SynthesisRequest): LesionPatch;
}
