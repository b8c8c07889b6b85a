import { compileJsonSchema } from "../../core/json-schema.js";
import { readChecked } from "../../core/read-checked.js";
import { openObject } from "../../core/schema.js";
import { join } from "../../platform/paths.js";
import type { ModelRecord } from "./make-model.js";
import { locateModel } from "./model-plan.js";

const check = compileJsonSchema(openObject({ format: { const: "tumorlab-shipped-model" } }));

/**
 * How a network that ships came about, and what it found in its test.
 *
 * @throws LabError for a name there is none of, and for a network of an experiment, which has the record of a trial.
 */
export async function readModelRecord(name: string): Promise<ModelRecord> {
  return readChecked<ModelRecord>(join(locateModel(name), "record.json"), check, "the record of a network");
}
