import { closedObject, type JsonSchema, listOf, openObject, tripleOf, wholeNumber } from "../core/schema.js";

const from0: JsonSchema = { type: "number", minimum: 0 };
const above0: JsonSchema = { type: "number", exclusiveMinimum: 0 };
const share: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const below1: JsonSchema = { type: "number", minimum: 0, exclusiveMaximum: 1 };
const flag: JsonSchema = { type: "boolean" };
const text: JsonSchema = { type: "string", minLength: 1 };
const factor: JsonSchema = { type: "number", exclusiveMinimum: 0, maximum: 16 };
const between = closedObject({ probability: share, low: factor, high: factor });
const numbers = (expected: string): JsonSchema => ({ ...listOf({ type: "number" }), expected });

/** Its numbers are looked at by `checkNetworkConfig`, which knows how they hang together. */
const network = closedObject({
  encoder: text,
  inputChannels: { const: 1, expected: "1: scans are CT alone" },
  classes: { type: "number" },
  widths: numbers("a list of numbers"),
  encoderBlocks: numbers("a list of numbers"),
  decoderBlocks: numbers("a list of numbers"),
  patch: numbers("a list of three numbers"),
  normalization: text,
  slope: { type: "number" },
  deepSupervision: flag,
});

const augmentation = closedObject({
  flip: tripleOf(share, "three numbers from 0 to 1"),
  rotation: closedObject({ probability: share, maxDegrees: { type: "number", minimum: 0, maximum: 180 } }),
  scaling: between,
  brightness: between,
  contrast: between,
  gamma: between,
  noise: closedObject({ probability: share, maxDeviation: share }),
  lowResolution: between,
});

/** Classes of a network, but background, and the structures that each is made of. */
const targetsSchema: JsonSchema = {
  ...listOf(openObject({ name: text, structures: listOf(text, 0) })),
  expected: 'a list of classes such as { "name": "kidney", "structures": ["kidney_left", "kidney_right"] }',
};

/** The settings of each optimizer, by its kind. */
export const optimizerSchemas: Readonly<Record<"sgd" | "adamw", JsonSchema>> = {
  sgd: closedObject({
    kind: { const: "sgd" },
    learningRate: above0,
    momentum: below1,
    weightDecay: from0,
    power: from0,
  }),
  adamw: closedObject({
    kind: { const: "adamw" },
    learningRate: above0,
    warmupSteps: wholeNumber(0),
    beta1: below1,
    beta2: below1,
    weightDecay: from0,
  }),
};

/** The schema of a training's recipe; the settings of its optimizer follow in {@link optimizerSchemas}. */
export const recipeSchema: JsonSchema = closedObject({
  name: { type: "string" },
  network,
  targets: targetsSchema,
  ignore: { ...listOf(text), expected: "a list of structures" },
  spacingMm: tripleOf(
    { type: "number", exclusiveMinimum: 0, maximum: 50 },
    "three numbers above 0, at most 50, in mm",
  ),
  windowHu: { ...listOf({ type: "number" }, 2, 2), expected: "two rising numbers in HU" },
  batch: wholeNumber(1),
  steps: wholeNumber(1),
  optimizer: openObject({ kind: { enum: Object.keys(optimizerSchemas) } }),
  gradientClip: from0,
  averageDecay: below1,
  foregroundShare: share,
  syntheticShare: share,
  augmentation,
  validateEvery: wholeNumber(1),
  checkpointEvery: wholeNumber(1),
  overlap: below1,
});
