/** A source map as JSON. */
export interface SourceMapPayload {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** Where code comes from; lines and columns count from 0. */
export interface SourceMapEntry {
  originalSource: string;
  originalLine: number;
  originalColumn: number;
}

/** Generated column, source, original line and column; the last three are -1 where code comes from nowhere. */
type Segment = readonly [column: number, source: number, line: number, original: number];

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const valueOf = new Int8Array(128).fill(-1);
for (let i = 0; i < digits.length; i++) valueOf[digits.charCodeAt(i)] = i;

/** A source map (revision 3), asked as Node's is. */
export class SourceMap {
  private readonly lines: readonly (readonly Segment[])[];
  private readonly sources: readonly string[];

  constructor({ sources, mappings }: SourceMapPayload) {
    this.sources = sources;
    this.lines = parseMappings(mappings);
  }

  /** The last place at or before the one given; empty where there is none, or it comes from nowhere. */
  findEntry(line: number, column: number): SourceMapEntry | Record<string, never> {
    for (let at = Math.min(line, this.lines.length - 1); at >= 0; at--) {
      const segments = this.lines[at];
      const limit = at === line ? column : Infinity;
      let [low, high] = [0, segments.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (segments[middle][0] <= limit) low = middle + 1;
        else high = middle;
      }
      if (low === 0) continue;
      const [, source, originalLine, originalColumn] = segments[low - 1];
      return source < 0 ? {} : { originalSource: this.sources[source], originalLine, originalColumn };
    }
    return {};
  }
}

function parseMappings(mappings: string): Segment[][] {
  let [source, line, original] = [0, 0, 0];
  return mappings.split(";").map((text) => {
    let column = 0;
    return text.split(",").flatMap((segment): Segment[] => {
      if (segment === "") return [];
      const [columns, sources, lines, originals] = parseNumbers(segment);
      column += columns;
      if (sources === undefined) return [[column, -1, -1, -1]];
      source += sources;
      line += lines;
      original += originals;
      return [[column, source, line, original]];
    });
  });
}

/** Numbers of five bits a digit, the low ones first, their sign in the lowest. */
function parseNumbers(text: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const digit = valueOf[text.charCodeAt(i)];
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
