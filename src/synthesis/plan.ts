import { type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { type SizeClass, sizeClasses } from "../anatomy/size-class.js";
import { describeLabels } from "../anatomy/structures.js";
import { requireThat } from "../core/errors.js";
import { labelsInUse } from "../core/grid.js";
import { createKey, type Key, restoreKey } from "../core/random.js";
import type { LabelMap, Volume } from "../core/types.js";
import { exophyticShareOf } from "../tumor/exophytic.js";
import { applyPatch } from "../tumor/insert.js";
import { wallOrgans } from "../tumor/place.js";
import type {
  LesionPatch,
  LesionRecord,
  LesionSize,
  ScanPhase,
  SynthesisOptions,
  Synthesizer,
  TrainedSynthesizer,
} from "../tumor/synthesizer.js";
import { findSynthesizer, requireGeneratorName } from "../tumor/synthesizers.js";

/** A scan that lesions may be put into. */
export interface HostScan {
  case: string;
  /** Whose scan it is; default the case. */
  patient?: string;
  phase?: ScanPhase;
  /** Organs it shows without any lesion. */
  healthyOrgans: readonly TumorOrgan[];
  /** Organs with room for a lesion whose own lesions, if any, are labelled; default those that are healthy. */
  openOrgans?: readonly TumorOrgan[];
}

/** How many synthetic cases there are and of what kind. */
export interface MixSettings {
  seed: number;
  /** Synthetic cases for each real one; default 3, as in the paper. */
  ratio?: number;
  /** Real cases that count for the ratio; default the number of scans. */
  realCases?: number;
  /** Parts of small, medium and large lesions; default 4:2:1, as in the paper. */
  mix?: readonly [number, number, number];
  /** Parts of each size class, in place of `mix`. */
  sizes?: Readonly<Record<SizeClass, number>>;
  /**
   * Organs lesions are put into, in turn; default all that any scan shows healthy, without colon and esophagus where
   * `options` ask for exophytic growth.
   */
  organs?: readonly TumorOrgan[];
  /** Generators used in turn; default `["handcrafted"]`. */
  methods?: readonly string[];
  /** SHA-256 of the weights of the generator that learned, where one of the methods is `learned`. */
  weightsSha256?: string;
  options?: SynthesisOptions;
  /** Lesions also go into organs that have some, 5 mm apart from them; default healthy organs alone. */
  besideLesions?: boolean;
}

/** A synthetic case to be made: plain JSON. */
export interface PlannedLesion {
  /** Name of the new case: `BDMAP_8` and its number; real cases' numbers stay below that, phantoms' above. */
  name: string;
  /** Case of the scan it is put into. */
  host: string;
  patient: string;
  organ: TumorOrgan;
  size: LesionSize;
  method: string;
  key: readonly [number, number, number, number];
  phase?: ScanPhase;
  options?: SynthesisOptions;
  /** The organ may have lesions already. */
  besideLesions?: true;
}

const mixClasses: readonly SizeClass[] = ["small", "medium", "large"];

/** Name of synthetic case `index`. */
export function syntheticCaseName(index: number): string {
  requireThat(
    Number.isInteger(index) && index >= 0 && index < 1e7,
    "index",
    index,
    "a whole number from 0 to 9999999",
  );
  return `BDMAP_8${String(index).padStart(7, "0")}`;
}

/**
 * Plans a synthetic cohort: case by case the organs take turns, each organ's healthy scans take turns in an order drawn
 * anew for each round, and sizes come in shuffled rounds that hold the mix exactly. The same scans and recipe give the same
 * plan, and a larger ratio only adds cases at its end.
 *
 * @throws LabError for a bad ratio or mix, exophytic growth of a wall, or when no scan shows one of the organs healthy.
 */
export function planMix(scans: readonly HostScan[], recipe: MixSettings): PlannedLesion[] {
  const {
    seed,
    ratio = 3,
    realCases = scans.length,
    mix = [4, 2, 1],
    methods = ["handcrafted"],
    options,
    besideLesions = false,
  } = recipe;
  const isHost = ({ healthyOrgans, openOrgans }: HostScan, organ: TumorOrgan): boolean =>
    (besideLesions ? (openOrgans ?? healthyOrgans) : healthyOrgans).includes(organ);
  requireThat(
    Number.isFinite(ratio) && ratio > 0 && ratio <= 1000,
    "ratio",
    ratio,
    "a number above 0, at most 1000",
  );
  requireThat(Number.isInteger(realCases) && realCases >= 1, "real cases", realCases, "at least one");
  requireThat(
    mix.length === 3 &&
      mix.every((part) => Number.isInteger(part) && part >= 0 && part <= 100) &&
      mix.some(Boolean),
    "mix",
    [...mix],
    "three whole numbers from 0 to 100, small:medium:large, not all 0",
  );
  requireThat(methods.length > 0, "methods", methods, "at least one generator");
  methods.forEach(requireGeneratorName);
  const isExophytic = (options?.exophyticShare ?? 0) > 0;
  // Asked for by name, a wall is refused; otherwise it takes no turn.
  const wanted =
    recipe.organs ??
    tumorOrgans.filter(
      (organ) => !(isExophytic && wallOrgans.includes(organ)) && scans.some((scan) => isHost(scan, organ)),
    );
  wanted.forEach((organ) => exophyticShareOf({ organ, options }));
  requireThat(
    wanted.length > 0,
    "scans",
    scans.length,
    "a scan in which one of the organs is there and healthy",
  );
  const hosts = wanted.map((organ) => {
    const found = scans.filter((scan) => isHost(scan, organ));
    requireThat(
      found.length > 0,
      organ,
      `none of ${scans.length} scans shows it ${besideLesions ? "" : "healthy"}`.trimEnd(),
      besideLesions
        ? "an organ that is there in one of the scans"
        : "an organ that is there and healthy in one of the scans",
      besideLesions
        ? "Leave the organ out"
        : "Leave the organ out, add healthy scans, or allow organs with lesions (--beside-lesions)",
    );
    return found;
  });
  const root = createKey(seed).split("synthetic cohort");
  const classes = recipe.sizes
    ? sizeClasses.flatMap(({ name }) => new Array<SizeClass>(recipe.sizes![name]).fill(name))
    : mixClasses.flatMap((sizeClass, k) => new Array<SizeClass>(mix[k]).fill(sizeClass));
  requireThat(classes.length > 0, "sizes", recipe.sizes, "whole numbers from 0, not all 0");
  const turns = wanted.map((organ, at) => {
    const organKey = root.split(organ);
    return {
      chooseSize: takeTurns(classes, organKey.split("sizes")),
      chooseScan: takeTurns(hosts[at], organKey.split("scans")),
    };
  });
  return Array.from({ length: Math.round(ratio * realCases) }, (_, index): PlannedLesion => {
    const organ = index % wanted.length;
    // Rounds of sizes and of scans are counted for each organ, so that every organ gets the whole mix.
    const turn = Math.floor(index / wanted.length);
    const sizeClass = turns[organ].chooseSize(turn);
    const scan = turns[organ].chooseScan(turn);
    return {
      name: syntheticCaseName(index),
      host: scan.case,
      patient: scan.patient ?? scan.case,
      organ: wanted[organ],
      size: { sizeClass },
      method: methods[turn % methods.length],
      key: root.split("case").split(index).words,
      ...(scan.phase ? { phase: scan.phase } : {}),
      ...(options ? { options } : {}),
      ...(besideLesions ? { besideLesions } : {}),
    };
  });
}

/** Gives item `turn` of endless rounds, each holding all items in an order of its own. */
function takeTurns<T>(items: readonly T[], key: Key): (turn: number) => T {
  let order: readonly T[] = [];
  let ordered = -1;
  return (turn) => {
    const round = Math.floor(turn / items.length);
    // A round is shuffled once: there may be thousands of scans.
    if (round !== ordered) [order, ordered] = [key.split(round).stream().shuffle(items), round];
    return order[turn % items.length];
  };
}

/** A scan in memory. */
export interface OpenScan {
  ct: Volume;
  labels: LabelMap;
}

/** A synthetic case in memory. */
export interface SyntheticCase extends OpenScan {
  name: string;
  patient: string;
  record: LesionRecord;
}

/**
 * Makes the lesion of a plan as a patch of its scan. What is saved to disk and what training draws on the fly both come
 * from here, so that they are the same bytes.
 *
 * @param trained the generator that the method `learned` means.
 * @throws what the generator throws.
 */
export function synthesizePlannedLesion(
  plan: PlannedLesion,
  { ct, labels }: OpenScan,
  signal?: AbortSignal,
  trained?: TrainedSynthesizer,
): LesionPatch | Promise<LesionPatch> {
  const { organ, size, method, key, phase, options } = plan;
  const synthesizer: Synthesizer = findSynthesizer(method, trained);
  if (plan.besideLesions !== true) requireHealthy(plan, labels);
  return synthesizer.synthesize({
    ct,
    labels,
    organ,
    size,
    key: restoreKey(key),
    ...(phase ? { phase } : {}),
    ...(options ? { options } : {}),
    ...(signal ? { signal } : {}),
  });
}

function requireHealthy({ host, organ }: PlannedLesion, labels: LabelMap): void {
  const lesion = describeLabels(labels.names).filter(({ lesionOf }) => lesionOf === organ);
  if (lesion.length === 0) return;
  const present = labelsInUse(labels.data);
  const found = lesion.find(({ value }) => present[value] === 1);
  requireThat(
    found === undefined,
    `${host}, ${organ}`,
    `${found?.name}, label ${found?.value}`,
    `a healthy ${organ}`,
    "Lesions go into organs that have some only where that is asked for (--beside-lesions)",
    "does-not-fit",
  );
}

/** Makes a planned case whole: {@link synthesizePlannedLesion} written over copies of its scan. */
export async function makePlannedCase(
  plan: PlannedLesion,
  scan: OpenScan,
  signal?: AbortSignal,
  trained?: TrainedSynthesizer,
): Promise<SyntheticCase> {
  const patch = await synthesizePlannedLesion(plan, scan, signal, trained);
  const { ct, labels } = applyPatch(scan.ct, scan.labels, patch);
  return { name: plan.name, patient: plan.patient, ct, labels, record: patch.record };
}
