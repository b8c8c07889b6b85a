import { spacingOfAffine } from "../core/affine.js";
import { LabError } from "../core/errors.js";
import { createVolume, toLabelMap } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import { chooseContent, type WantedPart } from "../dicom/choose-content.js";
import { collectDicom } from "../dicom/collect.js";
import { describeObject, readObject } from "../dicom/read-objects.js";
import { readSeries, type ReadSeriesOptions } from "../dicom/read-series.js";
import { fileOf, rememberFile } from "../nifti/origin.js";
import { readVolume as readNifti, type ReadOptions as NiftiOptions } from "../nifti/read.js";
import { rememberModality } from "../volume/modality.js";
import { findBeside } from "./find-beside.js";
import { type ImageText, readImageVoxels, readTextStart } from "./image-text.js";
import { parseMetaImage } from "./metaimage.js";
import { rememberNotes } from "./notes.js";
import { parseNrrd } from "./nrrd.js";
import { recognizeFormat } from "./recognize.js";

/** Which part of a file, folder or archive to read, and how. */
export interface ReadOptions extends NiftiOptions, ReadSeriesOptions {
  /**
   * Which DICOM series or set of structures, by name, number or UID, or by a pattern such as `"*venous*"`, in which `|` parts several
   * and the case of letters does not count; needed only where there are several.
   */
  series?: string;
  /** Which of the two is meant in a folder or archive that has series and structures of them; default the series. */
  want?: WantedPart;
  /**
   * Of a DICOM SEG or RTSTRUCT: the folder, archive or file with the series that it was made on; by default what lies beside it.
   */
  ct?: string;
}

/** What a reader of many files is told of how to read each: which of several, and what becomes of irregular slices. Plain data. */
export type ReadingChoice = Pick<ReadOptions, "series" | "irregular" | "volume">;

/** {@link ReadOptions} of a label map. */
export interface ReadLabelOptions extends ReadOptions {
  /** Name of each label value; the file's own names, and `"label 7"` for the rest, where it says nothing. */
  names?: Readonly<Record<number, string>>;
}

/**
 * Reads one 3D volume of any format, told by its bytes: NIfTI, NRRD, MetaImage, or a DICOM series in a folder, a zip archive or
 * a file. Stored numbers, untouched, with `rescale` where the file scales them, spacing and affine in mm. DICOM slices that
 * are tilted or unevenly spaced are resampled; `notesOf` tells that, and what else was passed over.
 *
 * A DICOM SEG or RTSTRUCT is a label map with the names of its structures, on the grid of the series that it was made on where
 * that lies beside it or is given as `ct`. A SEG without it has the grid of its own frames; an RTSTRUCT has none, and is an error.
 *
 * Throws a LabError naming the file, the value found and the one expected.
 */
export async function readVolume(path: string, options: ReadOptions = {}): Promise<Volume> {
  const format = await recognizeFormat(path);
  if (format === "nifti" || format === "unknown") return readNifti(path, options);
  if (options.volume !== undefined && options.volume !== 0)
    throw new LabError(`${path} volume`, options.volume, "0, or a NIfTI file: others hold one volume");
  if (format === "nrrd" || format === "metaimage") {
    const image = parseText(format, await readTextStart(path), path);
    const { shape, affine } = image;
    return createVolume(await readImageVoxels(image, path), shape, {
      affine,
      spacingMm: spacingOfAffine(affine),
    });
  }
  const content = await collectDicom(path);
  const chosen = await chooseContent(content, options.series, path, options.want);
  if ("object" in chosen) {
    const { map, notes } = await readObject(
      chosen.object,
      await findBeside(content, path, options.ct),
      options,
    );
    return rememberNotes(map, notes);
  }
  const { volume, notes } = await readSeries(chosen.series, content.sources, path, options);
  const passedOver = content.skipped.map(({ file, reason }) => `${file} is passed over: ${reason}`);
  const [{ modality }] = chosen.series.slices;
  return rememberModality(rememberNotes(volume, [...notes, ...passedOver]), modality);
}

/**
 * Reads one 3D volume as labels (whole numbers from 0 to 65535 in any datatype, floats included), in bytes where
 * they fit. Errors as {@link readVolume}, and a LabError naming the first voxel that holds no label.
 */
export async function readLabelMap(path: string, options: ReadLabelOptions = {}): Promise<LabelMap> {
  const volume = await readVolume(path, { want: "structures", ...options });
  const labels = toLabelMap(volume, { ...(await ownNamesOf(volume, path)), ...options.names }, path);
  return fileOf(volume) === undefined ? labels : rememberFile(labels, path);
}

/** The header of an NRRD or MetaImage file from its start. */
export function parseText(format: "nrrd" | "metaimage", text: string, path: string): ImageText {
  return format === "nrrd" ? parseNrrd(text, path) : parseMetaImage(text, path);
}

/** What a file itself calls its label values. */
export interface OwnNames {
  /** Structure by value; empty where the file says nothing. */
  names: Readonly<Record<number, string>>;
  /** Whether a reader sees the values in the file, as in an NRRD; the structures of DICOM are numbered when they are read. */
  isNumbered: boolean;
}

/**
 * What a file calls its label values: a `.seg.nrrd` of 3D Slicer by its header, a DICOM SEG or RTSTRUCT; other formats nothing.
 * Errors as {@link readVolume}.
 */
export async function readOwnNames(path: string, options: ReadOptions = {}): Promise<OwnNames> {
  const silent = { names: {}, isNumbered: true };
  // Not opened: it cannot hold names, and cohorts hold thousands.
  if (/\.nii(\.gz)?$/i.test(path)) return silent;
  const format = await recognizeFormat(path);
  if (format === "nrrd") return { ...silent, names: parseNrrd(await readTextStart(path), path).names ?? {} };
  if (format !== "dicom" && format !== "folder" && format !== "zip") return silent;
  const chosen = await chooseContent(await collectDicom(path), options.series, path, "structures");
  const structures = "object" in chosen ? (await describeObject(chosen.object)).structures : [];
  return {
    names: Object.fromEntries(structures.map(({ value, name }) => [value, name])),
    isNumbered: false,
  };
}

/** Names of label values that the file of a volume itself has, as a `.seg.nrrd` of 3D Slicer or DICOM structures; none in other formats. */
export async function ownNamesOf(volume: Volume, path: string): Promise<Readonly<Record<number, string>>> {
  if ("names" in volume) return (volume as LabelMap).names;
  if ((await recognizeFormat(path)) !== "nrrd") return {};
  return parseNrrd(await readTextStart(path), path).names ?? {};
}
