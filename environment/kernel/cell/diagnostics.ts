import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "tslab/dist/converter.js";
import { type Failure, formatExcerpt, formatHead } from "./failure.js";
import { adviseInstall } from "./missing-package.js";

/** TypeScript's code for a file that lies outside of the folder cells are compiled in. */
const outsideOfRoot = 6059;

/** and for a module that is nowhere. */
const moduleNotFound = 2307;

/** One thing the compiler found, with the lines that explain it further. */
interface Finding {
  file?: string;
  line: number;
  column: number;
  code: number;
  messages: string[];
}

/**
 * What the compiler said about a cell, as an `error` message.
 *
 * @param folder folder that names of other files are relative to.
 */
export function describeDiagnostics(
  diagnostics: readonly Diagnostic[],
  cell: { name: string; code: string },
  folder: string,
): Failure {
  const findings = groupMessages(diagnostics);
  const heads = findings.map((finding) => {
    const file = finding.file ?? cell.name;
    return `${file}:${finding.line}:${finding.column} - ${finding.messages[0]} (TS${finding.code})`;
  });
  const more = heads.length > 1 ? ` (and ${heads.length - 1} more)` : "";
  const ename = "TypeScriptError";
  const traceback = findings.flatMap((finding, index) => [
    ...(index === 0 ? [] : [""]),
    formatHead(ename, heads[index]),
    ...finding.messages.slice(1).map((message) => `  ${message}`),
    ...formatExcerpt(textOf(finding, cell.code, folder), finding.line, finding.column),
  ]);
  return { ename, evalue: heads[0] + more, traceback };
}

/** The compiler's messages come one by one; those that explain another follow it at the same place. */
function groupMessages(diagnostics: readonly Diagnostic[]): Finding[] {
  const findings: Finding[] = [];
  let previous: Diagnostic | undefined;
  for (const diagnostic of diagnostics) {
    const { start, end, code, fileName } = diagnostic;
    const explains =
      previous?.start.offset === start.offset && previous.end.offset === end.offset && !fileName;
    const text = rephrase(code, diagnostic.messageText);
    if (explains) findings[findings.length - 1].messages.push(text);
    else
      findings.push({
        file: fileName,
        line: start.line + 1,
        column: start.character + 1,
        code,
        messages: [text],
      });
    previous = diagnostic;
  }
  return findings;
}

function rephrase(code: number, text: string): string {
  if (code === moduleNotFound) return text.replace(/\.$/, "") + (adviseInstall(text) || ".");
  if (code !== outsideOfRoot) return text;
  const file = /'([^']+)'/.exec(text)?.[1] ?? "This file";
  return `${file} lies outside of the notebook's folder, and cells import files only from there and below. Import the project's code as "tumorlab".`;
}

function textOf(finding: Finding, code: string, folder: string): string {
  if (finding.file === undefined) return code;
  try {
    return readFileSync(resolve(folder, finding.file), "utf8");
  } catch {
    return "";
  }
}
