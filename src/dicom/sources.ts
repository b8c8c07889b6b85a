import { fileError, LabError } from "../core/errors.js";
import { listFolder, open, readFile, stat } from "../platform/files.js";
import { join } from "../platform/paths.js";
import { listZip } from "./zip.js";

/** A file that may be a slice: of a folder or in an archive. */
export interface DicomSource {
  /** As messages name it. */
  name: string;
  /** Where it lies on disk; absent in an archive. */
  path?: string;
  /** Its bytes; with `limit` at least so many of the first, or all there are. */
  read(limit?: number): Promise<Uint8Array>;
}

/** Folders deeper than this are not gone into. */
const deepest = 8;

/**
 * The files under a path in the order of their names: of a folder and those in it, of a zip archive, or the file itself.
 * Names that start with a dot are passed over. Throws a LabError where the path cannot be read.
 *
 * @param depth how many folders deep to go.
 */
export async function listSources(path: string, depth: number = deepest): Promise<DicomSource[]> {
  try {
    if ((await stat(path)).isDirectory()) return await listDeep(path, depth);
    const start = await readStartOf(path, 4);
    if (String.fromCharCode(...start) !== "PK\x03\x04") return [fileSource(path)];
    const entries = listZip(await readFile(path), path);
    return entries
      .filter(({ name }) => !/(^|\/)(\.|__MACOSX)/.test(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) => ({
        name: `${path}, ${entry.name}`,
        read: (limit) => Promise.resolve().then(() => entry.read(limit)),
      }));
  } catch (error) {
    throw error instanceof LabError ? error : fileError(path, error, "a DICOM file, folder or zip archive");
  }
}

async function listDeep(folder: string, deeper: number): Promise<DicomSource[]> {
  const found: DicomSource[] = [];
  const entries = await listFolder(folder);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    const info = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (info?.isDirectory() && deeper > 0) found.push(...(await listWithin(path, deeper - 1)));
    else if (info?.isFile()) found.push(fileSource(path));
  }
  return found;
}

/** A folder in another, which may be taken away while the other is gone through. */
async function listWithin(folder: string, deeper: number): Promise<DicomSource[]> {
  try {
    return await listDeep(folder, deeper);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return [];
    throw error;
  }
}

function fileSource(path: string): DicomSource {
  return {
    name: path,
    path,
    async read(limit) {
      try {
        return limit === undefined ? await readFile(path) : await readStartOf(path, limit);
      } catch (error) {
        throw fileError(path, error, "a readable DICOM file");
      }
    },
  };
}

async function readStartOf(path: string, limit: number): Promise<Uint8Array> {
  const handle = await open(path, "r");
  try {
    const bytes = new Uint8Array(limit);
    const { bytesRead } = await handle.read(bytes, 0, limit, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
