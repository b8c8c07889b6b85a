import { describeLabels } from "../anatomy/structures.js";
import { requireSameGrid } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { type ReadingChoice, readLabelMap } from "../formats/read.js";

/** Structures that may overlap, as label maps that each hold some of them whole. */
export interface Layers {
  /** At least one. */
  maps: LabelMap[];
  /** Layer by label value; a value that is not listed lies in the first. */
  layerOf: Record<number, number>;
}

/** A mask's file with the value it is to have. */
export interface ValuedMask {
  path: string;
  value: number;
}

/**
 * Reads masks, each as it is: those that overlap come into different layers. Masks of one value are taken together.
 *
 * @throws LabError for a mask that cannot be read, or two that lie on different grids.
 */
export async function readMaskLayers(
  masks: readonly ValuedMask[],
  names: Readonly<Record<number, string>>,
  reading: ReadingChoice = {},
): Promise<Layers> {
  const maps: LabelMap[] = [];
  const layerOf: Record<number, number> = {};
  let first: { map: LabelMap; path: string } | undefined;
  for (const value of new Set(masks.map((mask) => mask.value))) {
    let data: Uint8Array | undefined;
    for (const { path } of masks.filter((mask) => mask.value === value)) {
      const mask = await readLabelMap(path, reading);
      first ??= { map: mask, path };
      requireSameGrid(first.map, mask, [first.path, path]);
      data ??= new Uint8Array(mask.data.length);
      for (let i = 0; i < data.length; i++) if (mask.data[i] !== 0) data[i] = 1;
    }
    let layer = maps.findIndex((map) => isFree(map, data!));
    if (layer < 0) {
      layer = maps.length;
      maps.push({ ...first!.map, data: new Uint16Array(data!.length), names });
    }
    const target = maps[layer].data;
    for (let i = 0; i < target.length; i++) if (data![i] !== 0) target[i] = value;
    layerOf[value] = layer;
  }
  return { maps, layerOf };
}

function isFree({ data }: LabelMap, mask: Uint8Array): boolean {
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0 && data[i] !== 0) return false;
  return true;
}

/** Layers as one map: organs first, lesions over them, each group in the order of the values. */
export function paintLayers({ maps }: Layers, names: Readonly<Record<number, string>>): LabelMap {
  if (maps.length === 1) return maps[0];
  const isLesion = lesionValues(names);
  const data = new Uint16Array(maps[0].data.length);
  for (const layer of maps)
    for (let i = 0; i < data.length; i++) {
      const [value, there] = [layer.data[i], data[i]];
      if (value === 0) continue;
      const over = Number(isLesion.has(value)) - Number(isLesion.has(there));
      if (over > 0 || (over === 0 && value > there)) data[i] = value;
    }
  return { ...maps[0], data, names };
}

/** Values whose name is that of a lesion. */
export function lesionValues(names: Readonly<Record<number, string>>): Set<number> {
  return new Set(describeLabels(names).flatMap(({ value, lesionOf }) => (lesionOf ? [value] : [])));
}
