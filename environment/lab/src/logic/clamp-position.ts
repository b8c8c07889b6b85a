/** A place in a text, both counted from 0. */
export interface TextPosition {
  line: number;
  column: number;
}

/**
 * The place itself, or the nearest one that is in the text: behind the last line is the text's end, behind a line's end that end.
 *
 * @param lengths of the text's lines; of an empty text `[0]`
 */
export function clampPosition(
  { line, column }: TextPosition,
  lineCount: number,
  lengthOf: (line: number) => number,
): TextPosition {
  const last = lineCount - 1;
  if (line > last) return { line: last, column: lengthOf(last) };
  const first = Math.max(line, 0);
  return { line: first, column: Math.min(Math.max(line < 0 ? 0 : column, 0), lengthOf(first)) };
}
