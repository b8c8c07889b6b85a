import { orientationOf, spacingOfAffine } from "../core/affine.js";
import type { Affine, Vec3 } from "../core/types.js";
import { chooseContent } from "../dicom/choose-content.js";
import { collectDicom } from "../dicom/collect.js";
import { judgeGeometry } from "../dicom/geometry.js";
import { datatypeOfArray, type NiftiDatatype } from "../nifti/datatype.js";
import { readNiftiHeader } from "../nifti/read.js";
import { readTextStart } from "./image-text.js";
import { parseText, readVolume, type ReadOptions } from "./read.js";
import { recognizeFormat, type ScanFormat } from "./recognize.js";

/** What a file of any format says of its grid, without its voxels. */
export interface ScanHeader {
  format: ScanFormat;
  file: string;
  shape: Vec3;
  /** Sizes of all axes, also those beyond the third. */
  dims: readonly number[];
  volumes: number;
  spacingMm: Vec3;
  /** Voxel index to RAS mm. */
  affine: Affine;
  orientation: string;
  /** Which part of the header says where the grid lies; `"spacing"` means that none does. */
  affineFrom: "sform" | "qform" | "header" | "spacing";
  /** Of NIfTI where both forms have a code: how far apart in mm they put a corner of the grid at most. */
  formsApartMm?: number;
  qformCode?: number;
  sformCode?: number;
  datatype: NiftiDatatype;
  /** Name of the DICOM series; absent for other formats and for structures. */
  series?: string;
}

/** Reads the header of a scan in any format; of DICOM slices that have to be resampled the grid they come to lie on. Errors as `readVolume`. */
export async function readHeader(path: string, options: ReadOptions = {}): Promise<ScanHeader> {
  const format = await recognizeFormat(path);
  if (format === "nifti" || format === "unknown") {
    const { dims, ...header } = await readNiftiHeader(path);
    return { ...header, format, dims };
  }
  const describe = (
    shape: Vec3,
    affine: Affine,
    isOriented: boolean,
    datatype: NiftiDatatype,
  ): ScanHeader => ({
    format,
    file: path,
    shape,
    dims: shape,
    volumes: 1,
    spacingMm: spacingOfAffine(affine),
    affine,
    orientation: orientationOf(affine),
    affineFrom: isOriented ? "header" : "spacing",
    datatype,
  });
  if (format === "nrrd" || format === "metaimage") {
    const { shape, affine, isOriented, datatype } = parseText(format, await readTextStart(path), path);
    return describe(shape, affine, isOriented, datatype);
  }
  const content = await collectDicom(path);
  const chosen = await chooseContent(content, options.series, path, options.want);
  if ("series" in chosen) {
    const { slices, affine, irregular } = judgeGeometry(chosen.series.slices, path);
    const [{ rows, columns, bitsAllocated, isSigned }] = slices;
    const kind = `${isSigned ? "int" : "uint"}${bitsAllocated}` as NiftiDatatype;
    const { name: series } = chosen.series;
    if (!irregular) return { ...describe([columns, rows, slices.length], affine, true, kind), series };
  }
  const volume = await readVolume(path, options);
  return {
    ...describe(volume.shape, volume.affine, true, datatypeOfArray(volume.data)),
    ...("series" in chosen ? { series: chosen.series.name } : {}),
  };
}
