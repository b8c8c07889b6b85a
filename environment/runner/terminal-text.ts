// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const escapes = /\u001b\[([0-9;?]*)([A-Za-z])/g;

/**
 * What a terminal would show in the end: carriage returns and backspaces overwrite, "erase line" erases, so
 * that of a text progress bar only its last state stays. Colours are kept.
 */
export function settleTerminalText(text: string): string {
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  if (!/[\r\b\u001b]/.test(text)) return text;
  return text.replace(/\r+\n/g, "\n").split("\n").map(settleLine).join("\n");
}

/** The text without colours and other escape sequences. */
export function stripEscapes(text: string): string {
  return text.replace(escapes, "");
}

function settleLine(line: string): string {
  // eslint-disable-next-line no-control-regex -- as above
  if (!/[\r\b]|\u001b\[[0-9;]*K/.test(line)) return line;
  const cells: string[] = [];
  let column = 0;
  let colour = "";
  // eslint-disable-next-line no-control-regex -- as above
  for (const piece of line.match(/\u001b\[[0-9;?]*[A-Za-z]|[\s\S]/gu) ?? []) {
    if (piece === "\r") column = 0;
    else if (piece === "\b") column = Math.max(0, column - 1);
    else if (!piece.startsWith("\u001b")) {
      while (cells.length < column) cells.push(" ");
      cells[column++] = colour + piece;
      colour = "";
    } else if (piece.endsWith("m")) colour += piece;
    else if (piece.endsWith("K")) erase(cells, column, piece);
  }
  return cells.join("").trimEnd() + colour;
}

function erase(cells: string[], column: number, escape: string): void {
  const mode = escape.slice(2, -1);
  if (mode === "2") cells.length = 0;
  else if (mode === "1") cells.fill(" ", 0, column);
  else cells.length = Math.min(cells.length, column);
}
