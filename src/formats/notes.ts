import type { Volume } from "../core/types.js";

const notesByVolume = new WeakMap<Volume, readonly string[]>();

/** Keeps with a volume what was found while it was read. */
export function rememberNotes<V extends Volume>(volume: V, notes: readonly string[]): V {
  if (notes.length > 0) notesByVolume.set(volume, notes);
  return volume;
}

/**
 * What a reader of a volume has to know of how it came about, a sentence each: files passed over, slices that were resampled
 * and how far, numbers left as they are. Empty for a volume that was made from another.
 */
export function notesOf(volume: Volume): readonly string[] {
  return notesByVolume.get(volume) ?? [];
}
