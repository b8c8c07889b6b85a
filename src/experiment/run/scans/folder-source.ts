import type { TumorOrgan } from "../../../anatomy/organs.js";
import { addAdvice, LabError, requireThat } from "../../../core/errors.js";
import { hashScanFiles } from "../../../data/hash-scan.js";
import { basename, join } from "../../../platform/paths.js";
import { readCohortScan } from "../../../training/cohort-scan.js";
import type { LabelledScan } from "../../../training/prepared-case.js";
import { type FolderScans, healthyScansOf, type PlanScan, tumorScansOf } from "../../plan/folder-scans.js";
import type { ScanSource } from "./scan-source.js";

/** A scan of a folder: plain data, enough to read it. */
export interface FolderScan extends PlanScan {
  kind: "folder";
  folder: string;
  labelNames: Record<number, string>;
}

/**
 * Opens the scans of a folder that a plan uses.
 *
 * @param healthy scans without a tumor that are used at most.
 * @param least patients with a tumor of an organ that there must be.
 * @param most those that are used at most; default all.
 */
export function openFolderSource(
  set: FolderScans,
  healthy: number,
  least: (organ: TumorOrgan) => number,
  most: (organ: TumorOrgan) => number = () => Infinity,
): ScanSource<FolderScan> {
  const { folder, names: labelNames } = set;
  const toScan = (scan: PlanScan): FolderScan => ({ ...scan, kind: "folder", folder, labelNames });
  return {
    name: `${folder}, patients of the plan`,
    maxPatients: most,
    leastPatients: least,
    advice:
      "A tumor that is smaller than the voxels of the training is lost: ask for smaller subsets or finer voxels (recipe.spacingMm), or add patients and plan again",
    listTumorScans: (organ) => tumorScansOf(set, organ).map(toScan),
    listHealthyScans: (organ) => healthyScansOf(set, organ).slice(0, healthy).map(toScan),
  };
}

/**
 * Reads a scan with its labels.
 *
 * @throws LabError for files that cannot be read, or are others than when the plan was made.
 */
export async function readFolderScan(scan: FolderScan): Promise<LabelledScan> {
  await checkFolderScan(scan);
  const { name, patient, folder, image, labels, labelNames, reading } = scan;
  const [path, ...more] = (typeof labels === "string" ? [labels] : labels).map((each) => join(folder, each));
  const masks = typeof labels === "string" ? {} : { masks: [path, ...more] };
  const files = { image: join(folder, image), path, ...masks };
  const { ct, labels: map } = await readCohortScan({
    name,
    patient,
    ...files,
    labelNames,
    labelsFrom: "the plan",
    ...(reading ? { reading } : {}),
  });
  return { name, patient, ct, labels: map };
}

/** Throws a LabError unless the files of a scan are those that the plan was made of. */
export async function checkFolderScan(scan: FolderScan): Promise<void> {
  const { name, folder, image, labels, reading, sha256 } = scan;
  const files = [image, ...(typeof labels === "string" ? [labels] : labels)];
  const names = files.map((each) => basename(each)).join(", ");
  const [own, ...maps] = files.map((each) => join(folder, each));
  const found = await hashScanFiles({ image: own, labels: maps, reading }).catch((error: unknown) => {
    const advice = `Bring back ${folder} with the files of ${name} (${names}), or plan the experiment again`;
    throw error instanceof LabError ? addAdvice(error, advice) : error;
  });
  requireThat(
    found === sha256,
    join(folder, image),
    `files of ${name} with sha256 ${found.slice(0, 12)}`,
    `${sha256.slice(0, 12)}, as when the plan was made`,
    `Bring back the files (${names}), or plan the experiment again`,
  );
}
