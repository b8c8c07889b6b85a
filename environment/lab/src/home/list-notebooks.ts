import type { Contents } from "@jupyterlab/services";
import { describeNotebook, type NotebookCard } from "../logic/notebook-card";

interface Cell {
  cell_type?: unknown;
  source?: string | string[];
}

/** Paths of what lies in a folder; a folder that cannot be read holds nothing. */
export async function listFolder(contents: Contents.IManager, folder: string): Promise<string[]> {
  const listing = await contents.get(folder, { content: true }).catch(() => undefined);
  return ((listing?.content ?? []) as Contents.IModel[]).map(({ path }) => path);
}

/** Cards of the notebooks in a folder, in the order of their names. */
export async function listNotebookCards(
  contents: Contents.IManager,
  folder: string,
): Promise<NotebookCard[]> {
  const notebooks = (await listFolder(contents, folder))
    .filter((path) => path.endsWith(".ipynb"))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return Promise.all(notebooks.map((path) => readCard(contents, path)));
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
