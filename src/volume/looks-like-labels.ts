import type { Volume } from "../core/types.js";

/** Names that tell a label map, of the file or of a folder that it lies in. */
const fileNames = /(^|[_.-])(combined_labels|segmentations?|labels?|masks?|seg|labelmap)\.nii(\.gz)?$/i;
const folderNames = /^(segmentations?|labels(Tr|Ts|Pr)?|masks?)$/i;

/** Most label values of a map; the largest sets of structures have some 120. */
const maxValues = 256;
/** A picture has more values than this in a small part of it, however narrowly it was cropped. */
const maxValuesUnnamed = 150;

/**
 * Whether a volume is a label map rather than a picture; label values must never be mixed. The voxels decide: whole
 * numbers from 0 on, few of them, also where they are stored as floats, and most voxels beside others of the same value.
 * A name such as `combined_labels.nii.gz`, or a folder such as `segmentations/`, `labelsTr/` or `masks/`, settles it for
 * more values; numbers that are not whole or below 0 are no labels whatever the name. One value alone counts as labels
 * where it is 0 or 1, or the name says so.
 *
 * @param path where it was read from, if known.
 */
export function looksLikeLabels(volume: Volume, path = ""): boolean {
  if ("names" in volume) return true;
  const named = isNamedAsLabels(path);
  const { data, shape, rescale } = volume;
  const [slope, intercept] = [rescale?.slope ?? 1, rescale?.intercept ?? 0];
  const most = named ? maxValues : maxValuesUnnamed;
  const values = new Set<number>();
  let last = NaN;
  let changes = 0;
  for (let i = 0; i < data.length; i++) {
    const stored = data[i];
    if (stored === last) continue;
    if (i % shape[0] !== 0) changes++;
    last = stored;
    if (values.has(stored)) continue;
    const value = stored * slope + intercept;
    if (!(value >= 0) || !Number.isInteger(value) || value > 65535) return false;
    values.add(stored);
    if (values.size > most) return false;
  }
  if (named) return true;
  if (values.size === 1) return [...values].every((stored) => stored * slope + intercept <= 1);
  // Neighbours in a picture differ because of its noise; in a label map they differ at borders alone.
  return changes <= data.length / 2 && (values.size <= 2 || changes <= data.length / 3);
}

/**
 * Whether what mixes voxels may not mix these: a label map with names never, else as the caller says, else as
 * {@link looksLikeLabels} judges.
 */
export function areLabels(volume: Volume, { labels }: { labels?: boolean }): boolean {
  return "names" in volume || (labels ?? looksLikeLabels(volume));
}

/** Whether the name of a file, or of a folder it lies in, says that it is a label map. */
export function isNamedAsLabels(path: string): boolean {
  const parts = path.split(/[\\/]/);
  const file = parts.pop() ?? "";
  return fileNames.test(file) || parts.slice(-2).some((part) => folderNames.test(part));
}
