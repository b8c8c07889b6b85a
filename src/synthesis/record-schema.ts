import { tumorOrgans } from "../anatomy/organs.js";
import { compileJsonSchema, type JsonSchemaCheck } from "../core/json-schema.js";
import { type JsonSchema, listOf, openObject } from "../core/schema.js";

const text: JsonSchema = { type: "string" };
const file = openObject({ path: text, sha256: text });
const reading = openObject(
  { series: text, irregular: { enum: ["resample", "refuse"] }, volume: { type: "integer", minimum: 0 } },
  ["series", "irregular", "volume"],
);
const scan = openObject({ path: text, sha256: text, reading }, ["reading"]);

/** A case that is planned; its size and options are looked at by its generator. */
const planned = openObject({
  name: text,
  host: text,
  patient: text,
  organ: { enum: tumorOrgans },
  size: { type: "object" },
  method: text,
  key: { ...listOf({ type: "integer" }, 4, 4), expected: "four whole numbers from 0 to 2^32 - 1" },
});

/** The schema of a case's `lesion.json`; the lesion's own record is looked at where it is replayed. */
export const caseRecordSchema: JsonSchema = {
  $id: "tumorlab:lesion-case",
  ...openObject({
    format: { const: "tumorlab-lesion-case" },
    formatVersion: { const: 1 },
    plan: planned,
    inputs: openObject(
      {
        ct: scan,
        labels: listOf(file),
        names: { type: "object", additionalProperties: text },
        generator: file,
      },
      ["generator"],
    ),
    outputs: openObject({ ctSha256: text, labelsSha256: text }),
    record: { type: "object" },
  }),
};

/** The schema of a synthetic cohort's `synthesis.json`. */
export const cohortPlanSchema: JsonSchema = {
  $id: "tumorlab:synthesis",
  ...openObject(
    {
      format: { const: "tumorlab-synthesis" },
      formatVersion: { const: 1 },
      cohort: text,
      reading,
      recipe: { type: "object" },
      failedHosts: listOf(openObject({ case: text, reason: text })),
      plans: listOf(planned),
    },
    ["reading"],
  ),
};

/** The check of a `lesion.json`. */
export const checkCaseRecord: JsonSchemaCheck = compileJsonSchema(caseRecordSchema);
/** The check of a `synthesis.json`. */
export const checkCohortPlan: JsonSchemaCheck = compileJsonSchema(cohortPlanSchema);
