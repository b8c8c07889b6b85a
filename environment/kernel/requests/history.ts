/** A cell as it was entered. */
type Entry = [session: number, line: number, source: string];

/** What was run in this kernel. */
export interface History {
  add(line: number, source: string): void;
  /** Content of a `history_reply`. */
  find(request: Record<string, unknown>): Record<string, unknown>;
}

/** There is one session: that of this process. */
const session = 1;

/** An empty history that keeps the last 10,000 cells. */
export function createHistory(maxEntries = 10_000): History {
  const entries: Entry[] = [];
  return {
    add(line, source) {
      entries.push([session, line, source]);
      if (entries.length > maxEntries) entries.shift();
    },
    find({ hist_access_type: kind, n, start, stop, pattern, unique, output }) {
      let found: Entry[];
      if (kind === "range")
        found = entries.filter(([, line]) => line >= toNumber(start, 0) && line < toNumber(stop, Infinity));
      else if (kind === "search")
        found = search(entries, typeof pattern === "string" ? pattern : "*", unique === true);
      else found = entries;
      if (kind !== "range") found = lastOf(found, toNumber(n, found.length));
      // Outputs are not kept; the form with outputs has null in their place.
      const history = output === true ? found.map(([at, line, source]) => [at, line, [source, null]]) : found;
      return { status: "ok", history };
    },
  };
}

function search(entries: readonly Entry[], pattern: string, isUnique: boolean): Entry[] {
  const found = entries.filter(([, , source]) => fitsPattern(source, pattern));
  if (!isUnique) return found;
  const lastLine = new Map(found.map(([, line, source]) => [source, line]));
  return found.filter(([, line, source]) => lastLine.get(source) === line);
}

/**
 * Whether a text fits a shell pattern with `*` and `?`. In time of at most pattern times text, whatever the pattern: a
 * regular expression may take for ever.
 */
export function fitsPattern(text: string, pattern: string): boolean {
  let star = -1;
  let resume = 0;
  let place = 0;
  for (let at = 0; at < text.length;) {
    if (pattern[place] === "*") {
      star = place++;
      resume = at;
    } else if (place < pattern.length && (pattern[place] === "?" || pattern[place] === text[at])) {
      place++;
      at++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[place] === "*") place++;
  return place === pattern.length;
}

function lastOf(entries: Entry[], count: number): Entry[] {
  return count <= 0 ? [] : entries.slice(-count);
}

function toNumber(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
