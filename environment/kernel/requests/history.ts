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
  const expression = toExpression(pattern);
  const found = entries.filter(([, , source]) => expression.test(source));
  if (!isUnique) return found;
  const lastLine = new Map(found.map(([, line, source]) => [source, line]));
  return found.filter(([, line, source]) => lastLine.get(source) === line);
}

/** A shell pattern, with `*` and `?`, as a regular expression. */
function toExpression(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, "[^]*").replace(/\?/g, "[^]")}$`);
}

function lastOf(entries: Entry[], count: number): Entry[] {
  return count <= 0 ? [] : entries.slice(-count);
}

function toNumber(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
