import { findAt, type Finding, type Passage } from "./passage.js";
import { styleRules, type StyleRule } from "./rules.js";

/** Words in a sentence of a page, at most: a longer one is read twice. */
export const maxSentenceWords = 45;

/** What the rules of style find in a passage. The changelog tells of the past, and is left as it is. */
export function checkStyle(passage: Passage): Finding[] {
  if (passage.kind === "log") return [];
  const found = [...styleRules.flatMap((rule) => applyRule(rule, passage)), ...findDoubledWords(passage)];
  return passage.kind === "page"
    ? [...found, ...findLongSentences(passage), ...findUnclosed(passage)]
    : found;
}

function applyRule({ name, pattern, instead, reason, kinds }: StyleRule, passage: Passage): Finding[] {
  if (kinds && !kinds.includes(passage.kind)) return [];
  return Array.from(passage.text.matchAll(pattern), ({ 0: found, index }) =>
    findAt(passage, index, `"${oneLine(found)}" (rule "${name}"): write ${instead}. Why: ${reason}.`),
  );
}

/** The last two stand twice in the headers of scans. */
const mayRepeat = new Set(["that", "had", "long", "domain"]);

/** A word that stands twice, on one line or over two; words that may follow themselves are left. */
function findDoubledWords(passage: Passage): Finding[] {
  const doubled = /(?<![\p{L}\p{N}'’.-])(\p{Ll}{2,})\s+\1(?![\p{L}\p{N}'’-])/gu;
  return Array.from(passage.text.matchAll(doubled))
    .filter(([, word]) => !mayRepeat.has(word))
    .map(({ 0: found, 1: word, index }) =>
      findAt(passage, index, `"${oneLine(found)}": write "${word}" once.`),
    );
}

function findLongSentences(passage: Passage): Finding[] {
  return splitSentences(passage.text).flatMap(({ text, offset }) => {
    const words = countWords(text);
    if (words > maxSentenceWords) {
      const start = oneLine(text).split(" ").slice(0, 6).join(" ");
      const message = `"${start} ..." has ${words} words: write sentences of at most ${maxSentenceWords}.`;
      return [findAt(passage, offset, message)];
    }
    const dashes = text.match(/ [–—] |—|(?<=\w)--(?=\w)| -- /g)?.length ?? 0;
    if (dashes <= 2) return [];
    return [findAt(passage, offset, `${dashes} dashes in one sentence: write two sentences, or commas.`)];
  });
}

/** Brackets and quotes that open and do not close in the same paragraph. */
function findUnclosed(passage: Passage): Finding[] {
  const found: Finding[] = [];
  // "a)" at the start of an item is no bracket that closes, nor is a range such as [0, 1).
  const text = passage.text
    .replace(/^\s*(?:\d+|\p{L})\)/u, (mark) => " ".repeat(mark.length))
    .replace(/[[(][^\s\])]+, [^\s\])]+[\])]/g, (range) => " ".repeat(range.length));
  for (const [open, close] of ["()", "[]", "“”"]) {
    const opened = text.split(open).length - 1;
    const closed = text.split(close).length - 1;
    if (opened !== closed)
      found.push(
        findAt(
          passage,
          0,
          `${opened} "${open}" and ${closed} "${close}" in one paragraph: close what is opened.`,
        ),
      );
  }
  const quotes = text.split('"').length - 1;
  if (quotes % 2 === 1)
    found.push(findAt(passage, 0, 'an odd number of quotes (") in one paragraph: close what is opened.'));
  return found;
}

/** The sentences of a text, each with where it begins; a semicolon ends one too, as in the lists of a table. */
export function splitSentences(text: string): { text: string; offset: number }[] {
  const ends = text.matchAll(/[.!?…:]["”*_)\]]*(?=\s+["“*_([]*[\p{Lu}\p{N}◦])|;(?=\s)/gu);
  const sentences: { text: string; offset: number }[] = [];
  let from = 0;
  for (const end of ends) {
    const to = end.index + end[0].length;
    sentences.push({ text: text.slice(from, to), offset: from });
    from = to;
  }
  sentences.push({ text: text.slice(from), offset: from });
  return sentences.map((sentence) => {
    const blank = /^\s*/.exec(sentence.text)![0].length;
    return { text: sentence.text.slice(blank), offset: sentence.offset + blank };
  });
}

/** The words of a sentence. Code, formulas and addresses do not count: a list of commands is not hard to read. */
function countWords(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
