import { compileJsonSchema, type JsonSchemaCheck } from "../core/json-schema.js";
import { type JsonSchema, listOf, openObject, tripleOf, wholeNumber } from "../core/schema.js";

const text: JsonSchema = { type: "string" };
const names: JsonSchema = { ...listOf(text), expected: "a list of names" };
const numbers: JsonSchema = { ...listOf({ type: "number" }), expected: "a list of whole numbers" };

/** Its numbers are looked at by `checkNetworkConfig`, which knows how they hang together. */
const config = openObject({
  encoder: text,
  classes: { type: "number" },
  widths: numbers,
  encoderBlocks: numbers,
  decoderBlocks: numbers,
  patch: numbers,
});

const tensor: JsonSchema = {
  ...openObject({
    name: text,
    shape: { ...listOf(wholeNumber(1)), expected: "a list of whole numbers above 0" },
  }),
  expected: "a tensor's name and shape",
};

const weights = openObject({
  paths: listOf({ type: "string", pattern: String.raw`^[^/\\]+$`, expected: "a file beside model.json" }, 1),
  weights: listOf(tensor),
});

const metadata = openObject(
  {
    weightsSha256: text,
    classNames: {
      ...listOf({ type: "string", minLength: 1 }),
      uniqueItems: true,
      expected: "different names, one for each class with background",
    },
    structures: { ...listOf(names), expected: "lists of names, one for each class but background" },
    ignored: names,
    spacingMm: tripleOf({ type: "number", exclusiveMinimum: 0 }, "three numbers above 0, in mm"),
    windowHu: { ...listOf({ type: "number" }, 2, 2), expected: "two rising numbers in HU" },
  },
  ["structures", "ignored"],
);

/** The schema of `model.json`. */
export const modelFileSchema: JsonSchema = openObject({
  format: { const: "layers-model" },
  modelTopology: openObject({ class_name: { const: "TumorlabUNet" }, config }),
  weightsManifest: listOf(weights, 1),
  userDefinedMetadata: metadata,
});

/** The check of `model.json`. */
export const checkModelFile: JsonSchemaCheck = compileJsonSchema(modelFileSchema);
