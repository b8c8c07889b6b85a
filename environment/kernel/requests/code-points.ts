/**
 * Positions in Jupyter messages count unicode code points; JavaScript counts UTF-16 units. They differ behind every
 * character beyond the basic plane.
 */

/** Index in UTF-16 units of the position `codePoints` code points into the text; at most the text's length. */
export function toUtf16Index(text: string, codePoints: number): number {
  let index = 0;
  for (let count = 0; count < codePoints && index < text.length; count++) {
    index += (text.codePointAt(index) as number) > 0xffff ? 2 : 1;
  }
  return index;
}

/** Code points in front of an index in UTF-16 units. */
export function toCodePoints(text: string, utf16Index: number): number {
  let count = 0;
  for (let index = 0; index < Math.min(utf16Index, text.length); count++) {
    index += (text.codePointAt(index) as number) > 0xffff ? 2 : 1;
  }
  return count;
}
