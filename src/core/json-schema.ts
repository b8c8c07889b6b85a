import { loadPackage } from "../platform/packages.js";

/** One place of a document that a schema does not allow. */
export interface JsonSchemaFault {
  /** JSON pointer, such as `/licence/spdx`; empty for the document itself. */
  where: string;
  found: unknown;
  expected: string;
}

/** Answers the faults of a document, empty when it conforms. */
export type JsonSchemaCheck = (document: unknown) => JsonSchemaFault[];

/** Unknown keywords and formats are errors; `if` without a type of its own is not. */
const options = { allErrors: true, verbose: true, strictTypes: false, strictRequired: false };

interface AjvError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  data?: unknown;
  message?: string;
}

interface AjvModule {
  Ajv2020: new (options: Record<string, unknown>) => {
    compile(schema: unknown): ((document: unknown) => boolean) & { errors?: AjvError[] | null };
  };
}

/**
 * Compiles a JSON Schema of draft 2020-12. Ajv is loaded at the first call: most of what this package does needs none.
 *
 * @throws Error when the schema itself does not conform to its draft.
 */
export function compileJsonSchema(schema: unknown): JsonSchemaCheck {
  const { Ajv2020 } = loadPackage("ajv/dist/2020.js") as AjvModule;
  const check = new Ajv2020(options).compile(schema);
  return (document) => (check(document) ? [] : (check.errors ?? []).filter(isOwn).map(describeFault));
}

/** `if` only repeats what its `then` has said. */
function isOwn({ keyword }: AjvError): boolean {
  return keyword !== "if";
}

function describeFault({ instancePath, keyword, params, data, message }: AjvError): JsonSchemaFault {
  if (keyword === "required")
    return {
      where: `${instancePath}/${params.missingProperty as string}`,
      found: undefined,
      expected: "a value",
    };
  if (keyword === "additionalProperties")
    return {
      where: `${instancePath}/${params.additionalProperty as string}`,
      found: params.additionalProperty,
      expected: "no property of that name",
    };
  if (keyword === "enum")
    return {
      where: instancePath,
      found: data,
      expected: `one of ${(params.allowedValues as unknown[]).join(", ")}`,
    };
  return { where: instancePath, found: data, expected: `what ${message ?? keyword}` };
}
