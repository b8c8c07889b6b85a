import { kindOfFault, LabError } from "../core/errors.js";
import { chooseContent, type WantedPart } from "../dicom/choose-content.js";
import { collectDicom } from "../dicom/collect.js";
import { type DicomSource, listSources } from "../dicom/sources.js";
import type { ReadingChoice } from "../formats/read.js";
import { type FileError, readFile, stat } from "../platform/files.js";
import { createSha256 } from "../platform/hash.js";
import { archiveName } from "./dicom-folder.js";

/** The files of a scan, of labels, or of both. */
export interface HashedFiles {
  image?: string;
  labels?: string | readonly string[];
  /** How the image is read. */
  reading?: ReadingChoice | undefined;
}

/**
 * sha256 of a scan's files and then those of its labels, one after the other. A folder is one of DICOM slices: its files in the order of
 * their names, those in folders within it too; where a series was asked for the files of that series alone, also in an archive. Of
 * labels in an archive the file of the structures. No files give the sha256 of nothing.
 *
 * @throws LabError naming a file that cannot be read, and where the series that is asked for is not one.
 */
export async function hashScanFiles({ image, labels = [], reading }: HashedFiles): Promise<string> {
  const hash = createSha256();
  const series = reading?.series;
  const add = async (path: string, want: WantedPart): Promise<void> => {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
    const isArchive = !isFolder && archiveName.test(path);
    const isPart = want === "structures" || series !== undefined;
    // Of a folder of structures there is one set.
    const asked = want === "scan" || isArchive ? series : undefined;
    if (isPart && (isFolder || isArchive))
      for (const source of await listPart(path, want, asked)) hash.update(await source.read());
    else if (isFolder) for (const source of await listSources(path)) hash.update(await source.read());
    else hash.update(await readBytes(path));
  };
  if (image !== undefined) await add(image, "scan");
  for (const path of typeof labels === "string" ? [labels] : labels) await add(path, "structures");
  return hash.digest();
}

/** The files of a series, or of structures, in the order of their names. */
async function listPart(path: string, want: WantedPart, series: string | undefined): Promise<DicomSource[]> {
  const content = await collectDicom(path);
  const chosen = await chooseContent(content, series, path, want);
  const files = new Set(
    "object" in chosen ? [chosen.object.source.name] : chosen.series.slices.map(({ file }) => file),
  );
  return [...content.sources.values()].filter(({ name }) => files.has(name));
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
