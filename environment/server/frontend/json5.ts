import { deepestJson } from "../../ipynb/json.js";

// One piece at a time: patterns that repeat a choice need memory for each letter.
const gap = /[\s\ufeff]+|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\//y;
const name = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const number =
  /[+-]?(?:Infinity|NaN|0[xX][\da-fA-F]+|(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.$])/y;
const words: Record<string, unknown> = { true: true, false: false, null: null };

/**
 * Parses JSON5, in which people write settings: comments, commas before a closing bracket, names without quotes, texts
 * in either quotes, numbers as in scripts. Its time grows with the length of the text alone.
 *
 * @returns `undefined` when the text is not JSON5 or nests very deep; an empty object for an empty text
 */
export function parseJson5(text: string): unknown {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skipGap = (): void => {
    while (take(gap) !== undefined);
  };
  const takeString = (): string | undefined => {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") return undefined;
    const start = ++at;
    for (; text[at] !== quote; at++) {
      if (text[at] === "\\") at += 1;
      else if (text[at] === "\n" || text[at] === "\r") throw new NoJson5();
      if (at >= text.length) throw new NoJson5();
    }
    return unescape(text.slice(start, at++));
  };
  const sees = (letter: string): boolean => {
    skipGap();
    if (text[at] !== letter) return false;
    at += 1;
    return true;
  };

  function readList(close: string, depth: number, readItem: () => void): void {
    if (depth > deepestJson) throw new NoJson5();
    while (!sees(close)) {
      readItem();
      if (sees(",")) continue;
      if (sees(close)) return;
      throw new NoJson5();
    }
  }

  function readValue(depth: number): unknown {
    if (sees("[")) {
      const list: unknown[] = [];
      readList("]", depth, () => list.push(readValue(depth + 1)));
      return list;
    }
    if (sees("{")) {
      const entries: [string, unknown][] = [];
      readList("}", depth, () => {
        skipGap();
        const key = takeString() ?? take(name);
        if (key === undefined || !sees(":")) throw new NoJson5();
        entries.push([key, readValue(depth + 1)]);
      });
      return Object.fromEntries(entries);
    }
    const string = takeString();
    if (string !== undefined) return string;
    const digits = take(number);
    if (digits !== undefined) return toNumber(digits);
    const word = take(name);
    if (word !== undefined && Object.hasOwn(words, word)) return words[word];
    throw new NoJson5();
  }

  try {
    skipGap();
    if (at === text.length) return {};
    const value = readValue(1);
    skipGap();
    return at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof NoJson5) return undefined;
    throw error;
  }
}

class NoJson5 extends Error {}

function toNumber(digits: string): number {
  const [, sign, rest] = /^([+-]?)(.*)$/.exec(digits) ?? [];
  return (sign === "-" ? -1 : 1) * Number(rest);
}

const escapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", 0: "\0" };

function unescape(string: string): string {
  return string.replace(
    /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|\r\n|([^]))/g,
    (_, wide?: string, short?: string, one?: string) => {
      const code = wide ?? short;
      if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
      // A line end behind a backslash goes on in the next line.
      if (one === undefined || /[\n\r\u2028\u2029]/.test(one)) return "";
      return escapes[one] ?? one;
    },
  );
}
