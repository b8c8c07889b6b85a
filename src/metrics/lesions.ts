import { equivalentRadiusMm, isEarly, sizeClassOf } from "../anatomy/size-class.js";
import type { SizeClass } from "../anatomy/size-class.js";
import { requireThat } from "../core/errors.js";
import type { Vec3, Volume } from "../core/types.js";
import { findComponents } from "../volume/components.js";
import type { Component, Connectivity } from "../volume/components.js";
import { firstVoxelsOf, joinLayers } from "./lesion-layers.js";
import type { LayerLesions } from "./lesion-layers.js";
import { countOverlaps } from "./lesion-overlap.js";
import type { LesionOverlaps } from "./lesion-overlap.js";
import { iouOf, pairLesions } from "./lesion-pairs.js";
import { describeMatch, requireMatch } from "./lesion-rule.js";
import type { LesionMatch } from "./lesion-rule.js";
import { nameLabels, openPair } from "./pair.js";
import type { Labels, NamedLabel } from "./pair.js";

/** What counts as a lesion and when it is found. */
export interface LesionOptions {
  /** Labels of lesions: numbers, or names by number. */
  labels: readonly number[] | Readonly<Record<number, string>>;
  /** Defaults to *overlap*. */
  match?: LesionMatch;
  /** Whether lesions of different labels are different things (default) or all labels count as one. */
  byLabel?: boolean;
  /** Which voxels belong together: those that share a corner (26, the default), an edge (18) or a face (6). */
  connectivity?: Connectivity;
  /** Name of the case; defaults to `""`. */
  case?: string;
  /** Whose it is; defaults to the name of the case. */
  patient?: string;
}

/** One connected lesion of either map. */
export interface MeasuredLesion {
  /** From 1 within its map and case, in the order of first voxels in memory. */
  id: number;
  /** Its label; the first label asked for when labels count as one. */
  label: number;
  name: string;
  voxels: number;
  volumeMl: number;
  /** Radius of the sphere of its volume, mm. */
  radiusMm: number;
  sizeClass: SizeClass;
  /** Whether the diameter of that sphere is below 20 mm. */
  isEarly: boolean;
  /** Mean of its voxel centres in RAS+ mm. */
  centroidMm: Vec3;
  /** Lowest and highest voxel index along x, y, z, both inside. */
  boxMin: Vec3;
  boxMax: Vec3;
  /** Lesions of the other map that match it, by id, ascending. */
  matchedIds: number[];
}

/** A lesion of the reference with how well it was found. */
export interface ReferenceLesion extends MeasuredLesion {
  /** Some lesion of the prediction matches. */
  detected: boolean;
  /** Dice and IoU with all matching lesions of the prediction together; 0 when none does. */
  dice: number;
  iou: number;
  /** Largest IoU with any lesion of the prediction, matching or not. */
  bestIou: number;
}

/** A lesion of the prediction. */
export interface PredictedLesion extends MeasuredLesion {
  /** No lesion of the reference matches. */
  isFalsePositive: boolean;
}

/** Lesions of one case. */
export interface LesionCase {
  case: string;
  patient: string;
  /** The rule by which lesions match, and in words, to be printed beside the numbers. */
  match: LesionMatch;
  rule: string;
  reference: ReferenceLesion[];
  predicted: PredictedLesion[];
  /** Lesions of the reference that were detected, and that were not. */
  detectedLesions: number;
  missedLesions: number;
  /** Lesions of the prediction that match none of the reference. */
  falsePositives: number;
  /** Volume of the lesions in each map, ml; with `detectedLesions` what `detectPatients` asks for. */
  referenceMl: number;
  predictionMl: number;
}

/**
 * Takes a pair of label maps apart into lesions and matches them. By the default rule, any overlap, matching is many to many:
 * one predicted lesion may cover two of the reference and finds both, and two pieces of one lesion are no false positives. By
 * the rules *greedy* and *optimal* each lesion has one partner at most, so that a second one covered is missed and a second
 * piece is a false positive. `scoreDetection` makes one case's scores of it, `summarizeLesions` those of many.
 *
 * Maps without these labels give empty lists. Throws a LabError that prints both values when the grids differ, for
 * labels that are not whole numbers and for a threshold outside `(0, 1]`. Of masks that may overlap
 * `evaluateLesionsOfPair` takes each whole.
 */
export function evaluateLesions(reference: Labels, prediction: Labels, options: LesionOptions): LesionCase {
  const labels = nameLabels(options.labels, [reference, prediction]);
  return evaluateLesionLayers([{ reference, prediction, labels }], options);
}

/** Some lesion labels of a case, and maps that hold them whole. */
export interface LesionLayer {
  reference: Labels;
  prediction: Labels;
  labels: readonly NamedLabel[];
}

