import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { courseCardSchema } from "tumorlab/internal/contracts/course-card";
import { interactPayloadSchema } from "tumorlab/internal/contracts/interact-payload";
import { progressPayloadSchema } from "tumorlab/internal/contracts/progress-payload";
import { runRecordSchema, trialRecordSchema } from "tumorlab/internal/contracts/run-record";
import { volumePayloadSchema } from "tumorlab/internal/contracts/volume-payload";
import { partialOf } from "tumorlab/internal/core/schema";
import { planSchema, planSchemas } from "tumorlab/internal/experiment/plan/plan-schema";
import {
  collectedRecordsSchema,
  collectedResultsSchema,
} from "tumorlab/internal/experiment/run/result-schema";
import { progressSchema } from "tumorlab/internal/lessons/progress/progress";
import { modelFileSchema } from "tumorlab/internal/model/model-file-schema";
import { libraryFolder } from "tumorlab/internal/platform/locations";
import { caseRecordSchema, cohortPlanSchema } from "tumorlab/internal/synthesis/record-schema";
import { modelPlanSchema } from "tumorlab/internal/training/shipped/model-plan";
import { optimizerSchemas, recipeSchema } from "tumorlab/internal/training/training-config-schema";
import { lesionRecordSchema } from "tumorlab/internal/tumor/lesion-record-schema";

const load = createRequire(join(libraryFolder, "package.json"));

describe("schemas of the library", () => {
  const { Ajv2020 } = load("ajv/dist/2020.js") as {
    Ajv2020: new () => { validateSchema(schema: unknown): unknown; errors: unknown };
  };
  const schemas = {
    caseRecordSchema,
    courseCardSchema,
    "progress of a reader": progressSchema,
    cohortPlanSchema,
    collectedRecordsSchema,
    collectedResultsSchema,
    lesionRecordSchema,
    modelFileSchema,
    runRecordSchema,
    trialRecordSchema,
    planSchema,
    "plan on folders": planSchemas[1].folders,
    "plan of version 2": planSchemas[2].phantoms,
    "plan of version 2 on folders": planSchemas[2].folders,
    interactPayloadSchema,
    modelPlanSchema,
    progressPayloadSchema,
    recipeSchema,
    "changes of a recipe": partialOf(recipeSchema),
    volumePayloadSchema,
    ...optimizerSchemas,
  };
  const ajv = new Ajv2020();
  for (const [name, schema] of Object.entries(schemas))
    it(`hold to the draft of JSON Schema: ${name}`, () => {
      assert.equal(ajv.validateSchema(schema), true, JSON.stringify(ajv.errors));
      assert.equal(ajv.validateSchema({ ...schema, required: 5 }), false);
    });
});
