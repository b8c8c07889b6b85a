import * as files from "tumorlab/internal/platform/files";

/** What cells of a page have of Node's `fs/promises`: the page's own files, with the names and errors of Node's. */

/** Bytes, or text where an encoding is named. */
export async function readFile(path: string, encoding?: Encoding): Promise<Uint8Array | string> {
  const bytes = await files.readFile(path);
  return nameOf(encoding) === undefined ? bytes : new TextDecoder().decode(bytes);
}

export async function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  await files.writeFile(path, content);
}

export const { access, appendFile, lstat, mkdir, readdir, realpath, rename, rm, stat } = files;

/** As Node takes it: `"utf8"` alone is there. */
type Encoding = string | { encoding?: string | null } | null;

function nameOf(encoding: Encoding | undefined): string | undefined {
  const name = (typeof encoding === "object" ? encoding?.encoding : encoding) ?? undefined;
  if (name !== undefined && !/^utf-?8$/i.test(name))
    throw new TypeError(`encoding: found ${JSON.stringify(name)}, expected "utf8": a page has no other`);
  return name;
}
