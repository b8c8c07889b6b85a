/** Endings of files that open in the viewer; what a zip archive holds is seen when it is opened. */
export const scanEndings: readonly string[] = [".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd", ".dcm"];

/** Whether a file's name says that it is a scan, or an archive that may hold one. */
export function isScanName(name: string): boolean {
  const small = name.toLowerCase();
  return [...scanEndings, ".zip"].some((ending) => small.endsWith(ending));
}
