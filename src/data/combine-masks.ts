import { valueOfStructure } from "../anatomy/structures.js";
import { LabError, requireThat } from "../core/errors.js";
import { requireSameGrid } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { type ReadingChoice, readLabelMap } from "../formats/read.js";
import { readdir, stat } from "../platform/files.js";
import { join } from "../platform/paths.js";
import { type CaseFiles, structureOfMask } from "./case-files.js";
import { scanName } from "./flat-names.js";
import { lesionValues } from "./layered-masks.js";
import { readLabelsAs } from "./named-labels.js";

/**
 * Reads the label map of a case. A folder of masks (one file a structure, any voxel above 0 belongs to it) is painted
 * into one map: organs first, lesions over them, each group in the order of the label values, so that a voxel that is
 * in an organ and in its lesion is lesion.
 *
 * @param labels structure by value; for a folder of masks each file name must be one of them (or an alias of one).
 */
export async function readCaseLabels(
  files: CaseFiles,
  labels: Readonly<Record<number, string>>,
): Promise<LabelMap> {
  if (!files.masks) return readLabelsAs(files.path, labels, files.reading);
  const isLesion = lesionValues(labels);
  const masks = files.masks.map((path) => {
    const structure = structureOfMask(path);
    const value = valueOfStructure(labels, structure);
    if (value === undefined) {
      const advice = "Name the structures with a label map that has it";
      throw new LabError(path, structure, `one of ${Object.values(labels).join(", ")}`, advice);
    }
    return { path, value, lesion: isLesion.has(value) };
  });
  return paintMasks(masks, labels, files.reading);
}

/** The masks of a folder, one file a structure, in the order of their names; empty where it has none or is no folder. */
export async function listMasks(folder: string): Promise<string[]> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return [];
  const files = (await readdir(folder)).filter((name) => scanName.test(name) && !name.startsWith("."));
  return files.sort().map((name) => join(folder, name));
}

/** A mask file with the label it is painted in. */
interface MaskFile {
  path: string;
  value: number;
  /** Lesions are painted over everything else. */
  lesion: boolean;
}

/**
 * Reads mask files and paints them into one map, as {@link readCaseLabels} does.
 *
 * @throws LabError without any mask, for one that cannot be read, or two that lie on different grids.
 */
async function paintMasks(
  files: readonly MaskFile[],
  labels: Readonly<Record<number, string>>,
  reading: ReadingChoice = {},
): Promise<LabelMap> {
  const masks = [...files].sort((a, b) => Number(a.lesion) - Number(b.lesion) || a.value - b.value);
  let combined: LabelMap | undefined;
  for (const { path, value } of masks) {
    const mask = await readLabelMap(path, reading);
    combined ??= { ...mask, data: new Uint16Array(mask.data.length), names: labels };
    requireSameGrid(combined, mask, [masks[0].path, path]);
    for (let i = 0; i < mask.data.length; i++) if (mask.data[i] !== 0) combined.data[i] = value;
  }
  requireThat(combined !== undefined, "masks", files, "at least one file");
  return combined;
}
