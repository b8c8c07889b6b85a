import { findCaseFiles } from "../data/case-files.js";
import type { CaseFiles } from "../data/case-files.js";
import type { ReadingChoice } from "../formats/read.js";
import { stat } from "../platform/files.js";

/** Where the two label maps of a case lie. */
export interface PairedFiles {
  case: string;
  reference: CaseFiles;
  prediction: CaseFiles;
}

/** A case that does not count, and why. */
export interface FailedCase {
  case: string;
  reason: string;
}

/**
 * Pairs references with predictions: two files are a pair whatever their names, folders are paired by case name (see
 * `findCaseFiles` for the names they may have). A case without a partner is listed with its reason.
 *
 * @param options `predictedOnly` leaves references without a prediction out instead of listing them; `reading` says which of
 *   several sets of structures to take, and how files are read, see `findCaseFiles`.
 * @throws LabError when a path does not exist or holds no case.
 */
export async function pairCases(
  reference: string,
  prediction: string,
  { predictedOnly = false, reading }: { predictedOnly?: boolean; reading?: ReadingChoice } = {},
): Promise<{ pairs: PairedFiles[]; failed: FailedCase[] }> {
  const [references, predictions] = [
    await findCaseFiles(reference, reading),
    await findCaseFiles(prediction, reading),
  ];
  const areFiles = await Promise.all(
    [reference, prediction].map(async (path) => !(await stat(path)).isDirectory()),
  );
  if (areFiles[0] && areFiles[1]) {
    const [only] = references.values();
    const [other] = predictions.values();
    return { pairs: [{ case: only.name, reference: only, prediction: other }], failed: [] };
  }
  const failed: FailedCase[] = [];
  const pairs: PairedFiles[] = [];
  for (const [name, files] of references) {
    const partner = predictions.get(name);
    if (partner) pairs.push({ case: name, reference: files, prediction: partner });
    else if (!predictedOnly)
      failed.push({ case: name, reason: `no prediction in ${prediction} for ${describe(files)}` });
  }
  for (const [name, files] of predictions) {
    if (!references.has(name))
      failed.push({ case: name, reason: `no reference in ${reference} for ${describe(files)}` });
  }
  return { pairs, failed };
}

function describe(files: CaseFiles): string {
  return files.masks ? `the masks beside ${files.path}` : files.path;
}
