import { LabError } from "../core/errors.js";
import { compileJsonSchema, nameField } from "../core/json-schema.js";
import { keepKnown } from "../core/keep-known.js";
import { type JsonSchema, openObject } from "../core/schema.js";

/** MIME type of a panel of controls. */
export const interactMime = "application/vnd.tumorlab.interact+json";

/** Target of the comm through which a panel sends what its reader chose: the data of its opening are the panel's `id`. */
export const interactTarget = "tumorlab.interact";

/** One control of a panel. */
export interface ControlPayload {
  /** Under which its value is sent. */
  name: string;
  /** What the reader sees. */
  label: string;
  kind: "slider" | "choice" | "checkbox" | "pictures";
  /** Of a slider: its ends and the distance of its stops. */
  min?: number;
  max?: number;
  step?: number;
  /** Of a choice: what the reader sees of each. */
  options?: readonly string[];
  /** Of pictures: the addresses of PNGs, `data:image/png;base64,...`, in the order in which they are numbered. */
  pictures?: readonly string[];
  value: ControlState;
}

/**
 * Where a control stands: of a slider the number, of a choice the index from 0, of a checkbox whether it is ticked, of
 * pictures which of them are picked.
 */
export type ControlState = number | boolean | boolean[];

/** A panel of controls. */
export interface InteractPayload {
  /** Unique in the kernel that shows it. */
  id: string;
  controls: readonly ControlPayload[];
}

/** What a panel sends when a control was moved. */
export interface InteractRequest {
  /** Values of all controls by name. */
  values: Readonly<Record<string, ControlState>>;
  /** Grows with each request. */
  sequence: number;
  /** Whether the reader has let go: what is drawn then gets a still picture too. */
  settled: boolean;
}

/** What the kernel answers to a request when its result is shown. */
export interface InteractReply {
  sequence: number;
  /** Why nothing could be drawn, in words; absent where it was drawn. */
  failure?: string;
}

/** A PNG that needs no fetching. */
export const picturePattern = "^data:image/png;base64,[A-Za-z0-9+/]+=*$";

const text: JsonSchema = { type: "string" };
const number: JsonSchema = { type: "number" };

/** The schema of {@link InteractPayload}; fields beyond it are passed over. */
export const interactPayloadSchema: JsonSchema = {
  $id: "tumorlab:interact-payload",
  ...openObject({
    id: { type: "string", pattern: ".", expected: "a name" },
    controls: {
      type: "array",
      minItems: 1,
      items: openObject(
        {
          name: { type: "string", pattern: ".", expected: "a name" },
          label: text,
          kind: { enum: ["slider", "choice", "checkbox", "pictures"] },
          min: number,
          max: number,
          step: { type: "number", exclusiveMinimum: 0 },
          options: { type: "array", minItems: 1, items: text },
          // Nothing that fetches.
          pictures: {
            type: "array",
            minItems: 1,
            items: {
              type: "string",
              pattern: picturePattern,
              expected: "a PNG as data:image/png;base64,...",
            },
          },
          value: { type: ["number", "boolean", "array"], items: { type: "boolean" } },
        },
        ["min", "max", "step", "options", "pictures"],
      ),
    },
  }),
};

const check = compileJsonSchema(interactPayloadSchema);

/**
 * Reads a panel's payload.
 *
 * @throws LabError naming the first field that is not as it should be, also where a slider lacks its ends or a choice its options.
 */
export function parseInteractPayload(json: unknown): InteractPayload {
  const [fault] = check(json);
  if (fault) throw new LabError(nameField(fault.where) || "the panel", fault.found, fault.expected);
  const payload = keepKnown<InteractPayload>(interactPayloadSchema, json as InteractPayload);
  payload.controls.forEach((control, i) => {
    const expected = expectedOf(control);
    if (expected !== undefined) throw new LabError(`controls[${i}]`, control, expected);
  });
  return payload;
}

/** What a control should be and is not; `undefined` where all is well. */
function expectedOf({ kind, min, max, step, options, pictures, value }: ControlPayload): string | undefined {
  if (kind === "checkbox") return typeof value === "boolean" ? undefined : "a checkbox that is ticked or not";
  if (kind === "pictures")
    return pictures && Array.isArray(value) && value.length === pictures.length
      ? undefined
      : "pictures, and of each whether it is picked";
  if (typeof value !== "number") return `a ${kind} with a number as its value`;
  if (kind === "slider") {
    const isWhole = min !== undefined && max !== undefined && step !== undefined && min < max;
    return isWhole && value >= min && value <= max
      ? undefined
      : "a slider with min below max, a step, and its value between";
  }
  const isIndex = Number.isInteger(value) && value >= 0 && value < (options?.length ?? 0);
  return isIndex ? undefined : "a choice with options and the index of one as its value";
}
