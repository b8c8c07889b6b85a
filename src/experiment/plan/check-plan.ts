import { locateErrors, requireThat } from "../../core/errors.js";
import { compileJsonSchema, requireSchema } from "../../core/json-schema.js";
import { findHospital } from "../../phantom/hospitals.js";
import { checkTrainingConfig } from "../../training/check-training-config.js";
import { baselineNames } from "../run/result.js";
import { checkFolders } from "./check-folders.js";
import { healthyScansOf, isFolderSet, tumorScansOf } from "./folder-scans.js";
import { folderPlanSchema, planSchema } from "./plan-schema.js";
import type { ExperimentPlan, FolderPlan, PhantomPlan } from "./plan.js";
import { trainingConfigOf } from "./plan.js";

const checks = { phantoms: compileJsonSchema(planSchema), folders: compileJsonSchema(folderPlanSchema) };

/**
 * Takes a value, such as the JSON of a file, for a plan. Everything that would stop a trial later is refused here.
 *
 * @throws LabError naming the first field that cannot be, such as `organs[0].sizes`: an unknown organ, hospital, generator
 *   or rule; sizes that do not rise or are larger than the cohort; no steps; test patients among the training's; names or
 *   seeds that come twice. Of a folder's scans what the plan says is checked, the files when they are read.
 */
export function checkPlan(value: unknown): ExperimentPlan {
  const cohort = (value as Partial<ExperimentPlan> | null | undefined)?.cohort as unknown;
  const isOnFolders = typeof cohort === "object" && cohort !== null && isFolderSet(cohort);
  const plan = requireSchema<ExperimentPlan>(checks[isOnFolders ? "folders" : "phantoms"], value, "plan");
  checkOrgans(plan);
  checkArms(plan);
  const { mix } = plan.synthesis;
  requireThat(
    Object.values(mix).some((part) => part > 0),
    "synthesis.mix",
    mix,
    "not all 0",
  );
  checkTraining(plan);
  requireOwnNames(
    "tests",
    "name",
    plan.tests.map(({ name }) => name),
  );
  if (isOnFolders) checkFolders(plan as FolderPlan);
  else checkPhantomTests(plan as PhantomPlan);
  return plan;
}

function checkOrgans({ organs, cohort }: ExperimentPlan): void {
  requireOwnNames(
    "organs",
    "organ",
    organs.map(({ organ }) => organ),
  );
  organs.forEach(({ organ, sizes }, at) => {
    const field = `organs[${at}].sizes`;
    requireThat(
      sizes.every((size, i) => i === 0 || size > sizes[i - 1]),
      field,
      sizes,
      "rising numbers, each once",
    );
    const patients = isFolderSet(cohort) ? tumorScansOf(cohort, organ).length : cohort.patients;
    const large = sizes.find((size) => size > patients);
    const [whose, advice] = isFolderSet(cohort)
      ? [` with a tumor of the ${organ}`, "Add scans and plan again, or leave the size out"]
      : ["", "Make cohort.patients larger, or leave the size out"];
    const expected = `at most the ${patients} patients of the cohort${whose}`;
    requireThat(large === undefined, field, large, expected, advice);
  });
}

function checkArms({ arms, cohort, organs }: ExperimentPlan): void {
  requireOwnNames(
    "arms",
    "name",
    arms.map((arm) => arm.name),
  );
  arms.forEach((arm, at) => {
    const { name, realPerCase, syntheticPerReal } = arm;
    requireThat(
      !(baselineNames as readonly string[]).includes(name),
      `arms[${at}].name`,
      name,
      `another name than ${baselineNames.join(" and ")}: these are the baselines`,
    );
    requireThat(
      realPerCase + syntheticPerReal > 0,
      `arms[${at}]`,
      arm,
      "some cases to learn from, real or synthetic",
      "Set realPerCase to 1 or syntheticPerReal above 0",
    );
    if (syntheticPerReal === 0) return;
    const needed = `at least 1: the arm ${name} puts tumors into healthy scans`;
    if (!isFolderSet(cohort)) {
      requireThat(cohort.healthy > 0, "cohort.healthy", cohort.healthy, needed);
      return;
    }
    for (const { organ } of organs) {
      const hosts = healthyScansOf(cohort, organ).length;
      requireThat(hosts > 0, `cohort.scans with a healthy ${organ}`, hosts, needed);
    }
  });
}

function checkTraining(plan: ExperimentPlan): void {
  const { recipe } = plan;
  const made = ["targets", "ignore", "syntheticShare"].find((name) => name in recipe);
  requireThat(
    made === undefined,
    "recipe",
    made,
    "no such field: classes follow from the organ, shares from the arm",
  );
  const network = recipe.network as typeof recipe.network | null | undefined;
  requireThat(
    network?.classes === undefined || network.classes === 3,
    "recipe.network.classes",
    network?.classes,
    "3: background, organ and tumor",
  );
  locateErrors(
    (field) => `recipe.${field}`,
    () => checkTrainingConfig(trainingConfigOf(plan, plan.organs[0].organ)),
  );
}

function checkPhantomTests({ tests, cohort }: PhantomPlan): void {
  tests.forEach(({ distribution, hospital, seed }, at) => {
    requireThat(
      hospital !== cohort.hospital || seed !== cohort.seed,
      `tests[${at}].seed`,
      seed,
      `another seed than the training's at ${hospital}: these are its patients`,
    );
    requireThat(
      tests.findIndex((other) => other.hospital === hospital && other.seed === seed) === at,
      `tests[${at}].seed`,
      seed,
      "another seed than another test's at this hospital: these are its patients",
    );
    const usual = findHospital(hospital).distribution;
    const possible = hospital === cohort.hospital ? ["in"] : usual === "out" ? ["out"] : ["in", "out"];
    requireThat(
      possible.includes(distribution),
      `tests[${at}].distribution`,
      distribution,
      `${possible.join(" or ")} for ${hospital} beside a training at ${cohort.hospital}`,
    );
  });
}

function requireOwnNames(list: string, field: string, names: readonly string[]): void {
  names.forEach((name, at) =>
    requireThat(names.indexOf(name) === at, `${list}[${at}].${field}`, name, `each ${field} once`),
  );
}
