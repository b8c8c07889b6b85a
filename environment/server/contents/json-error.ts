/** Where and why a text is not JSON. */
export interface JsonFault {
  /** Counted from 1. */
  line: number;
  /** Counted from 1, in UTF-16 units. */
  column: number;
  reason: string;
}

const spaces = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /true|false|null/y;

/**
 * Finds the first place where a text stops being JSON; JSON.parse tells it in some versions only.
 *
 * @returns the place, or `undefined` when the text is JSON
 */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;
  /** What may come next, innermost last: "}" or "]" stand for an open object or array. */
  const open: ("}" | "]")[] = [];
  let expecting: "value" | "firstValue" | "firstKey" | "key" | "after" = "value";

  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return false;
    at += found.length;
    return true;
  };
  const fault = (reason: string): JsonFault => {
    const before = text.slice(0, at);
    const line = before.split("\n").length;
    return { line, column: at - before.lastIndexOf("\n"), reason };
  };
  const sight = (): string => {
    if (at >= text.length) return "the text ends";
    const rest = text.slice(at);
    if (/^(?:<{7}|={7}|>{7})/.test(rest)) return "found the mark of an unresolved merge";
    return `found ${JSON.stringify(/^(?:\w+|.)/su.exec(rest)?.[0] ?? rest[0])}`;
  };

  for (;;) {
    take(spaces);
    const next = text[at];
    if (expecting === "after") {
      if (open.length === 0) return at === text.length ? undefined : fault(`${sight()} behind the end`);
      const close = open[open.length - 1];
      at += 1;
      if (next === close) open.pop();
      else if (next === ",") expecting = close === "}" ? "key" : "value";
      else {
        at -= 1;
        return fault(`${sight()} where "," or "${close}" is expected`);
      }
    } else if (expecting === "key" || expecting === "firstKey") {
      if (next === "}" && expecting === "firstKey") {
        at += 1;
        open.pop();
        expecting = "after";
        continue;
      }
      if (!take(string)) return fault(`${sight()} where a name in quotes is expected`);
      take(spaces);
      if (text[at] !== ":") return fault(`${sight()} where ":" is expected`);
      at += 1;
      expecting = "value";
    } else if (next === "{" || next === "[") {
      at += 1;
      open.push(next === "{" ? "}" : "]");
      expecting = next === "{" ? "firstKey" : "firstValue";
    } else if (next === "]" && expecting === "firstValue") {
      at += 1;
      open.pop();
      expecting = "after";
    } else if (take(string) || take(word) || take(number)) expecting = "after";
    else
      return fault(
        next === '"'
          ? "a string doesn't end or holds a forbidden character"
          : `${sight()} where a value is expected`,
      );
  }
}
