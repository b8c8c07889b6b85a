import { escapeHtml } from "./sanitize.js";

const keywords = new Set(
  (
    "abstract any as async await boolean break case catch class const continue default delete do else enum " +
    "export extends false finally for from function if implements import in infer instanceof interface keyof " +
    "let new null number of private protected public readonly return satisfies static string super switch " +
    "this throw true try type typeof undefined unknown var void while yield"
  ).split(" "),
);

// One alternative a token kind; a "/" that starts no comment is left plain, regular expressions with it.
const token =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`)|(?<number>\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)n?\b)|(?<word>[A-Za-z_$][\w$]*)/g;

/**
 * TypeScript as HTML with a `<span class="tok-...">` round comments, strings, numbers, keywords and the names
 * of called functions. Light on purpose: it colours, it does not parse.
 */
export function highlightCode(code: string): string {
  let html = "";
  let end = 0;
  for (const match of code.matchAll(token)) {
    html += escapeHtml(code.slice(end, match.index));
    end = match.index + match[0].length;
    const kind = kindOf(match.groups!, code[end]);
    const text = escapeHtml(match[0]);
    html += kind ? `<span class="tok-${kind}">${text}</span>` : text;
  }
  return html + escapeHtml(code.slice(end));
}

function kindOf(
  groups: Record<string, string | undefined>,
  following: string | undefined,
): string | undefined {
  for (const kind of ["comment", "string", "number"]) if (groups[kind] !== undefined) return kind;
  if (keywords.has(groups.word!)) return "keyword";
  return following === "(" ? "call" : undefined;
}
