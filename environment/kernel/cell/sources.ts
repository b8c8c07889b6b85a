import { SourceMap, type SourceMapPayload } from "node:module";

/** A place in a source as the reader knows it; line and column count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** How compiled code came to be: the maps of the two compilations a cell goes through, the last one first. */
export type MapChain = SourceMapPayload[];

/** What is known of code that runs. */
export interface CompiledCode {
  maps: MapChain;
  /** Lines that were put in front of the source before it was compiled. */
  linesInFront: number;
  /** Characters that were put in front of its first line after it was compiled; default 0. */
  columnsInFront?: number;
  /** The line that only calls the code, counted from 1; none in a file. */
  callLine?: number;
}

interface MappedCode extends CompiledCode {
  parsed?: SourceMap[];
}

const compiled = new Map<string, MappedCode>();
const sources = new Map<string, string>();

/** Remembers how the code that runs under a file name was compiled. */
export function rememberCompiled(file: string, code: CompiledCode): void {
  compiled.set(file, { ...code });
}

/** Whether a place is the line that calls a cell, which no reader wrote. */
export function isCallOfCell(place: Place): boolean {
  return compiled.get(place.file)?.callLine === place.line;
}

/** Remembers the text of a cell. */
export function rememberSource(name: string, text: string): void {
  sources.set(name, text);
}

/** The text of a cell. */
export function sourceOf(name: string): string | undefined {
  return sources.get(name);
}

/**
 * The TypeScript place behind a place in running code; undefined where the code is none that was remembered.
 *
 * The file stays the same: cells run under their own names.
 */
export function findOrigin(place: Place): Place | undefined {
  const code = compiled.get(place.file);
  if (!code) return undefined;
  code.parsed ??= code.maps.map((map) => new SourceMap(map));
  let line = place.line - 1;
  let column = place.column - 1 - (line === 0 ? (code.columnsInFront ?? 0) : 0);
  for (const map of code.parsed) {
    const entry = map.findEntry(line, column);
    if (!("originalLine" in entry)) return undefined;
    line = entry.originalLine;
    column = entry.originalColumn;
  }
  return { file: place.file, line: line + 1 - code.linesInFront, column: column + 1 };
}
