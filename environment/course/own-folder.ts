import { chmod, cp, lstat, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/** The reader's own copy of the lessons, at the project's root, which git ignores and no update touches. */
export const ownFolderName = "course";

/** What `npm start -- --course` found or made. */
export interface OwnFolder {
  /** Whether it was made just now. */
  isNew: boolean;
  /** The notebook to begin with, from the project's root; empty where none is there. */
  first: string;
}

/**
 * The folder a reader works in: the one that is there, be it handed out by a course or copied earlier, and never changed here;
 * else a copy of `notebooks/`, whole or not at all. It lies beside `notebooks/`, so that its cells find packages and
 * `../data-manifests` as those do.
 *
 * @throws Error in words where a file has the name.
 */
export async function openOwnFolder(root: string): Promise<OwnFolder> {
  const folder = path.join(root, ownFolderName);
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found && !found.isDirectory() && !found.isSymbolicLink())
    throw new Error(`${folder} is a file, expected a folder for your own notebooks. Move it out of the way.`);
  if (!found) await copyLessons(path.join(root, "notebooks"), folder);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ipynb")).sort();
  return { isNew: !found, first: names.length > 0 ? `${ownFolderName}/${names[0]}` : "" };
}

async function copyLessons(from: string, folder: string): Promise<void> {
  const made = await mkdtemp(`${folder}.part-`);
  try {
    await chmod(made, 0o755);
    await cp(from, made, {
      recursive: true,
      // The teacher's guide holds answers.
      filter: (source) =>
        path.basename(source) !== ".ipynb_checkpoints" && source !== path.join(from, "teaching"),
    });
    // Fails where another start has made it meanwhile: that one is as good.
    await rename(made, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
