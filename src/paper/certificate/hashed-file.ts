import { LabError } from "../../core/errors.js";
import { gunzip } from "../../platform/compress.js";
import { listFolder, readFile } from "../../platform/files.js";
import { sha256 } from "../../platform/hash.js";
import { join } from "../../platform/paths.js";

/** A file and the sha256 of what it holds. */
export interface HashedFile {
  /** Path from the certificate's folder, or from the project's (`data-manifests/...`), with `/`. */
  name: string;
  /** Of what a `.gz` file holds once unpacked, so that another version of zlib changes nothing; else of the bytes. */
  sha256: string;
}

/** The sha256 of what a file holds, see {@link HashedFile}. Throws a LabError naming a packed file that is damaged. */
export async function hashContent(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (!path.endsWith(".gz")) return sha256(bytes);
  try {
    return sha256(gunzip(bytes));
  } catch (cause) {
    throw new LabError(path, (cause as Error).message, "a whole gzip file", "", { cause, kind: "bad-file" });
  }
}

/** Hashes files of a folder, in the order of their names. */
export async function hashFiles(folder: string, names: readonly string[]): Promise<HashedFile[]> {
  const hashed: HashedFile[] = [];
  for (const name of [...names].sort(byName))
    hashed.push({ name, sha256: await hashContent(join(folder, name)) });
  return hashed;
}

/** All files in a folder and the folders within, as paths from `folder` with `/`, in the order of their names. */
export async function listFiles(folder: string, below = ""): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await listFolder(join(folder, below))) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await listFiles(folder, name)));
    else if (entry.isFile()) names.push(name);
  }
  return names.sort(byName);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
