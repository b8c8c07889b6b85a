import { valueOfStructure } from "../anatomy/structures.js";
import { LabError } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { readLabelMap } from "../formats/read.js";
import { recognizeFormat } from "../formats/recognize.js";
import { scanName } from "./case-files.js";

/**
 * Reads a label map whose values mean what `names` says. A DICOM SEG or RTSTRUCT names its structures itself and numbers them as
 * it likes, otherwise in every patient: its structures get the values that `names` has for them, under any of their spellings,
 * and those that it does not have are left out.
 *
 * @param names structure by value; where it is empty a file keeps its own.
 * @throws LabError as `readLabelMap`, and for DICOM structures of which `names` has none.
 */
export async function readLabelsAs(path: string, names: Readonly<Record<number, string>>): Promise<LabelMap> {
  if (!(await namesItself(path)) || Object.keys(names).length === 0) return readLabelMap(path, { names });
  const map = await readLabelMap(path);
  const valueOf = new Uint16Array(65536);
  for (const [value, name] of Object.entries(map.names))
    valueOf[Number(value)] = valueOfStructure(names, name) ?? 0;
  const own = Object.entries(map.names);
  if (own.length > 0 && own.every(([value]) => valueOf[Number(value)] === 0))
    throw new LabError(
      path,
      own.map(([, name]) => name).join(", "),
      `one of ${Object.values(names).join(", ")}`,
      "Name the structures with a label map that has them",
    );
  const data = new Uint16Array(map.data.length);
  for (let i = 0; i < data.length; i++) data[i] = valueOf[map.data[i]];
  const isNarrow = Object.keys(names).every((value) => Number(value) < 256);
  return { ...withData(map, isNarrow ? new Uint8Array(data) : data), names };
}

/** Whether a file says itself what its labels are: DICOM does. */
export async function namesItself(path: string): Promise<boolean> {
  if (scanName.test(path)) return false;
  return ["dicom", "folder", "zip"].includes(await recognizeFormat(path));
}
