import { requireThat } from "../core/errors.js";
import type { Key } from "../core/random.js";
import { type Auc, areaUnderRoc, type PatientScore } from "../metrics/auc.js";
import { mean, median, standardDeviation } from "../stats/describe.js";
import type { LesionAppearance } from "../tumor/measure-lesion.js";
import type { PatientLesion } from "./lesion-realism.js";
import { fitLogistic, scoreLogistic } from "./logistic.js";

/** How well a classifier tells synthetic lesions from references. */
export interface TellApart {
  /**
   * Area under the ROC curve over patients, synthetic ones as positives: 0.5 where they cannot be told apart, 1 where always.
   * Below 0.5 by chance alone.
   */
  auc: Auc;
  /** Lesions of each kind. */
  references: number;
  synthetic: number;
  /** Figures that the classifier saw. */
  measures: readonly (keyof LesionAppearance)[];
  /** Score of each patient of the half that was not learned from: higher, more like synthetic. */
  scores: readonly PatientScore[];
}

/** How {@link tellLesionsApart} goes about it. */
export interface TellApartOptions {
  /** Deals the patients into those who are learned from and those who are told apart. */
  key: Key;
  /** Figures; default all of appearance but the size. */
  measures?: TellApart["measures"];
}

/** Figures of how a lesion looks, whatever its size: sizes are asked for, not generated. */
const looks: readonly (keyof LesionAppearance)[] = [
  "sphericity",
  "contrastHu",
  "edgeWidthMm",
  "spreadRatio",
  "coherence",
];
const ridge = 1;

/**
 * Classifier two-sample test (Lopez-Paz and Oquab, ICLR 2017) by patient: a logistic regression on figures of lesions and
 * their squares is fitted to one half of the patients of each kind and scores the other. A patient's score is the mean over the
 * lesions. A figure that a lesion lacks counts as the median, and that it lacks it as a feature. Halves, and not folds in turn:
 * where there is nothing to tell, scores pooled over folds lie below 0.5, for what is left out is what the others lack.
 *
 * @throws LabError unless there are at least four patients of each kind, and none of both.
 */
export function tellLesionsApart(
  reference: readonly PatientLesion[],
  synthetic: readonly PatientLesion[],
  { key, measures = looks }: TellApartOptions,
): TellApart {
  const lesions = [
    ...reference.map((lesion) => ({ lesion, isSynthetic: false })),
    ...synthetic.map((lesion) => ({ lesion, isSynthetic: true })),
  ];
  const patientsOf = (kind: readonly PatientLesion[]): string[] => [
    ...new Set(kind.map(({ patient }) => patient)),
  ];
  const [first, second] = [patientsOf(reference), patientsOf(synthetic)];
  const both = first.find((patient) => second.includes(patient));
  requireThat(both === undefined, "lesions", `${both} with both kinds`, "other patients for each kind");
  const fewest = Math.min(first.length, second.length);
  requireThat(fewest >= 4, "lesions", `${fewest} patients of a kind`, "at least four patients of each kind");
  const learnedFrom = new Set(
    Object.entries({ first, second }).flatMap(([name, patients]) => {
      const dealt = key
        .split(name)
        .stream()
        .shuffle([...patients]);
      return dealt.slice(0, Math.floor(patients.length / 2));
    }),
  );
  const known = lesions.filter(({ lesion }) => learnedFrom.has(lesion.patient));
  const toFeatures = createFeatures(
    known.map(({ lesion }) => lesion),
    measures,
  );
  const weights = fitLogistic(
    known.map(({ lesion }) => toFeatures(lesion)),
    known.map(({ isSynthetic }) => isSynthetic),
    ridge,
  );
  const scores = new Map<string, { sum: number; count: number; hasTumor: boolean }>();
  for (const { lesion, isSynthetic } of lesions) {
    if (learnedFrom.has(lesion.patient)) continue;
    const entry = scores.get(lesion.patient) ?? { sum: 0, count: 0, hasTumor: isSynthetic };
    entry.sum += scoreLogistic(weights, toFeatures(lesion));
    entry.count++;
    scores.set(lesion.patient, entry);
  }
  const patients = [...scores].map(([patient, { sum, count: n, hasTumor }]): PatientScore => ({
    patient,
    score: sum / n,
    hasTumor,
  }));
  return {
    auc: areaUnderRoc(patients),
    references: reference.length,
    synthetic: synthetic.length,
    measures,
    scores: patients,
  };
}

/** Figures as numbers of mean 0 and variance 1 over the lesions known, their squares, and whether each is missing. */
function createFeatures(
  known: readonly PatientLesion[],
  measures: TellApart["measures"],
): (lesion: PatientLesion) => number[] {
  const scales = measures.map((name) => {
    const found = known.map((lesion) => lesion[name]).filter(Number.isFinite);
    const middle = found.length > 0 ? median(found) : 0;
    return {
      name,
      middle,
      center: found.length > 0 ? mean(found) : 0,
      spread: (found.length > 1 && standardDeviation(found)) || 1,
    };
  });
  return (lesion) =>
    scales.flatMap(({ name, middle, center, spread }) => {
      const isMissing = !Number.isFinite(lesion[name]);
      const z = ((isMissing ? middle : lesion[name]) - center) / spread;
      // A figure far out must not outweigh all others.
      const kept = Math.max(-4, Math.min(4, z));
      return [kept, kept * kept - 1, isMissing ? 1 : 0];
    });
}
