import type { Contents } from "@jupyterlab/services";

/** A notebook as its card on the home page tells of it. */
export interface NotebookCard {
  /** Path from the project's root. */
  path: string;
  /** The number in the file's name ("00"), or "" where it has none. */
  number: string;
  title: string;
  /** First sentence after the title; "" where there is none. */
  description: string;
}

interface Cell {
  cell_type?: unknown;
  source?: string | string[];
}

/** Cards of the notebooks in a folder, in the order of their names; an absent folder has none. */
export async function listNotebookCards(
  contents: Contents.IManager,
  folder: string,
): Promise<NotebookCard[]> {
  const listing = await contents.get(folder, { content: true }).catch(() => undefined);
  const entries = (listing?.content ?? []) as Contents.IModel[];
  const notebooks = entries
    .filter(({ type }) => type === "notebook")
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  return Promise.all(notebooks.map(({ path }) => readCard(contents, path)));
}

/** A notebook that cannot be read still gets a card, so that it can be opened and mended. */
async function readCard(contents: Contents.IManager, path: string): Promise<NotebookCard> {
  const model = await contents.get(path, { type: "notebook", content: true }).catch(() => undefined);
  const content = model?.content as { cells?: Cell[] } | undefined;
  const prose = (content?.cells ?? [])
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => (Array.isArray(source) ? source.join("") : (source ?? "")))
    .join("\n\n");
  return describeNotebook(path, prose);
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
  return { path, number, title, description: firstSentence(stripMarkdown(paragraph ?? "")) };
}

function stripMarkdown(text: string): string {
  return text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}