/** {@link evaluateLesions} of labels that lie in several maps of one case, each in one of them. */
export function evaluateLesionLayers(
  layers: readonly LesionLayer[],
  { match = { rule: "overlap" }, byLabel = true, connectivity = 26, labels, ...rest }: LesionOptions,
): LesionCase {
  const { case: name = "", patient = name } = rest;
  requireMatch(match);
  requireThat(
    layers.some((layer) => layer.labels.length > 0),
    "labels",
    labels,
    "at least one label",
  );
  const { reference, predicted } = joinLayers(
    layers.map((layer) => matchLesions(layer, match, byLabel, connectivity)),
  );
  const detectedLesions = reference.filter((lesion) => lesion.detected).length;
  return {
    case: name,
    patient,
    match,
    rule: describeMatch(match, connectivity),
    reference,
    predicted,
    detectedLesions,
    missedLesions: reference.length - detectedLesions,
    falsePositives: predicted.filter((lesion) => lesion.isFalsePositive).length,
    referenceMl: reference.reduce((sum, lesion) => sum + lesion.volumeMl, 0),
    predictionMl: predicted.reduce((sum, lesion) => sum + lesion.volumeMl, 0),
  };
}

function matchLesions(
  { reference, prediction, labels }: LesionLayer,
  match: LesionMatch,
  byLabel: boolean,
  connectivity: Connectivity,
): LayerLesions {
  const pair = openPair(reference, prediction);
  const find = (data: Uint8Array | Uint16Array) => {
    const mask = selectLabels({ ...reference, data, rescale: undefined }, labels, byLabel);
    return findComponents(mask, { connectivity });
  };
  const [truth, guess] = [find(pair.reference), find(pair.prediction)];
  const overlaps = countOverlaps(truth, guess);
  const pairs = pairLesions(truth.components, guess.components, overlaps, match);
  const partners = [truth, guess].map(({ components }) => components.map((): number[] => []));
  for (const { reference: a, prediction: b } of pairs) {
    partners[0][a - 1].push(b);
    partners[1][b - 1].push(a);
  }
  const pick = (ids: readonly number[], all: Component[]): Component[] => ids.map((id) => all[id - 1]);
  const nameOf = new Map(labels.map((entry) => [entry.label, entry.name]));
  const describe = (component: Component, matched: Component[]): MeasuredLesion => ({
    ...lesionOf(component, nameOf.get(component.label) ?? `label ${component.label}`),
    matchedIds: matched.map(({ id }) => id).sort((a, b) => a - b),
  });

  const lesions = truth.components.map((lesion): ReferenceLesion => {
    const touching = pick(overlaps.ofReference(lesion.id), guess.components);
    const matched = pick(partners[0][lesion.id - 1], guess.components);
    return {
      ...describe(lesion, matched),
      detected: matched.length > 0,
      ...overlapWith(lesion, matched, overlaps),
      bestIou: touching.reduce((best, other) => Math.max(best, iouOf(lesion, other, overlaps)), 0),
    };
  });
  const predicted = guess.components.map((lesion): PredictedLesion => {
    const matched = pick(partners[1][lesion.id - 1], truth.components);
    return { ...describe(lesion, matched), isFalsePositive: matched.length === 0 };
  });
  return { reference: lesions, predicted, firstVoxels: [firstVoxelsOf(truth), firstVoxelsOf(guess)] };
}

/** The map with only these labels, all as the first of them when they count as one. */
function selectLabels(
  map: Volume<Uint8Array | Uint16Array>,
  labels: readonly NamedLabel[],
  byLabel: boolean,
): Volume<Uint8Array | Uint16Array> {
  const become = new Uint16Array(65536);
  for (const { label } of labels) become[label] = byLabel ? label : labels[0].label;
  const { data: from } = map;
  const fits = from instanceof Uint8Array && (byLabel || labels[0].label <= 255);
  const data = fits ? new Uint8Array(from.length) : new Uint16Array(from.length);
  for (let i = 0; i < from.length; i++) if (from[i] !== 0) data[i] = become[from[i]];
  return { ...map, data };
}

function lesionOf(component: Component, name: string): Omit<MeasuredLesion, "matchedIds"> {
  const { id, label, voxels, volumeMl, centroidMm, boxMin, boxMax } = component;
  const radiusMm = equivalentRadiusMm(volumeMl);
  return {
    id,
    label,
    name,
    voxels,
    volumeMl,
    radiusMm,
    sizeClass: sizeClassOf(radiusMm),
    isEarly: isEarly(radiusMm),
    centroidMm,
    boxMin,
    boxMax,
  };
}

/** Dice and IoU of a lesion with several others taken as one; they do not overlap each other. */
function overlapWith(
  lesion: Component,
  others: readonly Component[],
  overlaps: LesionOverlaps,
): { dice: number; iou: number } {
  const shared = others.reduce((sum, other) => sum + overlaps.between(lesion.id, other.id), 0);
  const voxels = lesion.voxels + others.reduce((sum, other) => sum + other.voxels, 0);
  return { dice: (2 * shared) / voxels, iou: shared / (voxels - shared) };
}
