import type { Volume } from "../core/types.js";

const origins = new WeakMap<Volume, string>();

/** Notes that a volume is all that a NIfTI file holds, whose path is as it was given. */
export function rememberFile<V extends Volume>(volume: V, path: string): V {
  origins.set(volume, path);
  return volume;
}

/**
 * The path of the file that a volume was read from; undefined for one that was made from another, and for a part of a
 * file. Numbers changed in place since then are not noticed.
 */
export function fileOf(volume: Volume): string | undefined {
  return origins.get(volume);
}
