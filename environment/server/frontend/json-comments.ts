/**
 * Parses JSON that may hold `//` and block comments and commas before a closing bracket, as people write settings, after
 * a byte order mark or without.
 *
 * @returns `undefined` when the rest is not JSON; an empty object for an empty text
 */
export function parseJsonWithComments(text: string): unknown {
  const keep = (_: string, string?: string) => string ?? " ";
  const plain = text
    .replace(/^\ufeff/, "")
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, keep)
    .replace(/("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])/g, keep);
  try {
    return plain.trim() === "" ? {} : (JSON.parse(plain) as unknown);
  } catch {
    return undefined;
  }
}
