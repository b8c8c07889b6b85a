import { describeValue } from "./errors.js";
import type { JsonSchema } from "./schema.js";

/** What a schema asks for, in words for an error: `a whole number from 1 to 2000`. `undefined` where it says too little. */
export function describeSchema(schema: JsonSchema): string | undefined {
  const { expected, type, properties } = schema;
  if (expected !== undefined) return expected;
  if ("const" in schema) return describeValue(schema.const);
  if (schema.enum) return describeChoice(schema.enum);
  if (Array.isArray(type)) {
    const each = type.map((one: string) => describeSchema({ ...schema, type: one }));
    return each.every((words) => words !== undefined) ? each.join(" or ") : undefined;
  }
  switch (type) {
    case "integer":
      return `a whole number${describeRange(schema)}`;
    case "number":
      return `a number${describeRange(schema)}`;
    case "string":
      return describeText(schema);
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "array":
      return describeList(schema);
    case "object":
      return properties ? `an object with ${Object.keys(properties).join(", ")}` : "an object";
    default:
      return undefined;
  }
}

function describeChoice(values: readonly unknown[]): string {
  const words = values.map((value) => (typeof value === "string" ? value : describeValue(value)));
  return words.length === 1 ? words[0] : `one of ${words.join(", ")}`;
}

function describeRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const low =
    minimum === undefined
      ? exclusiveMinimum === undefined
        ? ""
        : ` above ${exclusiveMinimum}`
      : ` from ${minimum}`;
  if (maximum !== undefined)
    return minimum === undefined ? `${low}${low && ","} at most ${maximum}` : `${low} to ${maximum}`;
  if (exclusiveMaximum !== undefined) return `${low}${low && " to"} below ${exclusiveMaximum}`;
  return low;
}

function describeText({ minLength, maxLength, pattern }: JsonSchema): string {
  if (pattern !== undefined) return `a text that matches ${pattern}`;
  if (maxLength !== undefined) return `a text of at most ${maxLength} characters`;
  return minLength === undefined ? "a text" : "a text that is not empty";
}

function describeList({ items, minItems, maxItems, uniqueItems }: JsonSchema): string {
  const count =
    minItems === maxItems
      ? minItems === undefined
        ? ""
        : ` of ${minItems}`
      : maxItems === undefined
        ? ` of at least ${minItems}`
        : ` of ${minItems ?? 0} to ${maxItems}`;
  const each = items && describeSchema(items);
  return `a list${count}${each ? `, each ${each}` : ""}${uniqueItems ? ", none twice" : ""}`;
}
