import type { ScanInput } from "../../contracts/run-record.js";
import { hostsPerReal } from "../plan/arms.js";
import { healthyScansOf, isFolderSet, tumorScansOf } from "../plan/folder-scans.js";
import type { ExperimentPlan, TrialSpec } from "../plan/plan.js";

/**
 * The scans of folders that a trial and its organ's baselines may use: of the training the scans that subsets are chosen from
 * and, in an arm with healthy scans, with tumors put in or as they are, those; of each test all. `undefined` for a plan on phantoms.
 */
export function listInputs(
  { cohort, tests, arms }: ExperimentPlan,
  { organ, arm }: TrialSpec,
): ScanInput[] | undefined {
  if (!isFolderSet(cohort)) return undefined;
  const usesHosts = arms.some((each) => each.name === arm && hostsPerReal(each) > 0);
  return [cohort, ...tests].flatMap((set) => {
    // A test of another's patients has the same scans.
    if (!isFolderSet(set) || ("patientsOf" in set && set.patientsOf !== undefined)) return [];
    const most = "distribution" in set ? (set.controls ?? 0) : usesHosts ? Infinity : 0;
    const used = new Set([...tumorScansOf(set, organ), ...healthyScansOf(set, organ).slice(0, most)]);
    return set.scans
      .filter((scan) => used.has(scan))
      .map(({ name, sha256, series }) => ({
        ...{ folder: set.folder, case: name, sha256 },
        ...(series === undefined ? {} : { series }),
      }));
  });
}
