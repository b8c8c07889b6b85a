import { readdir, readFile, stat } from "../platform/files.js";
import { createSha256 } from "../platform/hash.js";
import { basename, join } from "../platform/paths.js";

/**
 * Eight hexadecimal digits that change with the code that makes something kept on disk, so that what an older state made
 * is not taken for it.
 *
 * @param paths built files, or folders: their `.js` files, without the folders within.
 */
export async function readCodeState(paths: readonly string[]): Promise<string> {
  const code = createSha256();
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory();
    const names = isFolder ? (await readdir(path)).filter((name) => name.endsWith(".js")).sort() : [""];
    for (const name of names)
      code.update(`${basename(path)}/${name}\n`).update(await readFile(join(path, name)));
  }
  return code.digest().slice(0, 8);
}
