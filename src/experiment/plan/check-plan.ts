import { tumorOrgans } from "../../anatomy/organs.js";
import { sizeClasses } from "../../anatomy/size-class.js";
import { locateErrors, requireThat } from "../../core/errors.js";
import { findPolicy } from "../../metrics/empty.js";
import { findHospital } from "../../phantom/hospitals.js";
import { checkRecipe } from "../../training/check-recipe.js";
import { findSynthesizer } from "../../tumor/synthesizers.js";
import { baselineNames } from "../run/result.js";
import type { ExperimentPlan } from "./plan.js";
import { recipeOf } from "./plan.js";

const fields = [
  "version",
  "name",
  "scale",
  "cohort",
  "organs",
  "arms",
  "synthesis",
  "seeds",
  "recipe",
  "tests",
  "metrics",
] as const;

/**
 * Takes a value, such as the JSON of a file, for a plan. Everything that would stop a trial later is refused here.
 *
 * @throws LabError naming the first field that cannot be, such as `organs[0].sizes`: an unknown organ, hospital, generator
 *   or rule; sizes that do not rise or are larger than the cohort; no steps; test patients among the training's; names or
 *   seeds that come twice.
 */
export function checkPlan(plan: unknown): ExperimentPlan {
  requireThat(isRecord(plan), "plan", plan, "an object with the fields of an experiment's plan");
  const found = plan as unknown as ExperimentPlan;
  for (const name of fields)
    requireThat(plan[name] !== undefined, name, plan[name], `a value: plans have ${fields.join(", ")}`);
  requireFields("plan", plan, fields);
  requireThat(found.version === 1, "version", found.version, "1");
  requireThat(isName(found.name), "name", found.name, "a name");
  const scales = ["tiny", "small", "paper"];
  requireThat(scales.includes(found.scale), "scale", found.scale, scales.join(", "));
  checkCohort(found);
  checkSeeds("seeds", found.seeds);
  checkOrgans(found);
  checkArms(found);
  checkSynthesis(found);
  checkTraining(found);
  checkTests(found);
  requireFields("metrics", found.metrics, ["toleranceMm", "policy"]);
  const { toleranceMm, policy } = found.metrics;
  requireThat(isNumber(toleranceMm, 0), "metrics.toleranceMm", toleranceMm, "a number of mm from 0");
  within("metrics", () => findPolicy(policy));
  return found;
}

function checkCohort({ cohort }: ExperimentPlan): void {
  requireFields("cohort", cohort, [
    "hospital",
    "seed",
    "patients",
    "healthy",
    "shape",
    "spacingMm",
    "marginMm",
  ]);
  const { hospital, seed, patients, healthy, shape, spacingMm, marginMm } = cohort;
  within("cohort", () => findHospital(hospital));
  requireThat(isCount(seed, 0), "cohort.seed", seed, "a whole number from 0");
  requireThat(
    isCount(patients, 1) && patients <= mostPatients,
    "cohort.patients",
    patients,
    `a whole number from 1 to ${mostPatients}`,
  );
  requireThat(
    isCount(healthy, 0) && healthy <= mostPatients,
    "cohort.healthy",
    healthy,
    `a whole number from 0 to ${mostPatients}`,
  );
  requireThat(
    isTriple(shape) && shape.every((n) => isCount(n, 8) && n <= mostVoxels),
    "cohort.shape",
    shape,
    `three whole numbers from 8 to ${mostVoxels}`,
  );
  requireThat(
    isTriple(spacingMm) && spacingMm.every((mm) => isNumber(mm, 0.2) && mm <= 20),
    "cohort.spacingMm",
    spacingMm,
    "three numbers from 0.2 to 20",
  );
  requireThat(isNumber(marginMm, 0), "cohort.marginMm", marginMm, "a number of mm from 0");
}

/** Most patients of a cohort or test, so that those with tumors and those without stay apart; see `listPatients`. */
const mostPatients = 2000;
/** Along an axis; no scanner gives more. */
const mostVoxels = 4096;

function checkOrgans({ organs, cohort }: ExperimentPlan): void {
  requireThat(isList(organs) && organs.length > 0, "organs", organs, "at least one organ with its sizes");
  organs.forEach((each, at) => {
    const name = `organs[${at}]`;
    requireFields(name, each, ["organ", "sizes", "seeds"]);
    const { organ, sizes, seeds } = each;
    requireThat(tumorOrgans.includes(organ), `${name}.organ`, organ, tumorOrgans.join(", "));
    requireThat(
      organs.findIndex((other) => other.organ === organ) === at,
      `${name}.organ`,
      organ,
      "each organ once",
    );
    requireThat(
      isList(sizes) && sizes.length > 0 && sizes.every((size) => isCount(size, 1)),
      `${name}.sizes`,
      sizes,
      "whole numbers from 1, at least one",
    );
    requireThat(
      sizes.every((size, i) => i === 0 || size > sizes[i - 1]),
      `${name}.sizes`,
      sizes,
      "rising numbers, each once",
    );
    const large = sizes.find((size) => size > cohort.patients);
    requireThat(
      large === undefined,
      `${name}.sizes`,
      large,
      `at most the ${cohort.patients} patients of the cohort`,
      "Make cohort.patients larger, or leave the size out",
    );
    if (seeds !== undefined) checkSeeds(`${name}.seeds`, seeds);
  });
}

function checkSeeds(name: string, seeds: unknown): void {
  requireThat(
    isList(seeds) && seeds.length > 0 && seeds.every((seed) => isCount(seed, 0)),
    name,
    seeds,
    "whole numbers from 0, at least one",
  );
  requireThat(new Set(seeds).size === seeds.length, name, seeds, "each seed once");
}

