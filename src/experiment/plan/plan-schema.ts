import { tumorOrgans } from "../../anatomy/organs.js";
import { sizeClasses } from "../../anatomy/size-class.js";
import { closedObject, type JsonSchema, listOf, tripleOf, wholeNumber } from "../../core/schema.js";
import { emptyPolicies } from "../../metrics/empty.js";
import { hospitals } from "../../phantom/hospitals.js";
import { scanPhases } from "../../tumor/phase.js";
import { synthesizers } from "../../tumor/synthesizers.js";

/** Most patients of a cohort or test, so that those with tumors and those without stay apart; see `listPatients`. */
export const maxPatients = 2000;
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

const phantomCohort = closedObject({
  hospital,
  seed: wholeNumber(0),
  patients: wholeNumber(1, maxPatients),
  healthy: wholeNumber(0, maxPatients),
  shape: tripleOf(wholeNumber(8, maxVoxels), `three whole numbers from 8 to ${maxVoxels}`),
  spacingMm: tripleOf({ type: "number", minimum: 0.2, maximum: 20 }, "three numbers from 0.2 to 20"),
  marginMm: millimeters,
});

const organ = closedObject(
  {
    organ: { enum: tumorOrgans },
    sizes: { ...listOf(wholeNumber(1), 1), expected: "whole numbers from 1, at least one" },
    seeds,
  },
  ["seeds"],
);

const arm = closedObject({
  name,
  realPerCase: { enum: [0, 1] },
  syntheticPerReal: wholeNumber(0, 100),
});

const phantomTest = closedObject(
  {
    name,
    distribution: { enum: ["in", "out"] },
    hospital,
    seed: wholeNumber(0),
    patients: wholeNumber(1, maxPatients),
    controls: wholeNumber(0, maxPatients),
  },
  ["controls"],
);

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
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$", expected: "64 hexadecimal digits" },
    shape: tripleOf(wholeNumber(1), "three counts of voxels"),
    spacingMm: tripleOf({ type: "number", exclusiveMinimum: 0 }, "three numbers of mm above 0"),
    tumors: organsShown,
    healthy: organsShown,
  },
  ["phase"],
);
const folderSet = {
  folder: { ...name, expected: "the absolute path of a folder of scans" },
  names: { type: "object", additionalProperties: name, expected: "structures by label value" },
  scans: listOf(scan, 1),
};

const schemaOf = (cohort: JsonSchema, test: JsonSchema): JsonSchema =>
  closedObject({
    version: { const: 1 },
    name,
    scale: { enum: ["tiny", "small", "paper"] },
    cohort,
    organs: listOf(organ, 1),
    arms: listOf(arm, 1),
    synthesis: closedObject({ generator: oneOf(synthesizers), mix }),
    seeds,
    recipe: { type: "object" },
    tests: listOf(test, 1),
    metrics: closedObject({ toleranceMm: millimeters, policy: oneOf(Object.values(emptyPolicies)) }),
  });

/** The schema of a plan on phantoms; its recipe has one of its own. */
export const planSchema: JsonSchema = schemaOf(phantomCohort, phantomTest);

/** The schema of a plan on folders of scans. */
export const folderPlanSchema: JsonSchema = schemaOf(
  closedObject({ ...folderSet, marginMm: millimeters }),
  closedObject(
    {
      name,
      distribution: { enum: ["in", "out"] },
      ...folderSet,
      controls: wholeNumber(0),
      acknowledgement: { ...name, expected: "the reason why the test counts all the same" },
    },
    ["controls", "acknowledgement"],
  ),
);
