import JSON5 from "json5";
import { deepestJson } from "../../ipynb/json.js";

/**
 * Reads JSON5, in which people write settings.
 *
 * @returns `undefined` when the text is not JSON5 or nests deeper than {@link deepestJson}; an empty object for an empty text
 */
export function parseJson5(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON5.parse(text);
    return nestsTooDeep(value) ? undefined : value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Looks level by level, so that no depth of nesting can run out of stack. */
function nestsTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepestJson) return true;
    level = level.flatMap((each) =>
      typeof each === "object" && each !== null ? (Object.values(each) as unknown[]) : [],
    );
  }
  return false;
}
