import { openLabelMap } from "../anatomy/label-maps.js";
import { LabError } from "../core/errors.js";
import { isThere } from "../core/files.js";
import type { LabelMap, Volume } from "../core/types.js";
import { readCohortMetadata } from "../data/metadata.js";
import { findScanFiles } from "../data/scan-files.js";
import { type ReadingChoice, readVolume } from "../formats/read.js";
import { join } from "../platform/paths.js";
import { areNamed, chooseStructures } from "./choose-structures.js";
import { pairCases } from "./pair-cases.js";
import type { FailedCase, PairedFiles } from "./pair-cases.js";
import {
  describePairNames,
  findPairNames,
  type GivenPairNames,
  type PairLayer,
  type PairNames,
  readPair,
} from "./read-pair.js";

/** Two label maps of one case on one grid, and the scan they were drawn on where there is one. */
export interface LabelPairOfCase {
  reference: LabelMap;
  prediction: LabelMap;
  /** Where masks overlap: each structure whole, for scores; the maps above are for pictures. */
  layers?: PairLayer[];
  /** What a reader should know of the labels of this case. */
  notes?: string[];
  /** Intensities in HU on the same grid. */
  ct?: Volume;
}

/** A case of a study, read or made when it is asked for. */
export interface StudyCase {
  case: string;
  /** Whose it is: scans of one patient are not independent. */
  patient: string;
  open(): Promise<LabelPairOfCase>;
}

/** References with predictions for them, ready to be scored. */
export interface Study {
  title: string;
  /** Where the label maps come from, in words that stand beside every number. */
  about: string;
  cases: StudyCase[];
  /** Cases that cannot be scored, and why. */
  failed: FailedCase[];
  /** Labels to score by value, each in every case; absent for the labels that the cases have. */
  labels?: Readonly<Record<number, string>>;
  /** Where the label maps are files: these, case by case, so that another thread can read them. */
  files?: { pairs: PairedFiles[]; names: PairNames };
  /** What a reader should know of the patients and of what the label values mean, a sentence each. */
  notes?: string[];
}

/** Where the label maps of a study lie. */
export interface StudyPaths {
  /** A file, or a folder of cases. */
  reference: string;
  prediction: string;
  /** Scans in HU: a file, a folder of them or a cohort, paired by case name; only pictures need them. */
  ct?: string;
  /**
   * Names of the label values of each side that does not say it itself: a shipped map (see `listLabelMaps`) or a JSON file.
   * See `findLabelScheme` for what the files say.
   */
  labelMap?: string;
  /** Names of the references' label values, whatever their files say; likewise of the predictions'. */
  referenceLabels?: string;
  predictionLabels?: string;
  /** Leaves references without a prediction out, instead of listing them as failed; default false. */
  predictedOnly?: boolean;
  /**
   * Table that says whose each case is (see `readCohortMetadata`); default metadata.csv in the folder of the references, where
   * there is one that can be read. A case that it does not list is a patient of its own.
   */
  metadata?: string;
  /** Whose case it is, instead of a table. */
  patientOf?: (caseName: string) => string;
  /** Which DICOM structures to take where there are several, which volume of a 4D label map, and what becomes of irregular slices. */
  reading?: ReadingChoice;
  /**
   * Labels to score by value; absent for every label found. Names say what the values mean where the files do not, and must be
   * those of their values.
   */
  labels?: Readonly<Record<number, string>>;
}

/**
 * Pairs the label maps of two folders (or two files) as `tumorlab evaluate` does, also those of `tumorlab predict`. The
 * label values of each side are read on their own and compared by what they stand for. Voxels are read when a case is
 * opened, so that a study may be larger than memory.
 *
 * @throws LabError when a path does not exist or holds no case, the label map is not known, or only
 *   one side says what its label values mean.
 */
