import { randomUUID } from "node:crypto";
import { cp, mkdir, readdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { isRunning } from "../files/is-running.js";

/** A copy of the notebooks to run in without changing anything. */
export interface RunWorkspace {
  /** Stands for the project folder. */
  folder: string;
  /** The folder a notebook of the project has its copy in; for one from elsewhere its own. */
  folderFor(notebook: string): string;
  remove(): Promise<void>;
}

/**
 * Copies `notebooks/` into a folder of its own inside the project, from where cells find `tumorlab` and
 * `../data-manifests` as they do in place. Copies that killed runs left behind are removed.
 */
export async function createRunWorkspace(root: string): Promise<RunWorkspace> {
  const runs = path.join(root, ".tumorlab", "runs");
  await mkdir(runs, { recursive: true });
  await removeAbandoned(runs);
  const folder = path.join(runs, `${process.pid}-${randomUUID().slice(0, 8)}`);
  await mkdir(folder);
  await cp(path.join(root, "notebooks"), path.join(folder, "notebooks"), {
    recursive: true,
    filter: (source) => path.basename(source) !== ".ipynb_checkpoints",
  });
  await symlink(path.join(root, "data-manifests"), path.join(folder, "data-manifests"), "junction");
  return {
    folder,
    folderFor(notebook) {
      const inside = path.relative(path.join(root, "notebooks"), path.dirname(notebook));
      const outside = inside.startsWith("..") || path.isAbsolute(inside);
      return outside ? path.dirname(notebook) : path.join(folder, "notebooks", inside);
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function removeAbandoned(runs: string): Promise<void> {
  for (const name of await readdir(runs)) {
    const pid = Number.parseInt(name, 10);
    if (pid > 0 && !isRunning(pid)) await rm(path.join(runs, name), { recursive: true, force: true });
  }
}
