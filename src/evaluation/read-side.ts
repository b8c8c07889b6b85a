import { describeLabels, valueOfStructure } from "../anatomy/structures.js";
import { LabError } from "../core/errors.js";
import { labelsInUse, listLabelValues, withData } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { type CaseFiles, structureOfMask } from "../data/case-files.js";
import { type Layers, readMaskLayers } from "../data/layered-masks.js";
import { readLabelsAs } from "../data/named-labels.js";
import { withOwnLesions } from "../data/whole-organs.js";
import { readLabelMap } from "../formats/read.js";
import { listNames } from "./align-labels.js";
import type { PairNames } from "./read-pair.js";

/**
 * Reads the labels of one side of a pair and brings them to the common values.
 *
 * @param notes is told of label values that nothing names.
 * @throws LabError for a file that cannot be read, or a mask of no structure.
 */
export async function readSide(
  side: "reference" | "prediction",
  files: CaseFiles,
  { [side]: scheme, alignment }: PairNames,
  notes: string[],
): Promise<Layers> {
  if (!alignment) return { maps: [await readLabelsAs(files.path, scheme.names, files.reading)], layerOf: {} };
  const toCommon = alignment[side];
  if (!files.masks) {
    const map = await readLabelsAs(files.path, scheme.names, files.reading);
    notes.push(...tellUnnamed(side, map, scheme.names));
    return { maps: [relabel(map, toCommon, alignment.names)], layerOf: {} };
  }
  const masks = files.masks.flatMap((path) => {
    const valueOfFile = valueOfStructure(scheme.names, structureOfMask(path));
    if (valueOfFile === undefined)
      throw new LabError(path, structureOfMask(path), `one of ${listNames(Object.values(scheme.names))}`);
    return valueOfFile in toCommon ? [{ path, value: toCommon[valueOfFile] }] : [];
  });
  if (masks.length > 0) return readMaskLayers(masks, alignment.names, files.reading);
  const first = await readLabelMap(files.masks[0], files.reading);
  return {
    maps: [{ ...first, data: new Uint8Array(first.data.length), names: alignment.names }],
    layerOf: {},
  };
}

/**
 * Where one side has masks and the other a map, a lesion's voxels are the organ's too in the masks and the lesion's alone in
 * the map. Takes the map's organs with their lesions, so that a lesion missed or found is not charged to its organ;
 * an organ whose mask leaves its lesions out stays as it is.
 *
 * @param map the side that is a map; gets a second layer where it is needed.
 * @returns a sentence where organs were taken whole.
 */
export function takeOrgansWhole(
  map: Layers,
  masks: Layers,
  names: Readonly<Record<number, string>>,
): string[] {
  const structures = describeLabels(names);
  const [labels] = map.maps;
  const present = labelsInUse(labels.data);
  const organs = structures.filter(({ value, organ }) => {
    const lesions = structures.filter((each) => organ && each.lesionOf === organ).map((each) => each.value);
    const parts = structures.filter((each) => each.organ === organ).map((each) => each.value);
    const has = lesions.some((lesion) => present[lesion] === 1);
    return organ && has && masks.layerOf[value] !== undefined && holdLesions(masks, parts, lesions);
  });
  if (organs.length === 0) return [];
  map.maps.push(withOwnLesions(labels, new Set(organs.map(({ value }) => value))));
  for (const { value } of organs) map.layerOf[value] = map.maps.length - 1;
  return [
    `${listNames(organs.map(({ name }) => name))}: the map's organ is taken with its lesions, as the mask is.`,
  ];
}

/** Whether organ masks cover most of their lesions' masks, also where these are empty. */
function holdLesions(
  { maps, layerOf }: Layers,
  organs: readonly number[],
  lesions: readonly number[],
): boolean {
  const at = (value: number, i: number): boolean =>
    layerOf[value] !== undefined && maps[layerOf[value]].data[i] === value;
  let [all, inside] = [0, 0];
  for (let i = 0; i < maps[0].data.length; i++) {
    if (!lesions.some((lesion) => at(lesion, i))) continue;
    all++;
    if (organs.some((organ) => at(organ, i))) inside++;
  }
  return 2 * inside >= all;
}

function relabel(
  map: LabelMap,
  toCommon: Readonly<Record<number, number>>,
  names: Readonly<Record<number, string>>,
): LabelMap {
  const table = new Uint16Array(65536);
  for (const [value, common] of Object.entries(toCommon)) table[Number(value)] = common;
  const isSame = listLabelValues(map.data).every((value) => table[value] === value);
  if (isSame) return { ...map, names };
  const data = new Uint16Array(map.data.length);
  for (let i = 0; i < data.length; i++) data[i] = table[map.data[i]];
  return { ...withData(map, data), names };
}

function tellUnnamed(side: string, map: LabelMap, names: Readonly<Record<number, string>>): string[] {
  return listLabelValues(map.data)
    .filter((value) => !(value in names))
    .map((value) => `${side}: label ${value} has no name and is not scored`);
}
