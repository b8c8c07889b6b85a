import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseNotebook, type CodeCell, type Notebook } from "#environment/runner/notebook.js";

/** A committed notebook. */
export interface CommittedNotebook {
  /** Path below `notebooks/`, such as `01-one-scan.ipynb`. */
  name: string;
  file: string;
  text: string;
  notebook: Notebook;
}

export const root: string = path.resolve(__dirname, "../../..");

/** All notebooks of the project; those under `exercises/` hold solutions. */
export function readNotebooks(): CommittedNotebook[] {
  const folder = path.join(root, "notebooks");
  return ["", "exercises"].flatMap((inner) =>
    readdirSync(path.join(folder, inner))
      .filter((name) => name.endsWith(".ipynb"))
      .sort()
      .map((base) => {
        const name = path.posix.join(inner, base);
        const file = path.join(folder, name);
        const text = readFileSync(file, "utf8");
        return { name, file, text, notebook: parseNotebook(text, `notebooks/${name}`) };
      }),
  );
}

export function codeCells(notebook: Notebook): CodeCell[] {
  return notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
}

/** The words of a text, without Markdown's marks. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}'.-]*/gu)?.length ?? 0;
}
