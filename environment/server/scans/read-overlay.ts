import { stat } from "node:fs/promises";
import { LabError } from "tumorlab/internal/core/errors";
import { toLabelMap } from "tumorlab/internal/core/grid";
import type { LabelMap } from "tumorlab/internal/core/types";
import type { CaseFiles } from "tumorlab/internal/data/case-files";
import { listMasks, readCaseLabels } from "tumorlab/internal/data/combine-masks";
import { findLabelScheme } from "tumorlab/internal/data/label-scheme";
import { findNamesOf } from "tumorlab/internal/data/named-labels";
import { readVolume } from "tumorlab/internal/formats/read";

/** A label map by its file, or by a folder of masks. Throws a LabError where it is none. */
export async function readOverlay(file: string): Promise<LabelMap> {
  if ((await stat(file)).isDirectory()) return readMasks(file);
  const volume = await readVolume(file);
  return toLabelMap(volume, await findNamesOf(volume, file), file);
}

/** The masks of a folder, one file a structure, painted into one map. */
export async function readMasks(folder: string): Promise<LabelMap> {
  const masks = await listMasks(folder);
  if (masks.length === 0) throw new LabError(folder, "no mask", "a folder of masks, one file a structure");
  const only: CaseFiles = { name: folder, path: masks[0], masks };
  const { names } = await findLabelScheme(folder, [only]);
  return readCaseLabels(only, names);
}
