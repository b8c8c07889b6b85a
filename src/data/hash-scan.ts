import { kindOfFault, LabError } from "../core/errors.js";
import { listSources } from "../dicom/sources.js";
import { type FileError, readFile, stat } from "../platform/files.js";
import { createSha256 } from "../platform/hash.js";

/**
 * sha256 of a scan's files, one after the other, such as its own and those of its labels. A folder is one of DICOM slices: its files
 * in the order of their names, those in folders within it too. No files give the sha256 of nothing.
 *
 * @throws LabError naming a file that cannot be read.
 */
export async function hashScanFiles(paths: readonly string[]): Promise<string> {
  const hash = createSha256();
  for (const path of paths)
    if ((await stat(path).catch(() => undefined))?.isDirectory())
      for (const source of await listSources(path)) hash.update(await source.read());
    else hash.update(await readBytes(path));
  return hash.digest();
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as FileError;
    const found = code === "ENOENT" ? "no such file" : (code ?? message);
    throw new LabError(path, found, "a file that can be read", "", {
      cause: error,
      kind: kindOfFault(error),
    });
  }
}