function checkArms({ arms, cohort }: ExperimentPlan): void {
  requireThat(isList(arms) && arms.length > 0, "arms", arms, "at least one arm");
  arms.forEach((arm, at) => {
    const name = `arms[${at}]`;
    requireFields(name, arm, ["name", "realPerCase", "syntheticPerReal"]);
    const { realPerCase, syntheticPerReal } = arm;
    requireThat(isName(arm.name), `${name}.name`, arm.name, "a name");
    requireThat(
      !(baselineNames as readonly string[]).includes(arm.name),
      `${name}.name`,
      arm.name,
      `another name than ${baselineNames.join(" and ")}: these are the baselines`,
    );
    requireThat(
      arms.findIndex((other) => other.name === arm.name) === at,
      `${name}.name`,
      arm.name,
      "each name once",
    );
    requireThat(realPerCase === 0 || realPerCase === 1, `${name}.realPerCase`, realPerCase, "0 or 1");
    requireThat(
      isCount(syntheticPerReal, 0) && syntheticPerReal <= 100,
      `${name}.syntheticPerReal`,
      syntheticPerReal,
      "a whole number from 0 to 100",
    );
    requireThat(
      realPerCase + syntheticPerReal > 0,
      name,
      arm,
      "some cases to learn from, real or synthetic",
      "Set realPerCase to 1 or syntheticPerReal above 0",
    );
    requireThat(
      syntheticPerReal === 0 || cohort.healthy > 0,
      "cohort.healthy",
      cohort.healthy,
      `at least 1: the arm ${arm.name} puts tumors into healthy scans`,
    );
  });
}

function checkSynthesis({ synthesis }: ExperimentPlan): void {
  requireFields("synthesis", synthesis, ["generator", "mix"]);
  const { generator, mix } = synthesis;
  within("synthesis", () => findSynthesizer(generator));
  const known = sizeClasses.map(({ name }) => name as string);
  requireThat(
    isRecord(mix) &&
      Object.keys(mix).every((name) => known.includes(name)) &&
      sizeClasses.every(({ name }) => isCount(mix[name], 0) && mix[name] <= 100) &&
      sizeClasses.some(({ name }) => mix[name] > 0),
    "synthesis.mix",
    mix,
    `parts of ${known.join(", ")}: whole numbers from 0 to 100, not all 0`,
  );
}

function checkTraining(plan: ExperimentPlan): void {
  const { recipe } = plan;
  requireThat(isRecord(recipe), "recipe", recipe, "a training recipe");
  const made = ["targets", "ignore", "syntheticShare"].find((name) => name in recipe);
  requireThat(
    made === undefined,
    "recipe",
    made,
    "no such field: classes follow from the organ, shares from the arm",
  );
  requireThat(
    !isRecord(recipe.network) || recipe.network.classes === 3,
    "recipe.network.classes",
    recipe.network?.classes,
    "3: background, organ and tumor",
  );
  within("recipe", () => checkRecipe(recipeOf(plan, plan.organs[0].organ)));
}

function checkTests({ tests, cohort }: ExperimentPlan): void {
  requireThat(isList(tests) && tests.length > 0, "tests", tests, "at least one test set");
  tests.forEach((test, at) => {
    const name = `tests[${at}]`;
    requireFields(name, test, ["name", "distribution", "hospital", "seed", "patients", "controls"]);
    const { distribution, hospital, seed, patients, controls = 0 } = test;
    requireThat(isName(test.name), `${name}.name`, test.name, "a name");
    const first = (same: (other: typeof test) => boolean): boolean => tests.findIndex(same) === at;
    requireThat(
      first((other) => other.name === test.name),
      `${name}.name`,
      test.name,
      "each name once",
    );
    const { distribution: own } = within(name, () => findHospital(hospital));
    requireThat(isCount(seed, 0), `${name}.seed`, seed, "a whole number from 0");
    requireThat(
      isCount(patients, 1) && patients <= mostPatients,
      `${name}.patients`,
      patients,
      `a whole number from 1 to ${mostPatients}`,
    );
    requireThat(
      isCount(controls, 0) && controls <= mostPatients,
      `${name}.controls`,
      controls,
      `a whole number from 0 to ${mostPatients}`,
    );
    requireThat(
      hospital !== cohort.hospital || seed !== cohort.seed,
      `${name}.seed`,
      seed,
      `another seed than the training's at ${hospital}: these are its patients`,
    );
    requireThat(
      first((other) => other.hospital === hospital && other.seed === seed),
      `${name}.seed`,
      seed,
      "another seed than another test's at this hospital: these are its patients",
    );
    const possible = hospital === cohort.hospital ? ["in"] : own === "out" ? ["out"] : ["in", "out"];
    requireThat(
      possible.includes(distribution),
      `${name}.distribution`,
      distribution,
      `${possible.join(" or ")} for ${hospital} beside a training at ${cohort.hospital}`,
    );
  });
}

/** Puts the field's place before the name in the errors of a check. */
function within<T>(field: string, check: () => T): T {
  return locateErrors((input) => `${field}.${input}`, check);
}

/** A field with a slip in its name would be passed over without a word. */
function requireFields(input: string, found: unknown, known: readonly string[]): void {
  requireThat(isRecord(found), input, found, `an object with ${known.join(", ")}`);
  const stranger = Object.keys(found).find((name) => !known.includes(name));
  requireThat(stranger === undefined, input, stranger, `fields among ${known.join(", ")}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isTriple = (value: unknown): value is [unknown, unknown, unknown] =>
  isList(value) && value.length === 3;
const isName = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
const isNumber = (value: unknown, from: number): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= from;
const isCount = (value: unknown, from: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= from;
