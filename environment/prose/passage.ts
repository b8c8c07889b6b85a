/**
 * A piece of text as a reader meets it: a paragraph, an item of a list, a cell of a table, a comment, a message. What is no
 * prose in it (code, formulas, addresses) is replaced by {@link stand}, so that lines and sentences keep their places.
 */
export interface Passage {
  /** Where it stands, for people: `README.md` or `notebooks/01-one-scan.ipynb, cell head`. */
  place: string;
  /** Line of its first character in that file or cell; the first is 1. */
  line: number;
  text: string;
  kind: PassageKind;
}

/**
 * `page`: a notebook's text or a page; `log`: the changelog, which tells of the past and is only spelled; `code`: comments and
 * messages in code; `output`: titles and headings that code shows in a notebook.
 */
export type PassageKind = "page" | "log" | "code" | "output";

/** Something that a check found. */
export interface Finding {
  place: string;
  line: number;
  /** What was found, what is wrong with it, and what to write. */
  message: string;
}

/** Stands for a character of code, of a formula or of an address: no letter, and no sign that ends a sentence. */
export const stand = "◦";

/** As many stand-ins as the text has characters; the ends of its lines stay. */
export function maskText(text: string): string {
  return text.replace(/[^\n]/g, stand);
}

/** The finding for what stands at an offset of a passage. */
export function findAt({ place, line, text }: Passage, offset: number, message: string): Finding {
  return { place, line: line + text.slice(0, offset).split("\n").length - 1, message };
}
