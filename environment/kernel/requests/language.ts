import type * as ts from "@tslab/typescript-for-tslab";
import type { Executor } from "tslab/dist/executor.js";
import type { Tslab } from "../tslab/load.js";
import { toCodePoints, toUtf16Index } from "./code-points.js";

type Content = Record<string, unknown>;

/** Most names one completion lists; what is typed next narrows them down. */
const maxMatches = 1000;

/** Content of a `complete_reply`. The cursor counts code points, as all positions in messages do. */
export function complete(executor: Executor, code: string, cursor: number): Content {
  const position = toUtf16Index(code, cursor);
  const { candidates, start, end, original } = executor.complete(code, position);
  const kinds = new Map(original?.entries.map((entry) => [entry.name, entry.kind]));
  const matches = candidates.filter((name) => !name.startsWith("__tslab__")).slice(0, maxMatches);
  const cursor_start = toCodePoints(code, start);
  const cursor_end = toCodePoints(code, end);
  const types = matches.map((text) => ({
    start: cursor_start,
    end: cursor_end,
    text,
    type: kinds.get(text) ?? "",
  }));
  const metadata = { _jupyter_types_experimental: types };
  return { status: "ok", matches, cursor_start, cursor_end, metadata };
}

/**
 * Content of an `inspect_reply`: type and documentation of the name at the cursor, or, inside of a call, of what is
 * called.
 */
export function inspectAt(executor: Executor, tslab: Tslab, code: string, cursor: number): Content {
  const position = toUtf16Index(code, cursor);
  for (const place of [position, position - 1, findCallee(code, position)]) {
    const info = place >= 0 ? executor.inspect(code, place) : undefined;
    if (!info) continue;
    const text = tslab.printQuickInfo(info);
    const [signature, ...documentation] = text.split("\n\n");
    const markdown = ["```typescript", signature, "```", "", ...documentation].join("\n");
    return {
      status: "ok",
      found: true,
      data: { "text/plain": text, "text/markdown": markdown },
      metadata: {},
    };
  }
  return { status: "ok", found: false, data: {}, metadata: {} };
}

/** What no further line can mend: a string or a regular expression that its line does not close. */
const unclosedInLine: readonly number[] = [1002, 1161];

/**
 * Content of an `is_complete_reply`: whether Enter should run the code or begin a new line. Code is incomplete when the
 * first thing that the parser misses comes behind its end.
 */
export function checkComplete(typescript: typeof ts, code: string): Content {
  const file = typescript.createSourceFile("cell.ts", code, typescript.ScriptTarget.Latest);
  const [first] = (file as unknown as { parseDiagnostics: ts.DiagnosticWithLocation[] }).parseDiagnostics;
  if (!first) return { status: "complete" };
  const isAtEnd = first.length === 0 && first.start >= code.trimEnd().length;
  if (!isAtEnd || unclosedInLine.includes(first.code)) return { status: "invalid" };
  const lastLine = code.trimEnd().split("\n").at(-1) as string;
  const indent = /^[ \t]*/.exec(lastLine)?.[0] ?? "";
  return { status: "incomplete", indent: /[{([]$/.test(lastLine) ? `${indent}  ` : indent };
}

/** Index of the last character of the name whose argument list the position is in; -1 where there is none. */
function findCallee(code: string, position: number): number {
  let open = 0;
  for (let index = position - 1; index >= 0; index--) {
    if (code[index] === ")") open++;
    else if (code[index] === "(" && open-- === 0) return code.slice(0, index).trimEnd().length - 1;
  }
  return -1;
}
