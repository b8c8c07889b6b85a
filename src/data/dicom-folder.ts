import { LabError } from "../core/errors.js";
import { isDicom } from "../dicom/part10.js";
import { type DicomSource, listSources } from "../dicom/sources.js";

import { decodeLatin1 } from "../platform/bytes.js";
import { stat } from "../platform/files.js";

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
 * @throws LabError for several sets of structures, of which none can be told to be the labels.
 */
export async function findDicomCase(folder: string): Promise<DicomCase | undefined> {
  if (!(await stat(folder)).isDirectory()) return undefined;
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
  if (structures.length > 1)
    throw new LabError(
      folder,
      `${structures.length} sets of structures: ${structures.slice(0, 3).join(", ")}`,
      "one DICOM SEG or RTSTRUCT beside the slices",
      "Move the others out of the folder",
    );
  if (image === undefined && structures.length === 0) return undefined;
  return {
    ...(image === undefined ? {} : { image }),
    ...(structures.length > 0 ? { labels: structures[0] } : {}),
  };
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
