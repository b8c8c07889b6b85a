import * as files from "tumorlab/internal/platform/files";

/**
 * What cells of a page have of Node's `fs/promises`: the page's own files, with the names and errors of Node's. An option
 * that is not there is refused, so that nothing is done differently from what it says.
 */

/** As Node takes it: an encoding alone, or options. */
type Options = string | { readonly [name: string]: unknown } | null | undefined;

/** Bytes, or text where an encoding is named. */
export async function readFile(path: string, options?: Options): Promise<Uint8Array | string> {
  const { encoding } = check("readFile", options, ["encoding"]);
  const bytes = await files.readFile(path);
  return encoding === undefined ? bytes : new TextDecoder().decode(bytes);
}

export async function writeFile(
  path: string,
  content: string | Uint8Array,
  options?: Options,
): Promise<void> {
  check("writeFile", options, ["encoding"]);
  await files.writeFile(path, content);
}

export async function appendFile(path: string, text: string, options?: Options): Promise<void> {
  check("appendFile", options, ["encoding"]);
  await files.appendFile(path, text);
}

export async function readdir(path: string, options?: Options): Promise<string[]> {
  check("readdir", options, ["encoding"]);
  return files.readdir(path);
}

export async function mkdir(path: string, options?: Options): Promise<void> {
  const { recursive } = check("mkdir", options, ["recursive"]);
  await files.mkdir(path, { recursive: recursive === true });
}

export async function rm(path: string, options?: Options): Promise<void> {
  const { recursive, force } = check("rm", options, ["recursive", "force"]);
  await files.rm(path, { recursive: recursive === true, force: force === true });
}

/** Rejects where there is nothing of that name; a page may read and write all that it has. */
export function access(path: string): Promise<void> {
  return files.access(path, "read");
}

export const { lstat, realpath, rename, stat } = files;

/** Options by their names. Throws for one that `known` has not, and for another encoding than `"utf8"`. */
function check(name: string, options: Options, known: readonly string[]): Record<string, unknown> {
  const given = typeof options === "string" ? { encoding: options } : (options ?? {});
  const found = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  const stranger = found.find(([option]) => !known.includes(option));
  if (stranger)
    throw new TypeError(`${name}: found the option ${stranger[0]}, which a page does not have; ${advice}`);
  const { encoding } = Object.fromEntries(found);
  if (encoding !== undefined && !(typeof encoding === "string" && /^utf-?8$/i.test(encoding)))
    throw new TypeError(
      `${name}: found the encoding ${JSON.stringify(encoding)}, expected "utf8"; ${advice}`,
    );
  return Object.fromEntries(found);
}

const advice = "use the installed lab for this (npm start)";
