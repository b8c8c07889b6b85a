import { fileURLToPath } from "node:url";
import { findProjectOrigin, nameFile } from "./project-maps.js";
import { findOrigin, isCallOfCell, type Place, sourceOf } from "./sources.js";

/**
 * Makes every `stack` in this process name TypeScript lines: those of cells and of the project's own sources. Frames of
 * Node are left out.
 *
 * @param root the project folder.
 * @param hidden beginnings of the names of files that are left out.
 */
export function installStackFormat(root: string, hidden: readonly string[]): void {
  Error.prepareStackTrace = (error, sites) => {
    const lines = [headOf(error)];
    for (const site of sites) {
      const line = formatSite(site, root, hidden);
      if (line !== undefined) lines.push(line);
    }
    return lines.join("\n");
  };
}

/** The first place of a stack that lies in a cell. */
export function findCellPlace(stack: string): Place | undefined {
  for (const [, file, line, column] of stack.matchAll(/(?:\(|at (?:async )?)(cell [\d.]+):(\d+):(\d+)/g)) {
    if (sourceOf(file) !== undefined) return { file, line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** V8's own line for a frame. */
function printSite(site: { toString(): string }): string {
  return site.toString();
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function formatSite(site: NodeJS.CallSite, root: string, hidden: readonly string[]): string | undefined {
  const name = site.getFileName() ?? site.getScriptNameOrSourceURL();
  if (!name || name.startsWith("node:")) return undefined;
  // Where there is no `vm`, a script's name has no spaces.
  const file = name.startsWith("file:") ? fileURLToPath(name) : name.replace(/^cell%20/, "cell ");
  if (hidden.some((folder) => file.startsWith(folder))) return undefined;
  const line = site.getLineNumber() ?? 0;
  const column = site.getColumnNumber() ?? 0;
  const text = printSite(site);
  if (line === 0) return `    at ${text}`;
  const place = { file, line, column };
  if (isCallOfCell(place)) return undefined;
  const origin = findOrigin(place) ??
    findProjectOrigin(place, root) ?? { ...place, file: nameFile(file, root) };
  const where = `${origin.file}:${origin.line}:${origin.column}`;
  // `fn (file:1:2)`, `async fn (file:1:2)` or the bare place of a cell's top level.
  const at = text.lastIndexOf(`${name}:${line}:${column}`);
  if (at < 0) return `    at ${text} (${where})`;
  // Functions of other cells are called as members of what holds all of them.
  const caller = text
    .slice(0, at)
    .replace(/^(async )?Proxy\./, "$1")
    .replace(/eval at .*, $/, "");
  return isTopLevel(caller)
    ? `    at ${where}`
    : `    at ${caller}${where}${text.slice(at + `${name}:${line}:${column}`.length)}`;
}

function isTopLevel(caller: string): boolean {
  // Without `vm` a cell is code that was given to `eval`.
  return /^(async )?(eval \()?$/.test(caller);
}
