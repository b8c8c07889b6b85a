import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";

/**
 * All notebooks of a folder and its folders, as absolute paths in the order of their names. Checkpoints, other
 * hidden folders and `results` are passed over.
 */
export async function listNotebooks(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "results") folders.push(file);
    else if (entry.isFile() && entry.name.endsWith(".ipynb") && !entry.name.startsWith(".")) found.push(file);
  }
  for (const inner of folders.sort()) found.push(...(await listNotebooks(inner)));
  return [
    ...found.filter((file) => path.dirname(file) === folder).sort(),
    ...found.filter((file) => path.dirname(file) !== folder),
  ];
}

/**
 * The notebooks that names stand for: all of them when there is no name.
 *
 * @param names each a path (also of a notebook that is not among them), a name with or without `.ipynb`, or the
 *   number a name starts with.
 * @param available absolute paths.
 * @param cwd folder that paths are relative to.
 * @throws LabError for a name that fits none, with the names there are.
 */
export function selectNotebooks(
  names: readonly string[],
  available: readonly string[],
  cwd: string,
): string[] {
  if (names.length === 0) return [...available];
  const chosen = names.flatMap((name) => {
    const exact = available.filter(
      (file) =>
        path.resolve(cwd, name) === file ||
        path.basename(file) === name ||
        path.basename(file, ".ipynb") === name,
    );
    if (exact.length > 0) return exact;
    if (name.endsWith(".ipynb") && existsSync(path.resolve(cwd, name))) return [path.resolve(cwd, name)];
    const numbered = /^\d+$/.test(name)
      ? available.filter((file) => path.basename(file).startsWith(`${name}-`))
      : [];
    if (numbered.length > 0) return numbered;
    throw new LabError(
      "notebook",
      name,
      `one of ${available.map((file) => path.basename(file, ".ipynb")).join(", ") || "none: there are no notebooks"}`,
    );
  });
  return [...new Set(chosen)];
}

/** The notebooks of a folder that names stand for; see {@link selectNotebooks}. */
export async function findNotebooksToRun(
  folder: string,
  names: readonly string[],
  cwd: string,
): Promise<string[]> {
  return selectNotebooks(names, await listNotebooks(folder), cwd);
}
