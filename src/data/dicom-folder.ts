import { fileError, LabError } from "../core/errors.js";
import { matchStructures } from "../dicom/choose-content.js";
import { collectDicom, type DicomObject } from "../dicom/collect.js";
import { isDicom } from "../dicom/part10.js";
import { type DicomSource, listSources } from "../dicom/sources.js";
import { decodeLatin1 } from "../platform/bytes.js";
import { listFolder, stat } from "../platform/files.js";
import { basename, join } from "../platform/paths.js";
import { scanName } from "./flat-names.js";

/** A patient's folder or archive: its slices, and what structures of them there are. */
export interface DicomCase {
  /** The folder or archive, where it holds slices. */
  image?: string;
  /** A DICOM SEG or RTSTRUCT in the folder; the archive, where one is in it. */
  labels?: string;
  /** Of several sets of structures, of which not one is asked for, what there is; absent where there is nothing to choose. */
  undecided?: Undecided;
}

/** Sets of structures of one case that nothing tells apart, in the words of an error; plain data. */
export interface Undecided {
  path: string;
  found: string;
  expected: string;
}

/** What to do about {@link Undecided}. */
export const undecidedAdvice =
  'Choose by the name of the set, or of the series that it was made on: { series: "name" } in code, --series "name" on a command line';
/** Cases that a message names at most. */
const mostNamed = 12;

/** Throws a LabError that names all cases of which the labels are not decided, where there are any. */
export function requireDecided(folder: string, undecided: readonly (Undecided | undefined)[]): void {
  const [first, ...more] = undecided.filter((each) => each !== undefined);
  if (!first) return;
  if (more.length === 0) throw new LabError(first.path, first.found, first.expected, undecidedAdvice);
  const all = [first, ...more];
  const named = all
    .slice(0, mostNamed)
    .map(({ path, found, expected }) => `${basename(path)}: ${found}, ${expected}`);
  const rest = all.length > mostNamed ? `; and ${all.length - mostNamed} more` : "";
  throw new LabError(
    folder,
    `${all.length} cases with several sets of structures`,
    "one in each case",
    `${undecidedAdvice}. ${named.join(". ")}${rest}`,
  );
}

/** Which of several sets of structures a folder or archive is asked for: by `series` as in `ReadOptions`, or none at all. */
export interface AskedStructures {
  series?: string | undefined;
  /** Whether images alone are wanted: then any set will do, and several are no error. */
  imagesOnly?: boolean;
}

/** Whether a file is called as a zip archive, which may hold the slices of a case. */
export const archiveName: RegExp = /\.zip$/i;

/** Folders of studies and series lie in that of a patient. */
const deepest = 3;
/** A folder that begins with so many other files holds no patient. */
const mostOthers = 40;
/** Larger files are not read at once, and no scan is that large. */
const largestArchive = 2 ** 31 - 1;
/** The class of an object stands in the first bytes of a file. */
const startBytes = 1024;

/**
 * What a folder or zip archive of DICOM files holds, by the first bytes of each and never by a name; `undefined` where there is no
 * DICOM, or the path is another file.
 *
 * @param asked the series that structures are wanted of, or their own description, UID or file name, where there are several sets.
 * @throws LabError for a file that cannot be read.
 */
export async function findDicomCase(
  folder: string,
  asked: AskedStructures = {},
): Promise<DicomCase | undefined> {
  const info = await statIfThere(folder);
  const isArchive = info?.isFile() === true && archiveName.test(folder) && info.size <= largestArchive;
  if (!isArchive && !info?.isDirectory()) return undefined;
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
  const isOpen = structures.length > 1 && asked.imagesOnly !== true;
  const chosen = isOpen ? await chooseStructures(folder, structures, asked.series) : structures.at(0);
  if (typeof chosen === "object") return { ...(image === undefined ? {} : { image }), undecided: chosen };
  const labels = isArchive && chosen !== undefined ? folder : chosen;
  return { ...(image === undefined ? {} : { image }), ...(labels === undefined ? {} : { labels }) };
}

/**
 * The case of a folder that is one patient's, with slices in one folder and structures of them in another, as studies come out of
 * archives; `undefined` for any other folder. Errors as {@link findDicomCase}.
 */
export async function findPatient(
  folder: string,
  asked: AskedStructures = {},
): Promise<DicomCase | undefined> {
  const entries = (await listFolder(folder)).filter(({ name }) => !name.startsWith("."));
  const folders = entries.filter((entry) => !entry.isFile());
  if (folders.length !== 2 || entries.some(({ name }) => scanName.test(name))) return undefined;
  const [one, other] = [
    await findDicomCase(join(folder, folders[0].name), asked),
    await findDicomCase(join(folder, folders[1].name), asked),
  ];
  const isApart = (a: DicomCase | undefined, b: DicomCase | undefined): boolean =>
    a?.image !== undefined &&
    !hasStructures(a) &&
    b !== undefined &&
    hasStructures(b) &&
    b.image === undefined;
  if (!isApart(one, other) && !isApart(other, one)) return undefined;
  const { labels, undecided } = (one?.image === undefined ? one : other) ?? {};
  return {
    image: folder,
    ...(labels === undefined ? {} : { labels }),
    ...(undecided === undefined ? {} : { undecided }),
  };
}

function hasStructures({ labels, undecided }: DicomCase): boolean {
  return labels !== undefined || undecided !== undefined;
}

/** What other programs take away between the listing of a folder and the look into it is none. */
async function statIfThere(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const fault = fileError(path, error, "a folder or file that can be read");
    if (fault.kind === "missing-file") return undefined;
    throw fault;
  }
}

/** The one of several files with structures that is asked for, or what there is. */
async function chooseStructures(
  folder: string,
  files: readonly string[],
  asked: string | undefined,
): Promise<string | Undecided> {
  const content = await collectDicom(folder, deepest);
  const { objects } = content;
  const matching = asked === undefined ? [] : await matchStructures(content, asked);
  if (matching.length === 1) return matching[0].source.name;
  const describe = ({ name, source }: DicomObject): string =>
    `${JSON.stringify(name)} in ${basename(source.name)}`;
  const told = asked === undefined ? "" : `, not one alone by the name ${asked} or on a series of that name`;
  return {
    path: folder,
    found: `${files.length} sets of structures${told}`,
    expected: `one DICOM SEG or RTSTRUCT beside the slices, of ${objects.map(describe).join(", ")}`,
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
