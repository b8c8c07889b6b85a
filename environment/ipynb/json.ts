/** Deepest nesting taken from outside. Notebooks with figures have about 20; what walks the value uses the stack. */
export const deepestJson = 500;

/**
 * Reads JSON that comes from outside, so that whatever walks the value later can't run out of stack.
 *
 * @throws SyntaxError when it is not JSON, RangeError when it nests deeper than {@link deepestJson}
 */
export function parseOuterJson(text: string): unknown {
  if (nestsDeeper(text, deepestJson))
    throw new RangeError(`it nests deeper than ${deepestJson} levels, which no notebook or message does`);
  return JSON.parse(text) as unknown;
}

/** Whether the brackets of a text nest deeper than `limit`; brackets in strings don't count. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      // On to the quote that ends the string.
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++)
        if (text.charCodeAt(at) === 0x5c) at++;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}
