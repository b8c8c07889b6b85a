import type { Volume } from "../core/types.js";

const modalities = new WeakMap<Volume, string>();

/**
 * Keeps with a volume what its DICOM header says that it is.
 *
 * @param modality such as `"CT"`, `"MR"` or `"PT"`; nothing is kept of an empty one.
 */
export function rememberModality<V extends Volume>(volume: V, modality: string | undefined): V {
  if (modality) modalities.set(volume, modality);
  return volume;
}

/** What the DICOM header of a volume says that it is; `undefined` for other formats, and a volume made from another. */
export function modalityOf(volume: Volume): string | undefined {
  return modalities.get(volume);
}
