/** Shares of the font's size that letters of a sans-serif font take; those not listed take 0.56. */
const letterWidths: readonly [RegExp, number][] = [
  [/[iljI.,:;'|!]/, 0.28],
  [/[ ()[\]/frt-]/, 0.34],
  [/[mwMW%@]/, 0.89],
  [/[A-HJ-LN-VX-Z]/, 0.7],
];

/** About how wide a line of plain text is, in px; within a tenth for Liberation Sans, Arial and Helvetica. */
export function estimateTextWidthPx(text: string, fontPx: number): number {
  let ems = 0;
  for (const letter of text) ems += letterWidths.find(([letters]) => letters.test(letter))?.[1] ?? 0.56;
  return ems * fontPx;
}

/**
 * Breaks plain text between words, so that no line is wider than `widthPx` by {@link estimateTextWidthPx}. A word that is
 * wider has a line of its own.
 *
 * @returns at least one line; an empty one for an empty text.
 */
export function wrapText(text: string, widthPx: number, fontPx: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && estimateTextWidthPx(longer, fontPx) <= widthPx) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
