import { loadPackage } from "../platform/packages.js";

/** What a check that ajv compiled says of one place of a document; with `verbose` it carries the schema beside it. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  parentSchema?: Record<string, unknown>;
  data?: unknown;
  message?: string;
}

/** A compiled schema: whether a document conforms, and where the last one did not. */
export type CompiledSchema = ((document: unknown) => boolean) & { errors?: SchemaError[] | null };

/**
 * Unknown keywords and formats are errors; `if` without a type of its own is not. Schemas are not held against their draft,
 * for which a third of the time would go: they are this project's, and a test does.
 */
export const schemaOptions: Readonly<Record<string, unknown>> = {
  meta: false,
  validateSchema: false,
  allErrors: true,
  verbose: true,
  strictTypes: false,
  strictRequired: false,
  strictTuples: false,
};

/** The keyword of our own: what should be there, in words. It checks nothing. */
export const wordsKeyword = "expected";

interface AjvModule {
  Ajv2020: new (options: Readonly<Record<string, unknown>>) => {
    addVocabulary(keywords: readonly string[]): void;
    compile(schema: unknown): CompiledSchema;
  };
}

/**
 * Compiles a JSON Schema of draft 2020-12. Ajv is loaded at the first call: most of what this package does needs none.
 * The front end's build puts checks that were compiled beforehand in the place of this file: pages may not make code of
 * text.
 *
 * @throws Error for a keyword or format that ajv does not know.
 */
export function compileSchema(schema: unknown): CompiledSchema {
  const { Ajv2020 } = loadPackage("ajv/dist/2020.js") as AjvModule;
  const ajv = new Ajv2020(schemaOptions);
  ajv.addVocabulary([wordsKeyword]);
  return ajv.compile(schema);
}
