import { type FolderScans, isFolderSet } from "../../plan/folder-scans.js";
import type { ExperimentPlan, PhantomCohort, PhantomTest, PlanTest } from "../../plan/plan.js";
import { patientsTestOf } from "../../plan/tests.js";
import { type FolderScan, openFolderSource } from "./folder-source.js";
import { openPhantomSource, type PhantomScan } from "./phantom-source.js";
import type { ScanSource } from "./scan-source.js";

/** A scan of either source. */
export type ExperimentScan = PhantomScan | FolderScan;

/** Opens where the scans come from that a plan trains on. */
export function openCohortSource({
  cohort,
  organs,
  version,
}: Pick<ExperimentPlan, "cohort" | "organs" | "version">): ScanSource<ExperimentScan> {
  const pools = Object.fromEntries(organs.map(({ organ, pool = Infinity }) => [organ, pool]));
  if (!isFolderSet(cohort)) return openPhantomSource({ ...cohort, pools }, cohort, version);
  return openFolderSource(
    cohort,
    Infinity,
    (organ) => Math.max(...organs.filter((each) => each.organ === organ).flatMap(({ sizes }) => sizes)),
    (organ) => pools[organ],
  );
}

/** Opens where the scans of one of a plan's tests come from. */
export function openTestSource(plan: ExperimentPlan, test: PlanTest): ScanSource<ExperimentScan> {
  const { controls = 0 } = test;
  if (isFolderSet(test)) return openFolderSource(test satisfies FolderScans, controls, () => 1);
  // Plans are of one source throughout, see `checkPlan`.
  const { hospital: patientsOf } = patientsTestOf(plan.tests, test) as PhantomTest;
  const patients = { ...test, patientsOf, healthy: controls };
  return openPhantomSource(patients, plan.cohort as PhantomCohort, plan.version);
}