export async function openStudy(paths: StudyPaths): Promise<Study> {
  const { reference, prediction, labels } = paths;
  const { pairs, failed } = await pairCases(reference, prediction, paths);
  const { patientOf, notes: patientNotes } = await findPatients(
    paths,
    pairs.map((pair) => pair.case),
  );
  const given = await openGivenNames(paths);
  const named = !given.both && labels && areNamed(labels) ? { both: labels, bothFrom: "--labels" } : {};
  const names = await findPairNames(paths, pairs, { ...named, ...given });
  const notes = pairs.length > 0 ? [...patientNotes, ...describePairNames(names)] : [];
  const scans = paths.ct === undefined ? [] : await findScanFiles(paths.ct);
  const scanOf = (name: string): string | undefined =>
    scans.find((scan) => scan.name === name)?.path ??
    (pairs.length === 1 && scans.length === 1 ? scans[0].path : undefined);
  return {
    title: `${prediction} against ${reference}`,
    about: [`Predictions in ${prediction}, references in ${reference}.`, ...notes].join(" "),
    cases: pairs.map((pair) => ({
      case: pair.case,
      patient: patientOf(pair.case),
      open: async () => {
        const scan = scanOf(pair.case);
        return {
          ...(await readPair(pair, names)),
          ...(scan === undefined ? {} : { ct: await readVolume(scan, { want: "scan" }) }),
        };
      },
    })),
    failed,
    labels: labels && chooseStructures(labels, names),
    files: { pairs, names },
    notes,
  };
}

/**
 * Whose the cases are: as the caller says, or the table that was named, or the one beside the references, which is left out
 * where it is no table of scans. What the table says is told.
 *
 * @throws LabError for a named table that cannot be read.
 */
async function findPatients(
  { metadata, patientOf, reference }: Pick<StudyPaths, "metadata" | "patientOf" | "reference">,
  cases: readonly string[],
): Promise<{ patientOf: (name: string) => string; notes: string[] }> {
  if (patientOf) return { patientOf, notes: [] };
  const alone = (name: string): string => name;
  const beside = join(reference, "metadata.csv");
  const path = metadata ?? ((await isThere(beside)) ? beside : undefined);
  if (path === undefined) return { patientOf: alone, notes: [] };
  let facts: Awaited<ReturnType<typeof readCohortMetadata>>;
  try {
    facts = await readCohortMetadata(path);
  } catch (error) {
    if (metadata !== undefined || !(error instanceof LabError)) throw error;
    return { patientOf: alone, notes: [`Each case counts as a patient of its own: ${error.message}.`] };
  }
  const patientIn = (name: string): string => facts.get(name)?.patient ?? name;
  const unknown = cases.filter((name) => facts.get(name)?.patient === undefined).length;
  const count = new Set(cases.map(patientIn)).size;
  const rest =
    unknown > 0 ? `; ${unknown} of the cases, whose patient it does not say, count as one each` : "";
  return {
    patientOf: patientIn,
    notes: [`${count} patients in ${cases.length} cases, from ${path}${rest}.`],
  };
}

/** The label maps that are named for a pair of folders. */
async function openGivenNames({
  labelMap,
  referenceLabels,
  predictionLabels,
}: Pick<StudyPaths, "labelMap" | "referenceLabels" | "predictionLabels">): Promise<GivenPairNames> {
  const open = async (name: string | undefined) =>
    name === undefined ? undefined : (await openLabelMap(name)).labels;
  const [both, reference, prediction] = [
    await open(labelMap),
    await open(referenceLabels),
    await open(predictionLabels),
  ];
  return {
    ...(both ? { both } : {}),
    ...(reference ? { reference } : {}),
    ...(prediction ? { prediction } : {}),
  };
}

/** Opens one case of a study by name. Throws a LabError that lists the names when there is none. */
export async function openCase(study: Study, name: string): Promise<LabelPairOfCase> {
  const found = study.cases.find((each) => each.case === name);
  if (!found) throw new LabError("case", name, `one of ${study.cases.map((each) => each.case).join(", ")}`);
  return found.open();
}
