import { collectDicom, type DicomContent, type DicomSeries } from "../dicom/collect.js";
import { listFolder, stat } from "../platform/files.js";
import { basename, dirname, join, resolve } from "../platform/paths.js";
import { recognizeFormat } from "./recognize.js";

/** Folders of studies and series lie in that of a patient. */
const deepest = 3;
/** A folder with more in it is none of one patient. */
const mostBeside = 50;

/**
 * The series that DICOM structures may have been made on: those of `ct` where it is given; those read with the structures; for a
 * file those in the folder of its name (`CASE/` of `CASE_seg.dcm`), else in its own folder, else in the folders within it, else in
 * those beside it, as archives lay out a study.
 */
export async function findBeside(
  { series }: DicomContent,
  path: string,
  ct: string | undefined,
): Promise<readonly DicomSeries[]> {
  if (ct !== undefined) return (await collectDicom(ct)).series;
  if (series.length > 0 || (await recognizeFormat(path)) !== "dicom") return series;
  const folder = dirname(resolve(path));
  const named = join(
    folder,
    basename(path).replace(/([-_](seg|segmentation|labels?|mask|rtstruct))?\.dcm$/i, ""),
  );
  if (named !== resolve(path) && (await stat(named).catch(() => undefined))?.isDirectory()) {
    const found = (await collectDicom(named)).series;
    if (found.length > 0) return found;
  }
  const here = (await collectDicom(folder, 0)).series;
  if (here.length > 0) return here;
  const [own, beside] = [await listFolder(folder), await listFolder(dirname(folder))];
  const within = own.length > mostBeside ? [] : (await collectDicom(folder, deepest)).series;
  if (within.length > 0) return within;
  return own.length + beside.length > mostBeside ? [] : (await collectDicom(dirname(folder), 2)).series;
}
