import { LabError } from "../core/errors.js";
import type { Volume } from "../core/types.js";
import { writeVolume as writeNifti, type WriteOptions } from "../nifti/write.js";
import { type SegmentationOptions, writeSegmentation } from "./write-segmentation.js";
import { writeMetaImage, writeNrrd } from "./write-text-image.js";

/**
 * Writes a volume or label map in the format that the name's ending says, whole or not at all: `.nii.gz`, `.nii` (see
 * `WriteOptions`), `.nrrd`, `.mha`, and for label maps `.dcm`, a DICOM SEG (see `writeSegmentation`; `ct` is needed). NIfTI keeps
 * slope and intercept; the others hold what the numbers mean. NRRD keeps the names of a label map, as 3D Slicer does.
 *
 * Throws a LabError naming `path` for another ending, a grid that is none, or a place that cannot be written.
 */
export async function writeVolume(
  path: string,
  volume: Volume,
  options: WriteOptions & SegmentationOptions = {},
): Promise<void> {
  if (/\.nii(\.gz)?$/i.test(path)) return writeNifti(path, volume, options);
  if (/\.nrrd$/i.test(path)) return writeNrrd(path, volume);
  if (/\.mha$/i.test(path)) return writeMetaImage(path, volume);
  if (/\.dcm$/i.test(path)) return writeSegmentation(path, volume, options);
  throw new LabError("path", path, "a name that ends in .nii.gz, .nii, .nrrd, .mha, or .dcm for a label map");
}
