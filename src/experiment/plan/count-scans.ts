import type { TumorOrgan } from "../../anatomy/organs.js";
import { healthyScansOf, isFolderSet, tumorScansOf } from "./folder-scans.js";
import type { ExperimentPlan, PlanCohort, PlanOrgan, PlanTest } from "./plan.js";

/** Scans that a set of a plan has for an organ. */
export interface ScanCount {
  /** With a tumor, one per patient. */
  patients: number;
  /** Without: hosts of synthetic tumors in a cohort, controls in a test. */
  healthy: number;
}

/** Patients of the cohort that an organ's subsets are taken from. */
export function poolOf(
  { cohort }: Pick<ExperimentPlan, "cohort">,
  { organ, pool = Infinity }: PlanOrgan,
): number {
  return Math.min(pool, countScans(cohort, organ).patients);
}

/** How many scans a set of a plan has for an organ; of phantoms as many as are drawn. */
export function countScans(set: PlanCohort | PlanTest, organ: TumorOrgan): ScanCount {
  const most = "distribution" in set ? (set.controls ?? 0) : Infinity;
  if (isFolderSet(set)) {
    const healthy = Math.min(most, healthyScansOf(set, organ).length);
    return { patients: tumorScansOf(set, organ).length, healthy };
  }
  return { patients: set.patients, healthy: "distribution" in set ? most : set.healthy };
}
