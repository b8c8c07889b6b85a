/**
 * Reads the last "N passed, N failed[, N skipped]" that stands alone on a line.
 *
 * @param {string} output
 * @returns {{ passed: number, failed: number, skipped: number } | null} null when there is none
 */
export function readClosingLine(output) {
  const found = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/gm)].at(-1);
  return found
    ? { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) }
    : null;
}
