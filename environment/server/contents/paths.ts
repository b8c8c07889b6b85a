import { lstat, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { codeOf, HttpError, toHttpError } from "../http/errors.js";
import { isHidden } from "./check-path.js";

/** A project folder with its links resolved. */
export interface Project {
  /** Real path of the folder. */
  root: string;
  /**
   * The place of a file or folder, links followed.
   *
   * @param path as {@link checkPath} returns it
   * @param options.mayBeMissing whether the last segment need not exist (its folder must)
   * @throws HttpError 404 when it doesn't exist, 403 when a link leads out of the project or to a hidden place
   */
  locate(path: string, options?: { mayBeMissing?: boolean }): Promise<string>;
  /** The place of a directory entry itself: a link in the last segment is not followed. It need not exist. */
  locateEntry(path: string): Promise<string>;
}

/** Opens a project folder. Throws a system error when it is not there. */
export async function openProject(folder: string): Promise<Project> {
  const root = await realpath(folder);

  function requireInside(real: string, path: string): string {
    const inside = relative(root, real);
    if (inside === ".." || inside.startsWith(`..${sep}`) || (inside !== "" && join(root, inside) !== real))
      throw new HttpError(403, `${path}: it leads out of the project folder.`);
    if (inside.split(sep).some(isHidden)) throw new HttpError(403, `${path}: it leads to a hidden place.`);
    return real;
  }

  async function locateEntry(path: string): Promise<string> {
    const cut = path.lastIndexOf("/");
    if (path === "") return root;
    const name = path.slice(cut + 1);
    return join(cut < 0 ? root : await locate(path.slice(0, cut)), name);
  }

  async function locate(path: string, { mayBeMissing = false } = {}): Promise<string> {
    const plain = join(root, ...path.split("/"));
    try {
      return requireInside(await realpath(plain), path);
    } catch (error) {
      if (!mayBeMissing || codeOf(error) !== "ENOENT") throw toHttpError(error, path);
    }
    const entry = await locateEntry(path);
    if (await lstat(entry).then(Boolean, () => false))
      throw new HttpError(403, `${path}: it is a link to something that doesn't exist.`);
    return entry;
  }

  return { root, locate, locateEntry };
}
