import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, relative, resolve, sep } from "node:path";
import type { Place } from "./sources.js";

const maps = new Map<string, SourceMap | undefined>();

/**
 * The TypeScript place behind a place in a built JavaScript file that has its `.js.map` beside it.
 *
 * @param root folder that the file name is given relative to, where it lies inside.
 * @returns undefined for a file without a map and for a place the map doesn't know.
 */
export function findProjectOrigin(place: Place, root: string): Place | undefined {
  if (!place.file.endsWith(".js")) return undefined;
  if (!maps.has(place.file)) maps.set(place.file, readMap(place.file));
  const entry = maps.get(place.file)?.findEntry(place.line - 1, place.column - 1);
  if (!entry || !("originalLine" in entry)) return undefined;
  const file = resolve(dirname(place.file), entry.originalSource);
  return { file: nameFile(file, root), line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/**
 * A file's path as the reader knows it: relative to the project where it belongs to it, with the `./` by which front ends see
 * that all of it is a path.
 */
export function nameFile(file: string, root: string): string {
  return file.startsWith(root + sep) ? `./${relative(root, file).split(sep).join("/")}` : file;
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
