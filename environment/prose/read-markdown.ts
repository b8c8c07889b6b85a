import { maskText, stand, type Passage, type PassageKind } from "./passage.js";

/** What is no prose in Markdown. The first that matches at a place counts. */
const notProse =
  /^(`{3,}|~{3,})[^]*?^\1|<!--[^]*?-->|(`+)(?!`)[^]*?[^`]\2(?!`)|\$\$[^]*?\$\$|(?<![\w\\$])\$[^$\n]+\$(?!\d)|<https?:[^>\s]*>|<\/?[a-z][^>\n]*>|https?:\/\/[^\s)"'>\]]*/gm;

/**
 * The passages of a Markdown text: headings, paragraphs, items of lists and cells of tables, one by one.
 *
 * @param place for the findings.
 * @param firstLine line of the text's first line.
 */
export function readMarkdown(text: string, place: string, kind: PassageKind, firstLine = 1): Passage[] {
  const masked = text
    .replaceAll("\r\n", "\n")
    .replace(notProse, maskText)
    // A letter in bold and the rest of its word are one word.
    .replace(/\*\*(\p{L})\*\*(?=\p{L})/gu, "$1")
    // The target of a link is no prose, its text is.
    .replace(
      /(\])(\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))/g,
      (_, end: string, target: string) => end + maskText(target),
    );
  const passages: Passage[] = [];
  let lines: string[] = [];
  let start = firstLine;
  const end = (): void => {
    if (lines.length > 0) passages.push({ place, line: start, text: lines.join("\n"), kind });
    lines = [];
  };
  masked.split("\n").forEach((line, index) => {
    const isTable = /^\s*\|/.test(line);
    const isHeading = /^#{1,6} /.test(line);
    const isItem = /^\s*(?:[-*+]|\d+[.)])\s/.test(line);
    if (isTable || isHeading || isItem || line.trim() === "" || line.trim() === stand) end();
    if (line.trim() === "") return;
    if (isTable) {
      for (const cell of line.split("|").filter((part) => /\p{L}/u.test(part)))
        passages.push({ place, line: firstLine + index, text: cell.trim(), kind });
      return;
    }
    if (lines.length === 0) start = firstLine + index;
    lines.push(line);
    if (isHeading) end();
  });
  end();
  return passages;
}
