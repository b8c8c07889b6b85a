import { requireThat } from "../core/errors.js";

/** How {@link requireForm} compares. */
export interface FormOptions {
  /** Settings that are checked elsewhere. */
  free?: readonly string[];
  /** Refuses a setting that is left out; default false. */
  whole?: boolean;
  /** Stands before the names of settings in errors, such as `"network."`; default nothing. */
  prefix?: string;
}

/**
 * Throws a LabError unless settings are among those of an example, and lists, numbers, texts and objects where it has them.
 *
 * @param input names the settings as a whole; one within others is named with them, as `augmentation.noise`.
 */
export function requireForm(
  input: string,
  found: unknown,
  like: object,
  { free = [], whole = false, prefix = "" }: FormOptions = {},
): void {
  requireThat(formOf(found) === "an object", input, found, "an object of settings");
  const [known, given] = [like, found] as Readonly<Record<string, unknown>>[];
  const names = Object.keys(known);
  // A field that is undefined is not there, as in JSON.
  const stranger = Object.keys(given).find((name) => given[name] !== undefined && !names.includes(name));
  requireThat(stranger === undefined, input, stranger, `settings among ${names.join(", ")}`);
  for (const name of names) {
    const value = given[name];
    if (free.includes(name) || (value === undefined && !whole)) continue;
    const place = `${prefix}${name}`;
    const form = formOf(known[name]);
    requireThat(formOf(value) === form, place, value, form);
    if (form === "an object")
      requireForm(place, value, known[name] as object, { whole, prefix: `${place}.` });
  }
}

/** What a value is, in words: a list of numbers is told from other lists, and no NaN is a number. */
export function formOf(value: unknown): string {
  if (Array.isArray(value))
    return value.length > 0 && value.every((each) => formOf(each) === "a number")
      ? "a list of numbers"
      : "a list";
  if (value === null) return "nothing";
  if (value === undefined || Number.isNaN(value)) return "no value";
  return { object: "an object", number: "a number", string: "a text", boolean: "true or false" }[
    typeof value as "object"
  ];
}
