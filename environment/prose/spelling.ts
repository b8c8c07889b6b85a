import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { findAt, type Finding, type Passage } from "./passage.js";

/** A dictionary: whether a word is one, and words near it. */
export interface Dictionary {
  has(word: string): boolean;
  suggest(word: string): string[];
}

/** The project's list of words, one a line; a line that begins with # is a comment. */
export const wordList = "environment/prose/words.txt";

/**
 * British English as cspell knows it, with the project's own words. A word of the list with a capital is a name and right only
 * so or in capitals.
 *
 * @param root the project's folder.
 */
export async function openDictionary(root: string): Promise<Dictionary> {
  const { decodeTrie, editDistance } = await import("cspell-trie-lib");
  const file = path.join(root, "node_modules/@cspell/dict-en-gb-mit/en_GB.trie.gz");
  const trie = decodeTrie(gunzipSync(readFileSync(file)));
  const own = new Set(readWords(readFileSync(path.join(root, wordList), "utf8")));
  return {
    has: (word) =>
      trie.hasWord(word, false) ||
      trie.hasWord(word.toLowerCase(), false) ||
      own.has(word) ||
      own.has(word.toLowerCase()) ||
      (word === word.toUpperCase() && own.has(word[0] + word.slice(1).toLowerCase())),
    suggest: (word) => {
      const near = trie
        .suggestWithCost(word, { numSuggestions: 8, ignoreCase: false })
        .sort((a, b) => a.cost - b.cost);
      const oneLetterOff = [...own].filter((text) => editDistance(text, word) <= 100);
      return [...oneLetterOff, ...near.map((suggestion) => suggestion.word)].slice(0, 3);
    },
  };
}

/** The words of a list without its comments. */
export function readWords(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
}

/**
 * The list is sorted, has each word once, and holds no word that the texts no longer have: it would only hide a misspelling.
 *
 * @param passages all of the project's.
 */
export function checkWordList(root: string, passages: readonly Passage[]): Finding[] {
  const lines = readFileSync(path.join(root, wordList), "utf8").split(/\r?\n/);
  const used = new Set(passages.flatMap(({ text }) => text.match(/\p{L}+/gu) ?? []));
  const usedLower = new Set(Array.from(used, (text) => text.toLowerCase()));
  let before = "";
  return lines.flatMap((own, index) => {
    if (own === "" || own.startsWith("#")) return [];
    const tell = (message: string): Finding => ({ place: wordList, line: index + 1, message });
    const isSorted = before === "" || compareWords(before, own) < 0;
    const isUsed =
      own === own.toLowerCase() ? usedLower.has(own) : used.has(own) || used.has(own.toUpperCase());
    const last = before;
    before = own;
    return [
      ...(isSorted ? [] : [tell(`"${own}" stands after "${last}": sort the list, each word once.`)]),
      ...(isUsed ? [] : [tell(`"${own}" is in no text of the project: take it out.`)]),
    ];
  });
}

/** The order of the list: by letter, whatever their case. */
function compareWords(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : a < b ? -1 : a > b ? 1 : 0;
}

/** A word with an apostrophe inside; what touches a digit, an underscore, a slash, a dot or a stand-in is a name in code. */
const word =
  /(?<![\p{L}\p{N}_/\\.◦@$#&%-]|\p{L}[’'])\p{L}+(?:[’']\p{L}+)*(?![\p{L}\p{N}_/\\◦(=[]|[.:][\p{L}\p{N}])/gu;
/** The second part of a word with a hyphen. */
const part = /(?<=\p{Ll}-)\p{L}+(?:[’']\p{L}+)*(?![\p{L}\p{N}_/\\◦(=[]|[.:][\p{L}\p{N}])/gu;

/** Creates a check of spelling that asks the dictionary once a word. */
export function createSpelling(dictionary: Dictionary): (passage: Passage) => Finding[] {
  const known = new Map<string, boolean>();
  const isRight = (text: string): boolean => {
    let right = known.get(text);
    if (right === undefined) known.set(text, (right = isWord(text, dictionary)));
    return right;
  };
  return (passage) =>
    [word, part].flatMap((pattern) =>
      Array.from(passage.text.matchAll(pattern))
        .filter(([found]) => !isRight(found))
        .map(({ 0: found, index }) => findAt(passage, index, tellWord(found, dictionary))),
    );
}

function isWord(text: string, dictionary: Dictionary): boolean {
  const bare = text.replaceAll("’", "'").replace(/'s?$/, "");
  // Very short ones are units and symbols; capitals inside are a name in code, or initials.
  if (bare.length < 3 || /\p{Ll}\p{Lu}|\p{Lu}{2}/u.test(bare)) return true;
  return dictionary.has(bare) || dictionary.has(bare.replace(/'s$/, ""));
}

function tellWord(found: string, dictionary: Dictionary): string {
  const near = dictionary.suggest(found).map((text) => `"${text}"`);
  const instead = near.length > 0 ? `Write ${near.join(" or ")}` : "Write another word";
  return `"${found}" is in no dictionary. ${instead}, or, where it is right, add it to ${wordList} in its place.`;
}
