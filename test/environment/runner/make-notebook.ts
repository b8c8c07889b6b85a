import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CodeCell, MarkdownCell, Notebook, Output } from "#environment/runner/notebook.js";
import type { RunnerOptions } from "#environment/runner/options.js";
import { parseRunnerOptions } from "#environment/runner/options.js";
import { serializeNotebook } from "#environment/runner/serialize.js";

export const projectRoot: string = path.resolve(__dirname, "../../../..");

export function codeCell(source: string, tags: string[] = [], outputs: Output[] = [], id = ""): CodeCell {
  return {
    cell_type: "code",
    id,
    source,
    metadata: tags.length > 0 ? { tags } : {},
    execution_count: null,
    outputs,
  };
}

export function textCell(source: string): MarkdownCell {
  return { cell_type: "markdown", id: "", source, metadata: {} };
}

/** A notebook whose cells without an id get `c1`, `c2`, ... */
export function notebookOf(...cells: (CodeCell | MarkdownCell)[]): Notebook {
  return { cells: cells.map((cell, index) => ({ ...cell, id: cell.id || `c${index + 1}` })), metadata: {} };
}

/** A folder inside the project (so that cells find `tumorlab`) that is removed after the suite. */
export async function makeFolder(): Promise<string> {
  const parent = path.join(projectRoot, ".tumorlab", "test");
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, "runner-"));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

export async function writeNotebook(folder: string, name: string, notebook: Notebook): Promise<string> {
  const file = path.join(folder, `${name}.ipynb`);
  await writeFile(file, serializeNotebook(notebook));
  return file;
}

export function optionsFor(...args: string[]): RunnerOptions {
  return parseRunnerOptions(args);
}
