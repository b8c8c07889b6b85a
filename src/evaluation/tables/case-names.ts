/** Endings of images and label maps that stand in tables where a case is named by its file. */
const ending = /\.(nii(\.gz)?|nrrd|mha|mhd|tiff?|png|npy|npz|b2nd|dcm)$/i;

/** Rows that sum up the others, as spreadsheets and MONAI add them. */
const summaries =
  /^(mean|average|avg|median|std|sd|stdev|min|max|sum|total|overall|all|var|variance|count|p?\d+(\.\d+)?(%|percentile)|notnans)$/i;

/** The case that a cell names: itself, or of a file its name without folder, ending and nnU-Net's channel number. */
export function caseOfCell(cell: string): string {
  const text = cell.trim();
  if (!isImageName(text)) return text;
  return text
    .split(/[\\/]/)
    .at(-1)!
    .replace(ending, "")
    .replace(/_0000$/, "");
}

/** Whether a name is that of an image or a label map, by its ending. */
export function isImageName(name: string): boolean {
  return ending.test(name);
}

/** Whether the name of a row or column says that it sums up the others. */
export function isSummaryName(name: string): boolean {
  return summaries.test(name.trim());
}
