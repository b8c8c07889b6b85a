import type { TumorOrgan } from "../../anatomy/organs.js";
import type { Vec3 } from "../../core/types.js";
import type { ReadingChoice } from "../../formats/read.js";
import type { ScanPhase } from "../../tumor/synthesizer.js";
import type { TestExtent } from "./tests.js";

/** A scan of a folder: where it lies, what it shows and which bytes it had when the plan was made. */
export interface PlanScan {
  /** Name of its case. */
  name: string;
  /** Whose it is; no patient is in two sets of one folder. */
  patient: string;
  /** Where the metadata name it; else the generator judges it by the scan. */
  phase?: ScanPhase;
  /** Path of the scan, from the folder. */
  image: string;
  /** Path of the label map, or of one mask a structure, from the folder. */
  labels: string | string[];
  /** How the scan is read, where that was asked for. */
  reading?: ReadingChoice;
  /** Name of the DICOM series that this is, where one was asked for. */
  series?: string;
  /** sha256 of the scan's and its labels' files, one after the other; of a series that was asked for its files alone. */
  sha256: string;
  /** Voxels of the scan, as it lies on disk. */
  shape: Vec3;
  spacingMm: Vec3;
  /** Organs whose tumors it shows. */
  tumors: TumorOrgan[];
  /** Organs it shows without one, and whose tumors its metadata do not tell of. */
  healthy: TumorOrgan[];
}

/** Scans of a folder that a plan uses. Patients are the unit: of each the first scan that serves is taken. */
export interface FolderScans {
  /** Absolute path of the folder. It takes no part in the plan's hash. */
  folder: string;
  /** Structure by label value, in `canonicalName`'s spelling. */
  names: Record<number, string>;
  scans: PlanScan[];
}

/** Where a plan's training scans come from: those of a folder that no test holds back. */
export interface FolderCohort extends FolderScans {
  /** As a phantom cohort's: scans are cut to the box of the organ with its tumors and this margin. */
  marginMm: number;
}

/** Scans of a folder that no network is trained on: held back from the training's folder, or another one's. */
export interface FolderTest extends FolderScans, TestExtent {
  name: string;
  /** `in`: of the training's own folder, or another one like it. */
  distribution: "in" | "out";
  /** Patients whose organ shows no tumor, on whom every find is false, at most, for each organ; default 0. */
  controls?: number;
  /** Why the test counts although scans of it are or may be among the training's. */
  acknowledgement?: string;
}

/** Whether a set of a plan is a folder's. */
export function isFolderSet<Set extends object>(set: Set): set is Extract<Set, FolderScans> {
  return "folder" in set;
}

/** For each patient the first scan with a tumor of an organ, in the order of the scans. */
export function tumorScansOf({ scans }: Pick<FolderScans, "scans">, organ: TumorOrgan): PlanScan[] {
  return firstOfEach(scans.filter(({ tumors }) => tumors.includes(organ)));
}

/**
 * For each patient the first scan that shows an organ healthy, in the order of the scans. Whoever has a tumor of the organ in
 * another scan is not among them: nobody is taken both with a tumor and without.
 */
export function healthyScansOf({ scans }: Pick<FolderScans, "scans">, organ: TumorOrgan): PlanScan[] {
  const ill = new Set(scans.flatMap(({ tumors, patient }) => (tumors.includes(organ) ? [patient] : [])));
  return firstOfEach(scans.filter(({ healthy, patient }) => healthy.includes(organ) && !ill.has(patient)));
}

function firstOfEach(scans: readonly PlanScan[]): PlanScan[] {
  const seen = new Set<string>();
  return scans.filter(({ patient }) => !seen.has(patient) && seen.add(patient));
}
