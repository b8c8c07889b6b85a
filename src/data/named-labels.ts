import { valueOfStructure } from "../anatomy/structures.js";
import { LabError } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { LabelMap, Volume } from "../core/types.js";
import { ownNamesOf, type ReadingChoice, readLabelMap, readOwnNames } from "../formats/read.js";
import { caseNameOf } from "./flat-names.js";
import { findLabelScheme } from "./label-scheme.js";

/**
 * Reads a label map whose values mean what `names` says. A DICOM SEG, an RTSTRUCT and a `.seg.nrrd` of 3D Slicer name their
 * structures themselves and number them as they like, otherwise in every patient: their structures get the values that `names` has
 * for them, under any of their spellings, and those that it does not have are left out. An NRRD of whose structures `names` has none
 * keeps its values: Slicer calls them `Segment_1` where nobody named them.
 *
 * @param names structure by value; where it is empty a file keeps its own.
 * @param reading of a file that holds several volumes or series, or irregular slices.
 * @throws LabError as `readLabelMap`, and for DICOM structures of which `names` has none.
 */
export async function readLabelsAs(
  path: string,
  names: Readonly<Record<number, string>>,
  reading: ReadingChoice = {},
): Promise<LabelMap> {
  const { names: ownNames, isNumbered } = await readOwnNames(path, reading);
  const own = Object.entries(ownNames);
  const valueOf = new Uint16Array(65536);
  for (const [value, name] of own) valueOf[Number(value)] = valueOfStructure(names, name) ?? 0;
  const isKnown = own.some(([value]) => valueOf[Number(value)] > 0);
  if (own.length === 0 || Object.keys(names).length === 0 || (isNumbered && !isKnown))
    return readLabelMap(path, { ...reading, names });
  if (!isKnown)
    throw new LabError(
      path,
      own.map(([, name]) => name).join(", "),
      `one of ${Object.values(names).join(", ")}`,
      "Name the structures with a label map that has them",
    );
  const map = await readLabelMap(path, reading);
  const data = new Uint16Array(map.data.length);
  for (let i = 0; i < data.length; i++) data[i] = valueOf[map.data[i]];
  const isNarrow = Object.keys(names).every((value) => Number(value) < 256);
  return { ...withData(map, isNarrow ? new Uint8Array(data) : data), names };
}

/**
 * Structure by value, as the values stand in the file that a volume was read from: the file's own names, else what the files beside
 * it say or its name suggests; empty where nothing does. Errors as `findLabelScheme`.
 */
export async function findNamesOf(volume: Volume, path: string): Promise<Readonly<Record<number, string>>> {
  const own = await ownNamesOf(volume, path);
  if (Object.keys(own).length > 0) return own;
  return (await findLabelScheme(path, [{ name: caseNameOf(path), path }])).names;
}

/** Whether a file says itself what its labels are, as DICOM and a `.seg.nrrd` of 3D Slicer do. */
export async function namesItself(path: string, reading: ReadingChoice = {}): Promise<boolean> {
  return Object.keys((await readOwnNames(path, reading)).names).length > 0;
}
