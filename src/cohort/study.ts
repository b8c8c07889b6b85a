import { LabError } from "../errors.js";
import { readVolume } from "../nifti/read.js";
import type { LabelMap, Volume } from "../types.js";
import { openLabelMap } from "./label-maps.js";
import { pairCases } from "./pair-cases.js";
import type { FailedCase } from "./pair-cases.js";
import { describeClasses, findPairNames, readPair } from "./read-pair.js";
import { findScanFiles } from "./scan-files.js";

/** Two label maps of one case on one grid, and the scan they were drawn on where there is one. */
export interface LabelPairOfCase {
  reference: LabelMap;
  prediction: LabelMap;
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
}

/** Where the label maps of a study lie. */
export interface StudyPaths {
  /** A file, or a folder of cases. */
  reference: string;
  prediction: string;
  /** Scans in HU: a file, a folder of them or a cohort, paired by case name; only pictures need them. */
  ct?: string;
  /**
   * Names of the label values: a shipped map (see `listLabelMaps`) or a JSON file. Default: the bare numbers; for
   * references of a model's predictions a dataset.json beside them, else AbdomenAtlas's.
   */
  labelMap?: string;
  /** Leaves references without a prediction out, instead of listing them as failed; default false. */
  predictedOnly?: boolean;
  /** Whose case it is; default: each case a patient of its own. */
  patientOf?: (caseName: string) => string;
}

/**
 * Pairs the label maps of two folders (or two files) as `tumorlab evaluate` does, also those of `tumorlab predict`. Voxels are read when a case is opened,
 * so that a study may be larger than memory.
 *
 * @throws LabError when a path does not exist or holds no case, or the label map is not known.
 */
export async function openStudy(paths: StudyPaths): Promise<Study> {
  const { reference, prediction, patientOf = (name) => name } = paths;
  const { pairs, failed } = await pairCases(reference, prediction, paths);
  const map = paths.labelMap === undefined ? undefined : await openLabelMap(paths.labelMap);
  const names = await findPairNames(paths, pairs, map?.labels);
  const asClasses = names.classes ? ` Scored as classes of a model: ${describeClasses(names.classes)}.` : "";
  const scans = paths.ct === undefined ? [] : await findScanFiles(paths.ct);
  const scanOf = (name: string): string | undefined =>
    scans.find((scan) => scan.name === name)?.path ??
    (pairs.length === 1 && scans.length === 1 ? scans[0].path : undefined);
  return {
    title: `${prediction} against ${reference}`,
    about: `Predictions in ${prediction}, references in ${reference}.${asClasses}`,
    cases: pairs.map((pair) => ({
      case: pair.case,
      patient: patientOf(pair.case),
      open: async () => {
        const scan = scanOf(pair.case);
        return {
          ...(await readPair(pair, names)),
          ...(scan === undefined ? {} : { ct: await readVolume(scan) }),
        };
      },
    })),
    failed,
  };
}

/** Opens one case of a study by name. Throws a LabError that lists the names when there is none. */
export async function openCase(study: Study, name: string): Promise<LabelPairOfCase> {
  const found = study.cases.find((each) => each.case === name);
  if (!found) throw new LabError("case", name, `one of ${study.cases.map((each) => each.case).join(", ")}`);
  return found.open();
}
