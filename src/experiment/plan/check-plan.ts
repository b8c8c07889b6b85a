import { LabError, locateErrors, requireThat } from "../../core/errors.js";
import { compileJsonSchema, type JsonSchemaCheck, requireSchema } from "../../core/json-schema.js";
import { findHospital } from "../../phantom/hospitals.js";
import { checkTrainingConfig } from "../../training/check-training-config.js";
import { baselineNames } from "../run/result.js";
import { hostsPerReal, type PlanArm, seedsOfArm, sizesOfArm } from "./arms.js";
import { checkFolders } from "./check-folders.js";
import { countScans } from "./count-scans.js";
import { healthyScansOf, isFolderSet } from "./folder-scans.js";
import { planSchemas } from "./plan-schema.js";
import { checkSynthesis } from "./plan-synthesis.js";
import {
  type ExperimentPlan,
  type FolderPlan,
  type PhantomPlan,
  type PhantomTest,
  trainingConfigOf,
} from "./plan.js";
import { checkPreregistration } from "./preregistration.js";
import { checkStages } from "./stages.js";
import { checkSharedPatients } from "./tests.js";

const checksOf = (version: 1 | 2): Record<"phantoms" | "folders", JsonSchemaCheck> => ({
  phantoms: compileJsonSchema(planSchemas[version].phantoms),
  folders: compileJsonSchema(planSchemas[version].folders),
});
const checks = { 1: checksOf(1), 2: checksOf(2) };

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
  const plan = checkFields(value, isOnFolders ? "folders" : "phantoms");
  checkOrgans(plan);
  checkArms(plan);
  checkSynthesis(plan.synthesis);
  checkTraining(plan);
  requireOwnNames(
    "tests",
    "name",
    plan.tests.map(({ name }) => name),
  );
  checkSharedPatients(plan.tests);
  if (isOnFolders) checkFolders(plan as FolderPlan);
  else checkPhantomTests(plan as PhantomPlan);
  checkPreregistration(plan);
  checkStages(plan);
  return plan;
}

/** The fields and their forms, by the version that the plan says it has. */
function checkFields(value: unknown, source: "phantoms" | "folders"): ExperimentPlan {
  const { version } = (value ?? {}) as Partial<ExperimentPlan>;
  const own = checks[version === 2 ? 2 : 1][source];
  if (version === 1 && own(value).length > 0 && checks[2][source](value).length === 0) {
    const { found } = own(value)[0];
    throw new LabError("version", version, `2, where ${JSON.stringify(found)} is known`, "Set version to 2");
  }
  return requireSchema<ExperimentPlan>(own, value, "plan");
}

function checkOrgans({ organs, cohort }: ExperimentPlan): void {
  requireOwnNames(
    "organs",
    "organ",
    organs.map(({ organ }) => organ),
  );
  organs.forEach(({ organ, sizes, pool }, at) => {
    const field = `organs[${at}].sizes`;
    requireThat(
      sizes.every((size, i) => i === 0 || size > sizes[i - 1]),
      field,
      sizes,
      "rising numbers, each once",
    );
    const { patients } = countScans(cohort, organ);
    requireThat(
      pool === undefined || pool <= patients,
      `organs[${at}].pool`,
      pool,
      `at most the ${patients} patients of the cohort`,
    );
    const ofPool = sizes.find((size) => size > (pool ?? Infinity));
    requireThat(ofPool === undefined, field, ofPool, `at most the ${pool} patients of organs[${at}].pool`);
    const large = sizes.find((size) => size > patients);
    const [whose, advice] = isFolderSet(cohort)
      ? [` with a tumor of the ${organ}`, "Add scans and plan again, or leave the size out"]
      : ["", "Make cohort.patients larger, or leave the size out"];
    const expected = `at most the ${patients} patients of the cohort${whose}`;
    requireThat(large === undefined, field, large, expected, advice);
  });
}

/** Sizes and seeds that an arm has for itself are some of the organs', and leave it trials. */
function checkTrialsOfArm(plan: ExperimentPlan, arm: PlanArm, at: number): void {
  const { organs, seeds } = plan;
  for (const [field, own, known] of [
    ["sizes", arm.sizes, organs.flatMap((organ) => organ.sizes)],
    ["seeds", arm.seeds, organs.flatMap((organ) => organ.seeds ?? seeds)],
  ] as const) {
    const stranger = own?.find((each) => !known.includes(each));
    const expected = `some of the organs' ${field}: ${[...new Set(known)].join(", ")}`;
    requireThat(stranger === undefined, `arms[${at}].${field}`, stranger, expected);
  }
  const hasTrials = organs.some(
    (organ) => sizesOfArm(organ, arm).length * seedsOfArm(plan, organ, arm).length > 0,
  );
  requireThat(hasTrials, `arms[${at}]`, arm, "a size and a seed of one of the organs");
}

function checkArms(plan: ExperimentPlan): void {
  const { arms, cohort, organs } = plan;
  requireOwnNames(
    "arms",
    "name",
    arms.map((arm) => arm.name),
  );
  arms.forEach((arm, at) => {
    const { name, realPerCase, syntheticPerReal, tumorsOf, generator } = arm;
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
    const isOfPhantoms = tumorsOf === "phantom";
    requireThat(
      !isOfPhantoms || !isFolderSet(cohort),
      `arms[${at}].tumorsOf`,
      tumorsOf,
      "synthesis: scans of a folder have no phantom's tumors",
    );
    for (const [field, given] of Object.entries({ tumorsOf, generator }))
      requireThat(
        given === undefined || syntheticPerReal > 0,
        `arms[${at}].${field}`,
        given,
        `none: the arm ${name} has no synthetic tumors`,
        "Leave it out, or set syntheticPerReal above 0",
      );
    requireThat(
      generator === undefined || !isOfPhantoms,
      `arms[${at}].generator`,
      generator,
      `none: the tumors of the arm ${name} are the phantom's own`,
    );
    checkTrialsOfArm(plan, arm, at);
    if (hostsPerReal(arm) === 0) return;
    const needed = `at least 1: the arm ${name} takes healthy scans, as they are or with tumors put in`;
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
  tests.forEach((test, at) => {
    const { distribution, hospital, seed, patientsOf } = test;
    if (patientsOf === undefined) {
      requireThat(
        hospital !== cohort.hospital || seed !== cohort.seed,
        `tests[${at}].seed`,
        seed,
        `another seed than the training's at ${hospital}: these are its patients`,
      );
      const isOwn = (other: PhantomTest): boolean =>
        other.patientsOf === undefined && other.hospital === hospital && other.seed === seed;
      requireThat(
        tests.findIndex(isOwn) === at,
        `tests[${at}].seed`,
        seed,
        "another seed than another test's at this hospital: these are its patients",
        "A test that names another in patientsOf scans its patients again",
      );
    }
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
