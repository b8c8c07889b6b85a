import { tumorOrgans } from "../anatomy/organs.js";
import { scanPhases } from "../anatomy/phase.js";
import { compileJsonSchema, type JsonSchemaCheck } from "../core/json-schema.js";
import { type JsonSchema, listOf, openObject, tripleOf } from "../core/schema.js";
import { generatorNames } from "./synthesizers.js";

const three = tripleOf({ type: "number" }, "three numbers");
const request: JsonSchema = { type: "object", expected: "an object, as the request had it" };

/**
 * The schema of what a lesion is made from again; the rest of its record is compared with what comes out. Size and options
 * are looked at by its generator.
 */
export const lesionRecordSchema: JsonSchema = {
  $id: "tumorlab:lesion",
  ...openObject({
    format: { const: "tumorlab-lesion" },
    formatVersion: { const: 1 },
    generator: { enum: generatorNames },
    generatorVersion: { type: "string" },
    key: { ...listOf({}), expected: "four whole numbers from 0 to 2^32 - 1" },
    organ: { enum: tumorOrgans },
    phase: { enum: scanPhases },
    phaseSource: { enum: ["given", "judged"] },
    size: request,
    options: request,
    shape: three,
    spacingMm: three,
    centerVoxel: three,
    centerMm: three,
  }),
  expected: "the record of a lesion, such as patch.record",
};

/** The check of a lesion's record. */
export const checkLesionRecord: JsonSchemaCheck = compileJsonSchema(lesionRecordSchema);
