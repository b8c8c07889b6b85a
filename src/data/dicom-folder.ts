import { fileError, LabError } from "../core/errors.js";
import { collectDicom, type DicomObject } from "../dicom/collect.js";
import { isDicom } from "../dicom/part10.js";
import { type DicomSource, listSources } from "../dicom/sources.js";

import { decodeLatin1 } from "../platform/bytes.js";
import { listFolder, stat } from "../platform/files.js";
import { basename, join } from "../platform/paths.js";
import { scanName } from "./flat-names.js";

/** A patient's folder: its slices, and what structures of them there are. */
export interface DicomCase {
  /** The folder, where it holds slices. */
  image?: string;
  /** A DICOM SEG or RTSTRUCT in it. */
  labels?: string;
}

/** Folders of studies and series lie in that of a patient. */
const deepest = 3;
/** A folder that begins with so many other files holds no patient. */
const mostOthers = 40;
/** The class of an object stands in the first bytes of a file. */
const startBytes = 1024;

/**
 * What a folder of DICOM files holds, by the first bytes of each and never by a name; `undefined` where there is no DICOM.
 *
 * @param asked the description, UID or file name of the set of structures to take, where there are several.
 * @throws LabError for several sets of structures, of which none or more than one is asked for.
 */
export async function findDicomCase(folder: string, asked?: string): Promise<DicomCase | undefined> {
  if (!(await isFolder(folder))) return undefined;
  let image: string | undefined;
  const structures: string[] = [];
  let others = 0;
  for (const source of await listSources(folder, deepest)) {
    if (image === undefined && structures.length === 0 && others >= mostOthers) return undefined;
    const kind = await kindOf(source);
    if (kind === "structures") structures.push(source.name);
    else if (kind === "other") image = folder;
    else others++;
  }
  if (image === undefined && structures.length === 0) return undefined;
  const labels = structures.length > 1 ? await chooseStructures(folder, structures, asked) : structures.at(0);
  return { ...(image === undefined ? {} : { image }), ...(labels === undefined ? {} : { labels }) };
}

/**
 * The case of a folder that is one patient's, with slices in one folder and structures of them in another, as studies come out of
 * archives; `undefined` for any other folder. Errors as {@link findDicomCase}.
 */
export async function findPatient(folder: string, asked?: string): Promise<DicomCase | undefined> {
  const entries = (await listFolder(folder)).filter(({ name }) => !name.startsWith("."));
  const folders = entries.filter((entry) => !entry.isFile());
  if (folders.length !== 2 || entries.some(({ name }) => scanName.test(name))) return undefined;
  const [one, other] = [
    await findDicomCase(join(folder, folders[0].name), asked),
    await findDicomCase(join(folder, folders[1].name), asked),
  ];
  const isApart = (a: DicomCase | undefined, b: DicomCase | undefined): boolean =>
    a?.image !== undefined && a.labels === undefined && b?.labels !== undefined && b.image === undefined;
  if (!isApart(one, other) && !isApart(other, one)) return undefined;
  return { image: folder, labels: one?.labels ?? other?.labels };
}

/** What other programs take away between the listing of a folder and the look into it is none. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const fault = fileError(path, error, "a folder or file that can be read");
    if (fault.kind === "missing-file") return false;
    throw fault;
  }
}

/** The one of several files with structures that is asked for. */
async function chooseStructures(
  folder: string,
  files: readonly string[],
  asked: string | undefined,
): Promise<string> {
  const { objects } = await collectDicom(folder, deepest);
  const matching = objects.filter(
    ({ name, uid, source }) => asked !== undefined && [name, uid, basename(source.name)].includes(asked),
  );
  if (matching.length === 1) return matching[0].source.name;
  const describe = ({ name, source }: DicomObject): string =>
    `${JSON.stringify(name)} in ${basename(source.name)}`;
  throw new LabError(
    folder,
    `${files.length} sets of structures${asked === undefined ? "" : `, ${matching.length} by the name ${asked}`}`,
    `one DICOM SEG or RTSTRUCT beside the slices, of ${objects.map(describe).join(", ")}`,
    "Move the others out of the folder; tumorlab evaluate takes one by --series NAME too",
  );
}

/** Whether a file is a DICOM SEG or RTSTRUCT. */
export async function isStructureFile(path: string): Promise<boolean> {
  const [source] = await listSources(path, 0);
  return source?.name === path && (await kindOf(source)) === "structures";
}

async function kindOf(source: DicomSource): Promise<"structures" | "other" | undefined> {
  const start = await source.read(startBytes);
  if (!isDicom(start)) return undefined;
  return /1\.2\.840\.10008\.5\.1\.4\.1\.1\.(66\.[47]|481\.3)[^.\d]/.test(decodeLatin1(start))
    ? "structures"
    : "other";
}
