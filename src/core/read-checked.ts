import { LabError } from "./errors.js";
import { readJson } from "./files.js";
import { type JsonSchemaCheck, nameField } from "./json-schema.js";

/**
 * Reads a file of JSON that must conform to a schema.
 *
 * @param expected what the file is, in words.
 * @param parse default that of `readJson`.
 * @throws LabError naming the file, and the field that does not fit.
 */
export async function readChecked<T>(
  path: string,
  check: JsonSchemaCheck,
  expected: string,
  advice = "",
  parse?: (text: string) => unknown,
): Promise<T> {
  return requireChecked<T>(path, check, await readJson(path, expected, advice, parse), expected, advice);
}

/** Takes what a file held for what it should be; throws as {@link readChecked}. */
export function requireChecked<T>(
  path: string,
  check: JsonSchemaCheck,
  value: unknown,
  expected: string,
  advice = "",
): T {
  const [fault] = check(value);
  if (!fault) return value as T;
  const field = nameField(fault.where);
  throw new LabError(
    field ? `${path}, ${field}` : path,
    fault.found,
    field ? fault.expected : `${expected}: ${fault.expected}`,
    advice,
    { kind: "bad-file" },
  );
}
