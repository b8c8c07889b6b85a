import { tumorOrgans } from "../../anatomy/organs.js";
import { scanPhases } from "../../anatomy/phase.js";
import { sizeClasses } from "../../anatomy/size-class.js";
import { closedObject, type JsonSchema, listOf, tripleOf, wholeNumber } from "../../core/schema.js";
import { emptyPolicies } from "../../metrics/empty.js";
import { hospitals } from "../../phantom/hospitals.js";
import { generatorNames, synthesizers } from "../../tumor/synthesizers.js";

/**
 * Most patients of a cohort or test of plans of version 1, so that those with tumors and those without stay apart, and of
 * version 2, whose limit is that of a phantom's case numbers; see `listPatients`.
 */
const maxPatients = { 1: 2000, 2: 100_000 } as const;
/** Along an axis; no scanner gives more. */
const maxVoxels = 4096;

const name: JsonSchema = { type: "string", pattern: String.raw`\S`, expected: "a name" };
const millimeters: JsonSchema = { type: "number", minimum: 0, expected: "a number of mm from 0" };
const oneOf = (things: readonly { name: string }[]): JsonSchema => ({
  enum: things.map((each) => each.name),
});
const hospital = oneOf(hospitals);
const seeds: JsonSchema = {
  ...listOf(wholeNumber(0), 1),
  uniqueItems: true,
  expected: "whole numbers from 0, at least one, each once",
};
const mix = closedObject(Object.fromEntries(sizeClasses.map((each) => [each.name, wholeNumber(0, 100)])));

type PlanVersion = keyof typeof maxPatients;

const phantomCohort = (version: PlanVersion): JsonSchema =>
  closedObject({
    hospital,
    seed: wholeNumber(0),
    patients: wholeNumber(1, maxPatients[version]),
    healthy: wholeNumber(0, maxPatients[version]),
    shape: tripleOf(wholeNumber(8, maxVoxels), `three whole numbers from 8 to ${maxVoxels}`),
    spacingMm: tripleOf({ type: "number", minimum: 0.2, maximum: 20 }, "three numbers from 0.2 to 20"),
    marginMm: millimeters,
  });

const sizes: JsonSchema = { ...listOf(wholeNumber(1), 1), expected: "whole numbers from 1, at least one" };
const organ = (version: PlanVersion): JsonSchema => {
  const later: Readonly<Record<string, JsonSchema>> = version === 1 ? {} : { pool: wholeNumber(1) };
  return closedObject({ organ: { enum: tumorOrgans }, sizes, seeds, ...later }, [
    "seeds",
    ...Object.keys(later),
  ]);
};

const plainArm = { name, realPerCase: { enum: [0, 1] }, syntheticPerReal: wholeNumber(0, 100) };
const laterArm: Readonly<Record<string, JsonSchema>> = {
  healthyPerReal: wholeNumber(0, 100),
  tumorsOf: { enum: ["synthesis", "phantom"] },
  generator: { enum: generatorNames },
  stepShare: { type: "number", exclusiveMinimum: 0, maximum: 16, expected: "a number above 0, at most 16" },
  sizes: { ...sizes, uniqueItems: true },
  seeds,
};
const arm = (version: PlanVersion): JsonSchema =>
  version === 1 ? closedObject(plainArm) : closedObject({ ...plainArm, ...laterArm }, Object.keys(laterArm));

/** Ranges of sizes, some of which may be left out. */
const ranges = (limit: JsonSchema, expected: string): JsonSchema =>
  closedObject(
    Object.fromEntries(sizeClasses.map((each) => [each.name, { ...listOf(limit, 2, 2), expected }])),
    sizeClasses.map((each) => each.name),
  );
const plainSynthesis = { generator: oneOf(synthesizers), mix };
const laterSynthesis: Readonly<Record<string, JsonSchema>> = {
  cases: { enum: ["stored", "on-the-fly"] },
  counts: ranges(wholeNumber(1, 20), "the fewest and the most lesions a case, from 1 to 20"),
  radiiMm: ranges({ type: "number", exclusiveMinimum: 0, maximum: 100 }, "two radii in mm, at most 100"),
  learned: closedObject({ steps: wholeNumber(1, 10_000_000) }, ["steps"]),
};
const synthesis = (version: PlanVersion): JsonSchema =>
  version === 1
    ? closedObject(plainSynthesis)
    : closedObject(
        { ...plainSynthesis, generator: { enum: generatorNames }, ...laterSynthesis },
        Object.keys(laterSynthesis),
      );

