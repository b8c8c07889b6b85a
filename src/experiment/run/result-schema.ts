import { trialRecordSchema } from "../../contracts/run-record.js";
import { compileJsonSchema, type JsonSchemaCheck } from "../../core/json-schema.js";
import { type JsonSchema, listOf, openObject, wholeNumber } from "../../core/schema.js";

const text: JsonSchema = { type: "string" };
const count = wholeNumber(0);
/** `null` where the plan's rule leaves it out. */
const score: JsonSchema = { type: ["number", "null"], minimum: 0, maximum: 1 };

const lesion = openObject(
  { radiusMm: { type: "number", minimum: 0 }, found: { type: "boolean" }, dice: score },
  ["dice"],
);

const share: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const overlap = openObject({ lesion: count, iou: share });
const candidate = openObject({
  probability: share,
  volumeMl: { type: "number", minimum: 0 },
  overlaps: listOf(overlap),
});
const bins = listOf({ type: "number", minimum: 0 });

const testCase = openObject(
  {
    case: text,
    patient: text,
    organDice: score,
    tumorDice: score,
    tumorNsd: score,
    tumorVoxels: count,
    foundVoxels: count,
    lesions: listOf(lesion),
    falsePositives: count,
    candidates: listOf(candidate),
    histogram: openObject({ voxels: bins, positives: bins, sums: bins }),
  },
  ["candidates", "histogram"],
);

const tests = listOf(
  openObject({ name: text, distribution: { enum: ["in", "out"] }, cases: listOf(testCase) }),
);

const trial = openObject({ index: count, organ: text, arm: text, size: count, seed: count });

/** The schema of collected results; their plan has one of its own. */
export const collectedResultsSchema: JsonSchema = openObject({
  version: { const: 1 },
  plan: { type: "object" },
  planSha256: text,
  trials: listOf(openObject({ planSha256: text, trial, arithmetic: text, tests }, ["arithmetic"])),
  baselines: listOf(openObject({ organ: text, name: text, tests })),
  missing: listOf(openObject({ index: count, reason: text })),
});

/** The schema of the records beside collected results. */
export const collectedRecordsSchema: JsonSchema = openObject({
  version: { const: 1 },
  planSha256: text,
  records: listOf(trialRecordSchema),
});

/** The checks of both. */
export const checkCollected: Readonly<Record<"results" | "records", JsonSchemaCheck>> = {
  results: compileJsonSchema(collectedResultsSchema),
  records: compileJsonSchema(collectedRecordsSchema),
};
