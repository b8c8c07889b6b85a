import { lstat, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { codeOf, HttpError, toHttpError } from "../http/errors.js";
import { decodePart } from "../http/router.js";

/**
 * Decodes the path part of a URL, segment by segment, so that an encoded slash stays inside its segment (where
 * {@link checkPath} refuses it) instead of making a new one.
 *
 * @returns segments joined by "/" with the refused characters still in them
 */
export function decodeUrlPath(encoded: string): string {
  return checkPath(encoded.split("/").map(decodePart));
}

/**
 * Normalises a project path: no leading or trailing slash, "" is the project folder.
 *
 * @throws HttpError 400 for `.` and `..`, slashes or backslashes inside a segment, control characters; 404 for hidden names
 */
export function checkPath(path: string | readonly string[]): string {
  const segments = (typeof path === "string" ? path.split("/") : path).filter((segment) => segment !== "");
  for (const segment of segments) {
    if (!isFileName(segment))
      throw new HttpError(
        400,
        `${JSON.stringify(segments.join("/"))}: ${JSON.stringify(segment)} is not a file name.`,
      );
    if (process.platform === "win32" && /[:*?"<>|]|[. ]$/.test(segment))
      throw new HttpError(400, `${JSON.stringify(segment)} is not a file name on Windows.`);
  }
  if (segments.some(isHidden)) throw new HttpError(404, `${segments.join("/")}: no such file or folder`);
  return segments.join("/");
}

/** Whether a segment can name a file: no way up, no slash of either kind, no control character. */
export function isFileName(segment: string): boolean {
  return segment !== "" && segment !== "." && segment !== ".." && !/[/\\\p{Cc}]/u.test(segment);
}

/** Names that are neither listed nor served: dot files and installed packages. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") || name.toLowerCase() === "node_modules";
}

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
