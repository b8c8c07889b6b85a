import { LabError } from "../../core/errors.js";
import { type LeakageReport, requireOutOfDistribution } from "../../data/leakage/out-of-distribution.js";
import { type FingerprintedSet, findSharedScans } from "../../data/leakage/shared-scans.js";
import { listCohorts, openAllCohorts } from "../../data/open-cohort.js";
import { basename } from "../../platform/paths.js";
import type { SurveyedFolder, SurveyedScan } from "./survey-scans.js";

/** Throws a LabError where a scan that is held back is among the training's under another patient's name. */
export function requireOwnScans(
  folder: string,
  training: readonly SurveyedScan[],
  test: readonly SurveyedScan[],
): void {
  const [shared, ...more] = findSharedScans(toSet(folder, training), toSet(folder, test));
  if (!shared) return;
  const { first, second, likeness, evidence } = shared;
  throw new LabError(
    `${folder}, test in distribution`,
    `${second.scan}, which is ${first.scan} of the training: ${likeness} (${evidence})${more.length > 0 ? `, and ${more.length} more` : ""}`,
    "no scan of the training",
    "Give both the same patient in the metadata, or take one of them out of the folder",
  );
}

/**
 * Lets a folder pass as out of distribution: none of its scans is found in the other folder by fingerprint, held back or not,
 * and where both folders are called as data sets whose manifests ship, none is known to be or may be in it.
 *
 * @throws LabError naming what is shared, unless that is acknowledged with a reason.
 */
export async function requireApart(
  home: SurveyedFolder,
  away: SurveyedFolder,
  acknowledgement?: string,
): Promise<LeakageReport> {
  return requireOutOfDistribution({
    training: [toSet(home.folder, home.surveyed)],
    test: toSet(away.folder, away.surveyed),
    manifests: await openAllCohorts(),
    ...(acknowledgement === undefined ? {} : { acknowledgement }),
  });
}

function toSet(folder: string, surveyed: readonly SurveyedScan[]): FingerprintedSet {
  const name = basename(folder);
  const scans = surveyed.map(({ scan, fingerprint }) => ({ scan: scan.name, fingerprint }));
  return { name: listCohorts().includes(name) ? name : folder, scans };
}
