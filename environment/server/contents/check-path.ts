import { HttpError } from "../http/errors.js";
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
