/** Why a cell failed, as an `error` message says it. */
export interface Failure {
  ename: string;
  evalue: string;
  /** Lines, with ANSI colours. */
  traceback: string[];
}

const red = "\u001b[31m";
const bold = "\u001b[1m";
const plain = "\u001b[0m";

/** The first line of a traceback. */
export function formatHead(ename: string, evalue: string): string {
  return evalue === "" ? `${red}${ename}${plain}` : `${red}${ename}${plain}: ${evalue}`;
}

/**
 * Lines of a source around a position, the position itself pointed at.
 *
 * @param line counted from 1; outside of the source gives no lines.
 * @param column counted from 1.
 */
export function formatExcerpt(source: string, line: number, column: number): string[] {
  const lines = source.split("\n");
  if (line < 1 || line > lines.length) return [];
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1];
    const label = String(number).padStart(width);
    if (number !== line) {
      shown.push(`  ${label} | ${text}`);
      continue;
    }
    // Tabs stay tabs below the line, so that the caret stands where the reader sees the column.
    const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
    shown.push(`${bold}> ${label} | ${text}${plain}`, `  ${" ".repeat(width)} | ${indent}${red}^${plain}`);
  }
  return shown;
}
