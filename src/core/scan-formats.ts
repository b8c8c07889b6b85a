/** Endings of the names of files that hold a whole scan or label map; DICOM is told by its bytes, whatever its name. */
export const scanEndings: readonly string[] = [".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd"];

/** Every format that is read, as messages name them. */
export const scanFormats = "NIfTI, NRRD, MetaImage, or DICOM in a folder, zip archive or file";

/** What stands for `.nii.gz` in the names of images and of label maps; in messages it follows such names. */
export const otherEndings: string = `for .nii.gz also ${scanEndings.slice(1).join(", ")}`;
