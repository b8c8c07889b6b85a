/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a `Range` header.
 *
 * @returns the range cut to the file; `"all"` when the header is absent, not in bytes or asks for several ranges
 *   (a server may then send the whole); `"unsatisfiable"` when it starts behind the end.
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | "all" | "unsatisfiable" {
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return "all";
  const [first, last] = [match[1], match[2]].map((digits) => (digits === "" ? undefined : Number(digits)));
  if (first === undefined) {
    const length = last ?? 0;
    return length === 0 || sizeBytes === 0
      ? "unsatisfiable"
      : { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
  }
  if (last !== undefined && last < first) return "all";
  if (first >= sizeBytes) return "unsatisfiable";
  return { start: first, end: Math.min(last ?? sizeBytes - 1, sizeBytes - 1) };
}
