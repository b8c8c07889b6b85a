import { canonicalName, isLesionName } from "../anatomy/organs.js";
import type { LabelMap } from "../core/types.js";
import type { TrainingConfig } from "./training-config.js";

type Targets = TrainingConfig["targets"];

/** Structures taken where a scan has none of those wanted. */
const mostOthers = 2;

/**
 * The classes that a scan can teach: those of a recipe that it has a voxel of; its lesions that no class has as `tumor`; and
 * where there is neither, its two largest structures. Empty for a label map without any structure.
 */
export function chooseTargets({ data, names }: LabelMap, wanted: Targets): Targets {
  const counts = new Float64Array(65536);
  for (let i = 0; i < data.length; i++) counts[data[i]]++;
  const present = Object.entries(names)
    .map(([value, name]) => ({ name, voxels: counts[Number(value)] }))
    .filter(({ voxels }) => voxels > 0)
    .sort((a, b) => b.voxels - a.voxels || (a.name < b.name ? -1 : 1));
  const isIn = (structures: readonly string[], name: string): boolean =>
    structures.some((each) => canonicalName(each) === canonicalName(name));
  const found = wanted.filter(({ structures }) => present.some(({ name }) => isIn(structures, name)));
  const lesions = present.filter(
    ({ name }) => isLesionName(name) && !found.some(({ structures }) => isIn(structures, name)),
  );
  if (lesions.length > 0) {
    const tumor = found.find(({ name }) => name === "tumor");
    const structures = [...(tumor?.structures ?? []), ...lesions.map(({ name }) => name)];
    return [...found.filter((each) => each !== tumor), { name: "tumor", structures }];
  }
  if (found.length > 0) return found;
  return present.slice(0, mostOthers).map(({ name }) => ({ name, structures: [name] }));
}
