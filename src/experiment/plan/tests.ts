import { requireThat } from "../../core/errors.js";
import { armOf, sizesOfArm } from "./arms.js";
import { type FolderTest, isFolderSet } from "./folder-scans.js";
import {
  canonicalJson,
  type ExperimentPlan,
  type PhantomTest,
  type PlanTest,
  type TrialSpec,
} from "./plan.js";

/** What of a test's scans a network sees: the box of the reference organ, or all of it. */
export type ScanExtent = "crop" | "whole";

/** How much of a test is done, and on whom. All from version 2 on. */
export interface TestExtent {
  /**
   * `crop` (default): the scan is cut to the box of the reference organ with its tumors and the cohort's margin, so that the
   * network is told where about the organ is. `whole`: sliding windows over all of the scan, as a clinic would have it.
   */
  scan?: ScanExtent;
  /** `ends`: networks of the smallest and largest size of their arm alone, as a whole scan takes long; default `all`. */
  sizes?: "all" | "ends";
  /**
   * Name of a test above whose patients these are, so that the two are compared patient by patient: of phantoms, scanned once
   * more at this test's hospital, the first `patients` and `controls` of that test's and with its `seed`; of a folder, the same
   * scans or some of them. Default: patients of its own.
   */
  patientsOf?: string;
}

/** What a test's networks see. */
export function extentOf({ scan = "crop" }: Pick<TestExtent, "scan">): ScanExtent {
  return scan;
}

/** The test whose patients a test has: itself, or the one that it names. */
export function patientsTestOf<Test extends Pick<PlanTest, "name" | "patientsOf">>(
  tests: readonly Test[],
  test: Test,
): Test {
  if (test.patientsOf === undefined) return test;
  return tests.find(({ name }) => name === test.patientsOf) ?? test;
}

/** The tests that a trial's network is put to, in the plan's order: all, but for those of other sizes. */
export function testsOfTrial(plan: ExperimentPlan, trial: TrialSpec): PlanTest[] {
  if (plan.version === 1) return plan.tests;
  const organ = plan.organs.find((each) => each.organ === trial.organ);
  requireThat(organ !== undefined, "organ", trial.organ, plan.organs.map((each) => each.organ).join(", "));
  const sizes = sizesOfArm(organ, armOf(plan, trial));
  const isEnd = trial.size === sizes[0] || trial.size === sizes[sizes.length - 1];
  return plan.tests.filter(({ sizes: asked }) => asked !== "ends" || isEnd);
}

/**
 * Refuses tests that cannot share patients, naming the field: with a test that is not above it or has none of its own, with
 * more patients than it has or others, and with one that is the same in all.
 */
export function checkSharedPatients(tests: readonly PlanTest[]): void {
  tests.forEach((test, at) => {
    if (test.patientsOf === undefined) return;
    const field = `tests[${at}]`;
    const above = tests.slice(0, at);
    const others = above.filter((other) => other.patientsOf === undefined);
    const root = others.find(({ name }) => name === test.patientsOf);
    const names = others.map(({ name }) => name).join(", ");
    requireThat(
      root !== undefined,
      `${field}.patientsOf`,
      test.patientsOf,
      names === ""
        ? "a test above it, and there is none"
        : `a test above it with patients of its own: ${names}`,
    );
    for (const name of ["patients", "controls"] as const) {
      const [most, count] = [root, test].map((each) => countOf(each, name));
      requireThat(
        count <= most,
        `${field}.${name}`,
        count,
        `at most ${most}, as many as ${root.name} has: these are its patients`,
      );
    }
    const [origin, own] = [originOf(root), originOf(test)];
    requireThat(
      own.value === origin.value,
      `${field}.${own.name}`,
      own.value,
      `${origin.value}, as in ${root.name}: these are its patients`,
    );
    const stranger = isFolderSet(test) && isFolderSet(root) ? findStranger(test, root) : undefined;
    requireThat(
      stranger === undefined,
      `${field}.scans`,
      stranger,
      `scans of ${root.name}: these are its patients`,
    );
    const twin = above.find(
      (other) => patientsTestOf(tests, other) === root && placeOf(other) === placeOf(test),
    );
    requireThat(
      twin === undefined,
      `${field}.scan`,
      extentOf(test),
      `another extent or hospital than ${twin?.name}, which has the same patients`,
    );
  });
}

/** Patients of a phantom's test; of a folder's its scans are looked at one by one. */
function countOf(test: PlanTest, name: "patients" | "controls"): number {
  return isFolderSet(test) && name === "patients" ? 0 : ((test as PhantomTest)[name] ?? 0);
}

/** What tells a test's patients from others of its kind. */
function originOf(test: PlanTest): { name: string; value: string | number } {
  return isFolderSet(test) ? { name: "folder", value: test.folder } : { name: "seed", value: test.seed };
}

/** A scan that a test has and another has not. */
function findStranger(test: FolderTest, root: FolderTest): string | undefined {
  const known = new Set(root.scans.map((scan) => canonicalJson(scan)));
  return test.scans.find((scan) => !known.has(canonicalJson(scan)))?.name;
}

/** Where the scans of a test were taken, and what of them is seen. */
function placeOf(test: PlanTest): string {
  return canonicalJson([isFolderSet(test) ? test.folder : test.hospital, extentOf(test)]);
}
