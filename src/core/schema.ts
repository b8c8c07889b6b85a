/** What this project uses of JSON Schema, and `expected`: what should be there in words, where the rest does not say it well. */
export interface JsonSchema {
  type?: string | readonly string[];
  expected?: string;
  const?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  $id?: string;
  $schema?: string;
}

/**
 * An object of these properties and no others.
 *
 * @param optional those that may be left out.
 */
export function closedObject(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  return { ...openObject(properties, optional), additionalProperties: false };
}

/** An object of these properties, and any others. */
export function openObject(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required };
}

/** A list of `minItems` to `maxItems`, without an end where that is left out. */
export function listOf(items: JsonSchema, minItems = 0, maxItems?: number): JsonSchema {
  return { type: "array", items, minItems, ...(maxItems === undefined ? {} : { maxItems }) };
}

/** Three numbers along x, y and z; faults within are told of all three, in these words. */
export function tripleOf(items: JsonSchema, expected: string): JsonSchema {
  return { ...listOf(items, 3, 3), expected };
}

/** A whole number that JavaScript holds exactly. */
export function wholeNumber(minimum: number, maximum?: number): JsonSchema {
  return maximum === undefined
    ? {
        type: "integer",
        minimum,
        maximum: Number.MAX_SAFE_INTEGER,
        expected: `a whole number from ${minimum}`,
      }
    : { type: "integer", minimum, maximum };
}

/** The same schema with every property of every object left free to be absent, lists aside. */
export function partialOf(schema: JsonSchema): JsonSchema {
  const { required: _required, properties, ...rest } = schema;
  if (!properties) return schema;
  const parts = Object.entries(properties).map(([name, each]) => [name, partialOf(each)]);
  return { ...rest, properties: Object.fromEntries(parts) as Record<string, JsonSchema> };
}
