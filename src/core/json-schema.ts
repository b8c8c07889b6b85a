import { type CompiledSchema, compileSchema, type SchemaError } from "./compile-schema.js";
import { LabError } from "./errors.js";
import { describeSchema } from "./schema-words.js";
import type { JsonSchema } from "./schema.js";

/** One place of a document that a schema does not allow. */
export interface JsonSchemaFault {
  /** JSON pointer, such as `/licence/spdx`; empty for the document itself. */
  where: string;
  found: unknown;
  expected: string;
}

/** Answers the faults of a document, empty when it conforms. */
export type JsonSchemaCheck = (document: unknown) => JsonSchemaFault[];

/**
 * The check of a JSON Schema of draft 2020-12; it is compiled at its first use. Beside the draft's keywords a schema may
 * have `expected`: what should be there, in words. A fault within a list that has it is told of the list as a whole.
 *
 * @throws Error at its first use for a keyword or format that nobody knows.
 */
export function compileJsonSchema(schema: unknown): JsonSchemaCheck {
  let check: CompiledSchema | undefined;
  return (document) => {
    check ??= compileSchema(schema);
    if (check(document)) return [];
    return (check.errors ?? []).filter(isOwn).map((error) => describeFault(error, schema, document));
  };
}

/**
 * Takes a document for what its schema describes.
 *
 * @param name of the document in errors that speak of it as a whole, such as `"plan"`.
 * @throws LabError for the first fault, naming the field as `organs[0].sizes`.
 */
export function requireSchema<T>(check: JsonSchemaCheck, document: unknown, name: string): T {
  const [fault] = check(document);
  if (fault) throw new LabError(nameField(fault.where) || name, fault.found, fault.expected);
  return document as T;
}

/** A JSON pointer as code writes it: `/organs/0/sizes` is `organs[0].sizes`. */
export function nameField(pointer: string): string {
  return splitPointer(pointer)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

/** The parts of a JSON pointer. */
export function splitPointer(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** `if` only repeats what its `then` has said. */
function isOwn({ keyword }: SchemaError): boolean {
  return keyword !== "if";
}

function describeFault(error: SchemaError, schema: unknown, document: unknown): JsonSchemaFault {
  const whole = findWhole(error.instancePath, schema as JsonSchema, document);
  if (whole) return whole;
  const { instancePath, keyword, params, data, message } = error;
  const parent = (error.parentSchema ?? {}) as JsonSchema;
  if (keyword === "required") {
    const name = params.missingProperty as string;
    return {
      where: `${instancePath}/${name}`,
      found: undefined,
      expected: describeSchema(parent.properties?.[name] ?? {}) ?? "a value",
    };
  }
  if (keyword === "additionalProperties") {
    // A field with a slip in its name would be passed over without a word.
    return {
      where: instancePath,
      found: params.additionalProperty,
      expected: `fields among ${Object.keys(parent.properties ?? {}).join(", ")}`,
    };
  }
  return {
    where: instancePath,
    found: data,
    expected: describeSchema(parent) ?? `what ${message ?? keyword}`,
  };
}

/** The outermost list on the way to a fault whose schema says in words what it should be. */
function findWhole(pointer: string, schema: JsonSchema, document: unknown): JsonSchemaFault | undefined {
  const parts = splitPointer(pointer);
  let [schemaHere, value, where]: [JsonSchema, unknown, string] = [schema, document, ""];
  for (const part of parts) {
    if (Array.isArray(value) && schemaHere.expected !== undefined)
      return { where, found: value, expected: schemaHere.expected };
    const others = Array.isArray(value) ? schemaHere.items : schemaHere.additionalProperties;
    const next: JsonSchema | boolean | undefined = schemaHere.properties?.[part] ?? others;
    if (typeof next !== "object") return undefined;
    schemaHere = next;
    value = (value as Record<string, unknown>)[part];
    where += `/${part}`;
  }
  return undefined;
}
