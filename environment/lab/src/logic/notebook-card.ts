/** A notebook as its card on the home page tells of it. */
export interface NotebookCard {
  /** Path from the project's root. */
  path: string;
  /** The number in the file's name ("00"), or "" where it has none. */
  number: string;
  title: string;
  /** First sentences after the title, as many as a card has room for; "" where there is none. */
  description: string;
}

/**
 * What a card says, from a notebook's path and its Markdown.
 *
 * @param prose the Markdown cells, one after the other; without a heading the file's name is the title
 */
export function describeNotebook(path: string, prose: string): NotebookCard {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.ipynb$/, "");
  const number = /^\d+/.exec(name)?.[0] ?? "";
  const heading = /^#{1,6}\s+(.+?)\s*#*$/m.exec(prose);
  const body = heading ? prose.slice(heading.index + heading[0].length) : prose;
  const paragraph = body
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .find((part) => /^[^#>|<!\-*`$\d]|^\*\*/.test(part));
  const title = stripMarkdown(heading?.[1] ?? name).replace(/^\d+\s*[.:·—–-]?\s+/, "");
  return { path, number, title, description: firstSentences(stripMarkdown(paragraph ?? "")) };
}

function stripMarkdown(text: string): string {
  return text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Letters that fit into three or four lines of a card. */
const roomOnCard = 150;

/** Whole sentences: the first one, and what else there is room for, because openings such as "A paper says" promise more. */
function firstSentences(text: string): string {
  const sentences = text.match(/.+?[.!?]["”]?(?=\s|$)\s*/g) ?? [text];
  let taken = sentences[0];
  for (const next of sentences.slice(1)) {
    if (taken.length + next.trim().length > roomOnCard) break;
    taken += next;
  }
  return taken.trim();
}
