import type { TumorOrgan } from "../anatomy/organs.js";
import { requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import { withData } from "../core/grid.js";
import { throwIfAborted, type RunOptions } from "../core/progress.js";
import type { Key } from "../core/random.js";
import type { LabelMap, Volume } from "../core/types.js";
import { createPhantomCase, type PhantomOptions } from "../phantom/make-case.js";
import { median } from "../stats/describe.js";
import { compareSamples, type SampleDistance } from "../stats/two-sample.js";
import { measureLesions } from "../tumor/find-lesions.js";
import { applyPatch } from "../tumor/insert.js";
import type { LesionAppearance } from "../tumor/measure-lesion.js";
import type { LesionSize, Synthesizer } from "../tumor/synthesizer.js";
import { cropAround } from "../volume/crop.js";

/** What a lesion looks like and whose it is: enough to compare groups, also of your own scans. */
export interface PatientLesion extends LesionAppearance {
  patient: string;
}

/** A lesion with where it comes from. */
export interface RealismLesion extends PatientLesion {
  /** `"reference"` for the phantom's own tumors, else the generator's name. */
  source: string;
  case: string;
  organ: TumorOrgan;
  /** The scan round the lesion and the lesion alone under its name, for pictures. */
  ct: Volume;
  lesion: LabelMap;
}

/** Which lesions are collected. */
export interface LesionCollection extends RunOptions {
  organ: TumorOrgan;
  /** Patients of each kind. */
  patients: number;
  /** Whole number that names them. */
  seed: number;
  /** Voxels in mm and grid; the same for all, as figures of other grids cannot be compared. */
  spacingMm?: PhantomOptions["spacingMm"];
  shape?: PhantomOptions["shape"];
}

/** Half the width of what is kept round a lesion for pictures, in mm. */
const roundMm = 55;

/**
 * The phantom's own tumors of an organ, grown by reaction and diffusion before the scanner's blur and noise: lesions to
 * hold synthetic ones against. Each connected piece of at least eight voxels is one.
 */
export function collectReferenceLesions(options: LesionCollection): RealismLesion[] {
  return eachPatient(options, 0, 0, (ct, labels, who) =>
    lesionsOf(ct, labels, options.organ, "reference", who),
  );
}

/**
 * Lesions of a generator in phantoms that have none, seen by the same scanners, one per patient. Patients are others than
 * those of {@link collectReferenceLesions}.
 *
 * @param sizes parts of small, medium and large lesions, such as `[4, 2, 1]`, or a function that draws a size.
 */
export async function collectSyntheticLesions(
  generator: Synthesizer,
  sizes: readonly [number, number, number] | ((key: Key) => LesionSize),
  key: Key,
  options: LesionCollection,
): Promise<RealismLesion[]> {
  const { organ } = options;
  const sizeOf = typeof sizes === "function" ? sizes : (sizeKey: Key) => sampleClass(sizeKey, sizes);
  const made = eachPatient(options, 1, 5000, (ct, labels, who) => [{ ct, labels, who }]);
  const found: RealismLesion[] = [];
  for (const { ct, labels, who } of made) {
    const caseKey = key.split(who.case);
    const request = {
      ct,
      labels,
      organ,
      size: sizeOf(caseKey.split("size")),
      key: caseKey,
      phase: who.phase,
    };
    const patch = await generator.synthesize(request);
    const after = applyPatch(ct, labels, patch);
    found.push(...lesionsOf(after.ct, after.labels, organ, generator.name, who));
  }
  return found;
}

function sampleClass(key: Key, [small, medium, large]: readonly [number, number, number]): LesionSize {
  const parts = [small, medium, large];
  requireThat(
    parts.every((part) => Number.isFinite(part) && part >= 0) && small + medium + large > 0,
    "sizes",
    parts,
    "three numbers from 0, not all 0",
  );
  const at = key.stream().uniform() * (small + medium + large);
  return { sizeClass: at < small ? "small" : at < small + medium ? "medium" : "large" };
}

interface Who {
  case: string;
  patient: string;
  phase: "plain" | "arterial" | "venous";
}

function eachPatient<T>(
  options: LesionCollection,
  controlShare: number,
  from: number,
  visit: (ct: Volume, labels: LabelMap, who: Who) => T[],
): T[] {
  const { organ, patients, seed, spacingMm, shape, progress, signal } = options;
  requireThat(Number.isInteger(patients) && patients >= 1, "patients", patients, "a whole number from 1");
  const seen = new Set<string>();
  const found: T[] = [];
  // Some patients have two scans, and men no uterus: cases are drawn until there are enough patients.
  for (let index = from; seen.size < patients && index < from + 20 * patients; index++) {
    throwIfAborted(signal);
    const { ct, labels, metadata } = createPhantomCase(index, {
      seed,
      controlShare,
      tumorOrgans: [organ],
      ...(spacingMm === undefined ? {} : { spacingMm }),
      ...(shape === undefined ? {} : { shape }),
      ...(signal ? { signal } : {}),
    });
    if (seen.has(metadata.patientId)) continue;
    const { caseId, patientId, phase } = metadata;
    if (organ === "uterus" && metadata.sex !== "female") continue;
    seen.add(patientId);
    found.push(...visit(ct, labels, { case: caseId, patient: patientId, phase }));
    progress?.({ done: seen.size, total: patients, label: caseId });
  }
  return found;
}

function lesionsOf(
  ct: Volume,
  labels: LabelMap,
  organ: TumorOrgan,
  source: string,
  who: Who,
): RealismLesion[] {
  return measureLesions(labels, organ, { ct }).map(({ label, centroidVoxel, mask, box, ...look }) => {
    const middle = centroidVoxel.map(Math.round);
    const [x, y, z] = middle.map((at, axis) => at - box.boxMin[axis]);
    // Blocks of one size round the middle of each lesion, so that pictures of them share their scale.
    const part = cropAround(mask, [x, y, z], roundMm);
    const data = fillWith(new Uint16Array(part.data.length), part.data, (inside) => (inside ? label : 0));
    return {
      ...look,
      source,
      organ,
      case: who.case,
      patient: who.patient,
      ct: cropAround(ct, [middle[0], middle[1], middle[2]], roundMm, -1024),
      lesion: { ...withData(part, data), names: { [label]: labels.names[label] } },
    };
  });
}

/** Figures that are compared, with what they are called. */
export const appearanceMeasures: readonly {
  name: keyof LesionAppearance;
  title: string;
  unit: string;
  log?: boolean;
}[] = [
  { name: "volumeMl", title: "Volume", unit: "ml", log: true },
  { name: "sphericity", title: "Sphericity", unit: "1" },
  { name: "contrastHu", title: "Contrast", unit: "HU" },
  { name: "edgeWidthMm", title: "Edge, 10 to 90 %", unit: "mm" },
  { name: "spreadRatio", title: "Spread inside / round it", unit: "1" },
  { name: "coherence", title: "Correlation of neighbours", unit: "1" },
];

/** How one figure of synthetic lesions differs from that of the references. */
export interface RealismDistance extends SampleDistance {
  figure: keyof LesionAppearance;
  title: string;
  unit: string;
  referenceMedian: number;
  syntheticMedian: number;
}

/** Compares each figure of two groups of lesions with {@link compareSamples}; patients are moved whole. */
export function compareAppearance(
  reference: readonly PatientLesion[],
  synthetic: readonly PatientLesion[],
  key: Key,
): RealismDistance[] {
  return appearanceMeasures.map(({ name, title, unit }) => {
    const pick = (lesions: readonly PatientLesion[]) => lesions.filter((each) => Number.isFinite(each[name]));
    const [first, second] = [pick(reference), pick(synthetic)];
    const sample = (lesions: readonly PatientLesion[]) => ({
      values: lesions.map((each) => each[name]),
      clusters: lesions.map((each) => each.patient),
    });
    return {
      figure: name,
      title,
      unit,
      referenceMedian: median(first.map((each) => each[name])),
      syntheticMedian: median(second.map((each) => each[name])),
      ...compareSamples(sample(first), sample(second), { key: key.split(name) }),
    };
  });
}
