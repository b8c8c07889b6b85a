import { LabError } from "../core/errors.js";
import { compileJsonSchema, nameField, splitPointer } from "../core/json-schema.js";
import { keepKnown } from "../core/keep-known.js";
import { type JsonSchema, openObject } from "../core/schema.js";

/** MIME type of a progress bar. */
export const progressMime = "application/vnd.tumorlab.progress+json";

/** How a piece of work can stand. */
export const progressStates = ["running", "done", "failed", "interrupted"] as const;

/** How a piece of work stands. */
export type ProgressState = (typeof progressStates)[number];

/** What a bar shows; `values` holds finite numbers only. */
export interface ProgressPayload {
  label: string;
  /** Units finished, from 0 to `total`. */
  done: number;
  /** Units in all; absent where not known. */
  total?: number;
  ratePerSecond?: number;
  remainingSeconds?: number;
  values?: Record<string, number>;
  state: ProgressState;
}

const count: JsonSchema = { type: "number", minimum: 0 };

/** The schema of {@link ProgressPayload}; fields beyond it are passed over. */
export const progressPayloadSchema: JsonSchema = {
  $id: "tumorlab:progress-payload",
  ...openObject(
    {
      label: { type: "string" },
      done: count,
      total: count,
      ratePerSecond: count,
      remainingSeconds: count,
      values: { type: "object", additionalProperties: { type: "number" } },
      state: { enum: progressStates },
    },
    ["total", "ratePerSecond", "remainingSeconds", "values"],
  ),
};

const check = compileJsonSchema(progressPayloadSchema);

/**
 * Reads a progress bundle. Fields that do not fit are left out, since a bar must not hide what it reports of: without a
 * label it has an empty one, without a state it runs.
 *
 * @throws LabError where the payload is no object or has no count.
 */
export function parseProgressPayload(json: unknown): ProgressPayload {
  const faults = check(json);
  const fatal = faults.find(({ where }) => where === "" || where === "/done");
  if (fatal) throw new LabError(nameField(fatal.where) || "the payload", fatal.found, fatal.expected);
  const payload = keepKnown<Partial<ProgressPayload>>(progressPayloadSchema, json as ProgressPayload);
  const values = { ...payload.values };
  for (const { where } of faults) {
    const [field, name] = splitPointer(where);
    if (name === undefined) delete payload[field as keyof ProgressPayload];
    else delete values[name];
  }
  const { label = "", done = 0, state = "running", ...rest } = payload;
  return { label, done, ...rest, ...(rest.values ? { values } : {}), state };
}
