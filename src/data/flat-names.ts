import { scanEndings } from "../core/scan-formats.js";
import { basename } from "../platform/paths.js";

/** Names of files that hold a scan or label map; a detached `.raw` belongs to its header. */
export const scanName: RegExp = new RegExp(`(${scanEndings.join("|").replaceAll(".", "\\.")})$`, "i");

const imageStem = /^(?:volume|image|ct)[-_](.+)$|^(.+)(?:_0000|[-_](?:imaging|image|ct))$/i;
const labelStem =
  /^(?:segmentation|labels?|mask|rtstruct)[-_](.+)$|^(.+)[-_](?:segmentation|seg|labels?|mask|rtstruct)$/i;

/** What the name of a file says: of which case it is, and whether image or labels, where it says that. */
export interface FlatName {
  file: string;
  case: string;
  says?: "image" | "labels";
}

/** A file among others, after all their names were looked at. */
export interface FlatFile extends FlatName {
  /** What it is of a case that has both; absent where its case has one file alone. */
  part?: "image" | "labels";
}

/** Name of the case a file belongs to: its own without the ending, that of an archive too, and nnU-Net's channel number. */
export function caseNameOf(path: string): string {
  return basename(path)
    .replace(scanName, "")
    .replace(/\.zip$/i, "")
    .replace(/_0000$/, "");
}

/** The case of DICOM structures by the name of their file: `CASE_seg.dcm`. */
export function caseOfStructures(file: string): string {
  const stem = file.replace(/\.dcm$/i, "");
  return labelStem.exec(stem)?.slice(1).find(Boolean) ?? stem;
}

/**
 * Reads the names of files that lie side by side; what is no scan or label map and channels beyond the first are left out.
 *
 * @param holdsImages the folder is one of images, whatever its files are called.
 */
export function readFlatNames(files: readonly string[], holdsImages = false): FlatName[] {
  return files.flatMap((file): FlatName[] => {
    if (!scanName.test(file) || isFurtherChannel(file, files)) return [];
    const stem = file.replace(scanName, "");
    const [image, labels] = [imageStem.exec(stem), holdsImages ? null : labelStem.exec(stem)];
    const match = image ?? labels;
    if (match) return [{ file, case: match[1] ?? match[2], says: image ? "image" : "labels" }];
    return [{ file, case: stem, ...(holdsImages ? { says: "image" } : {}) }];
  });
}

/**
 * Tells images from label maps that lie side by side: a file whose name says neither is the label map of an image, or the image
 * of a label map that says so. Further channels of an image that has labels are left out; without labels `case_0001` may well be
 * a case of its own.
 */
export function pairFlatFiles(files: readonly string[]): FlatFile[] {
  const names = readFlatNames(files);
  const casesThat = (says: FlatName["says"]): Set<string> =>
    new Set(names.filter((each) => each.says === says).map((each) => each.case));
  const [images, labels, either] = [casesThat("image"), casesThat("labels"), casesThat(undefined)];
  const parts = names.map((each): FlatFile => {
    const { case: name, says } = each;
    if (says === "image") return labels.has(name) || either.has(name) ? { ...each, part: "image" } : each;
    if (says === "labels") return images.has(name) || either.has(name) ? { ...each, part: "labels" } : each;
    if (labels.has(name)) return { ...each, part: "image" };
    return images.has(name) ? { ...each, part: "labels" } : each;
  });
  const paired = new Set(parts.flatMap(({ case: name, part }) => (part === "image" ? [name] : [])));
  const channels = files.filter((file) => isFurtherChannel(file, files));
  return [
    ...parts,
    ...channels.flatMap((file) =>
      paired.has(ownerOfChannel(file)) ? [] : [{ file, case: caseNameOf(file) }],
    ),
  ];
}

/** The case whose channel an image is. */
export function ownerOfChannel(file: string): string {
  return file.replace(scanName, "").replace(/_\d{4}$/, "");
}

/** Whether an image is a channel beyond the first: it ends in four digits and `_0000` lies beside it. */
export function isFurtherChannel(name: string, names: readonly string[]): boolean {
  const match = /^(.*_)(\d{4})$/.exec(name.replace(scanName, ""));
  const ending = scanName.exec(name)?.[0];
  return match !== null && match[2] !== "0000" && names.includes(`${match[1]}0000${ending}`);
}
