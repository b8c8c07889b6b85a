import { readPreparedCase, readPreparedFacts } from "../../../training/case-bank.js";
import type { PreparedCase } from "../../../training/prepared-case.js";

/** A case of an experiment on disk, ready to be learned from. Its voxels are read when they are asked for. */
export interface StoredCase {
  path: string;
  name: string;
  patient: string;
  /** Of the tumors, at the training's spacing. */
  tumorMl: number;
  /** Share of the scan's voxels that it holds: 1 for a whole scan. */
  seenShare: number;
  open(): PreparedCase;
}

/** What is kept of a case beside its voxels. */
interface StoredFacts {
  tumorVoxels: number;
  seenShare: number;
}

/** Facts as the file of a case keeps them. */
export function describePreparation(facts: StoredFacts): string {
  return JSON.stringify(facts);
}

/** Reads what a case is, and none of its voxels. Throws a LabError for a file that is damaged. */
export function readStoredCase(path: string): StoredCase {
  const { name, patient, spacingMm, preparation } = readPreparedFacts(path);
  const { tumorVoxels, seenShare } = JSON.parse(preparation) as StoredFacts;
  const tumorMl = (tumorVoxels * spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
  return { path, name, patient, tumorMl, seenShare, open: () => readPreparedCase(path).prepared };
}

/** Voxels of the class of tumors in an experiment's labels. */
export function countTumorVoxels(labels: Uint8Array): number {
  let voxels = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === 2) voxels++;
  return voxels;
}