const laterTest: Readonly<Record<string, JsonSchema>> = {
  scan: { enum: ["crop", "whole"] },
  sizes: { enum: ["all", "ends"] },
  patientsOf: name,
};
const phantomTest = (version: PlanVersion): JsonSchema => {
  const later = version === 1 ? {} : laterTest;
  return closedObject(
    {
      name,
      distribution: { enum: ["in", "out"] },
      hospital,
      seed: wholeNumber(0),
      patients: wholeNumber(1, maxPatients[version]),
      controls: wholeNumber(0, maxPatients[version]),
      ...later,
    },
    ["controls", ...Object.keys(later)],
  );
};

const inFolder: JsonSchema = {
  type: "string",
  pattern: String.raw`^(?![/\\])(?!(.*[/\\])?\.\.([/\\]|$)).*\S`,
  expected: "a path within the folder",
};
const organsShown: JsonSchema = {
  ...listOf({ enum: tumorOrgans }),
  uniqueItems: true,
  expected: `some of ${tumorOrgans.join(", ")}, each once`,
};
const scan = closedObject(
  {
    name,
    patient: name,
    phase: { enum: scanPhases },
    image: inFolder,
    labels: {
      type: ["string", "array"],
      pattern: inFolder.pattern,
      items: inFolder,
      minItems: 1,
      expected: "a path within the folder, or a list of them",
    },
    reading: closedObject(
      { series: name, irregular: { enum: ["resample", "refuse"] }, volume: wholeNumber(0) },
      ["series", "irregular", "volume"],
    ),
    series: name,
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$", expected: "64 hexadecimal digits" },
    shape: tripleOf(wholeNumber(1), "three counts of voxels"),
    spacingMm: tripleOf({ type: "number", exclusiveMinimum: 0 }, "three numbers of mm above 0"),
    tumors: organsShown,
    healthy: organsShown,
  },
  ["phase", "reading", "series"],
);
const folderSet = {
  folder: { ...name, expected: "the absolute path of a folder of scans" },
  names: { type: "object", additionalProperties: name, expected: "structures by label value" },
  scans: listOf(scan, 1),
};

const folderTest = (version: PlanVersion): JsonSchema => {
  const later = version === 1 ? {} : laterTest;
  return closedObject(
    {
      name,
      distribution: { enum: ["in", "out"] },
      ...folderSet,
      controls: wholeNumber(0),
      acknowledgement: { ...name, expected: "the reason why the test counts all the same" },
      ...later,
    },
    ["controls", "acknowledgement", ...Object.keys(later)],
  );
};

const sha256: JsonSchema = { type: "string", pattern: "^[0-9a-f]{64}$", expected: "64 hexadecimal digits" };
const preregistration = closedObject({
  sha256,
  text: { ...name, expected: "the text of a preregistration" },
});

/** What a stage adds; the first adds nothing, all is in it that no other has. */
const stage = closedObject(
  {
    name,
    why: { ...name, expected: "the reason in words" },
    organs: { ...listOf({ enum: tumorOrgans }, 1), uniqueItems: true },
    arms: { ...listOf(name, 1), uniqueItems: true },
    sizes: { ...sizes, uniqueItems: true },
    seeds,
  },
  ["why", "organs", "arms", "sizes", "seeds"],
);

const schemaOf = (version: PlanVersion, cohort: JsonSchema, test: JsonSchema): JsonSchema => {
  const later: Readonly<Record<string, JsonSchema>> =
    version === 1 ? {} : { preregistration, stages: listOf(stage, 2) };
  return closedObject(
    {
      version: { enum: [1, 2] },
      name,
      scale: {
        enum: version === 1 ? ["tiny", "small", "paper"] : ["tiny", "small", "medium", "organs", "paper"],
      },
      cohort,
      organs: listOf(organ(version), 1),
      arms: listOf(arm(version), 1),
      synthesis: synthesis(version),
      seeds,
      recipe: { type: "object" },
      tests: listOf(test, 1),
      metrics: closedObject({ toleranceMm: millimeters, policy: oneOf(Object.values(emptyPolicies)) }),
      ...later,
    },
    Object.keys(later),
  );
};

/** The schema of a plan on phantoms of version 1, as the smaller presets are; its recipe has one of its own. */
export const planSchema: JsonSchema = schemaOf(1, phantomCohort(1), phantomTest(1));

/** The schemas of plans by version, on phantoms and on folders of scans. */
export const planSchemas: Readonly<Record<PlanVersion, Record<"phantoms" | "folders", JsonSchema>>> = {
  1: {
    phantoms: planSchema,
    folders: schemaOf(1, closedObject({ ...folderSet, marginMm: millimeters }), folderTest(1)),
  },
  2: {
    phantoms: schemaOf(2, phantomCohort(2), phantomTest(2)),
    folders: schemaOf(2, closedObject({ ...folderSet, marginMm: millimeters }), folderTest(2)),
  },
};
