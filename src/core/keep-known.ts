import type { JsonSchema } from "./schema.js";

/** A copy of a value that conforms to a schema, with the properties that the schema names and no others. */
export function keepKnown<T>(schema: JsonSchema, value: T): T {
  const { properties, items } = schema;
  if (Array.isArray(value)) return value.map((each: unknown) => (items ? keepKnown(items, each) : each)) as T;
  if (typeof value !== "object" || value === null || !properties) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => Object.hasOwn(properties, name) && each !== undefined)
      .map(([name, each]) => [name, keepKnown(properties[name], each)]),
  ) as T;
}
