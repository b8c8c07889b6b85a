import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { type CaseFiles, findCaseFiles, scanName } from "tumorlab/internal/data/case-files";
import { readCaseLabels } from "tumorlab/internal/data/combine-masks";
import { findLabelScheme } from "tumorlab/internal/data/label-scheme";
import { ownNamesOf, readLabelMap } from "tumorlab/internal/formats/read";

/** A label map by its file, or by a folder of masks. Throws a LabError where it is none. */
export async function readOverlay(file: string): Promise<LabelMap> {
  if ((await stat(file)).isDirectory()) return readMasks(file);
  return readLabelMap(file, { names: await namesBeside(file) });
}

/** The masks of a folder, one file a structure, painted into one map. */
export async function readMasks(folder: string): Promise<LabelMap> {
  const files = (await readdir(folder)).filter((name) => scanName.test(name) && !name.startsWith(".")).sort();
  const masks = files.map((name) => join(folder, name));
  if (masks.length === 0) throw new LabError(folder, "no mask", "a folder of masks, one file a structure");
  const only: CaseFiles = { name: folder, path: masks[0], masks };
  const { names } = await findLabelScheme(folder, [only]);
  return readCaseLabels(only, names);
}

/** Names as everywhere else: the file's own, those of the files beside it, or those that its name suggests. */
export async function findNames(volume: Volume, file: string): Promise<Readonly<Record<number, string>>> {
  return { ...(await ownNamesOf(volume, file)), ...(await namesBeside(file)) };
}

async function namesBeside(file: string): Promise<Readonly<Record<number, string>>> {
  return (await findLabelScheme(file, [...(await findCaseFiles(file)).values()])).names;
}
