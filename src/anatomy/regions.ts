import { canonicalName } from "./organs.js";
import { describeLabels } from "./structures.js";

/** Structures of a label map that are scored as one. */
export interface Region {
  /** Label value of its row: the lowest of those that it stands in place of. */
  value: number;
  name: string;
  /** Label values that it is made of. */
  parts: readonly number[];
  /** Label values that are not scored beside it. */
  inPlaceOf: readonly number[];
}

/**
 * The regions that challenges score, as far as a label map has their structures: each of the six organs with its lesions
 * and cysts (LiTS's liver, KiTS's "kidney and masses"), in place of the organ or its two sides; and where lesions and cysts are
 * told apart, both together (KiTS's "masses"), in place of the cysts. Lesions keep a row of their own. Organs without a
 * label for lesions give no region.
 *
 * @param names structure by label value.
 */
export function findRegions(names: Readonly<Record<number, string>>): Region[] {
  const structures = describeLabels(names);
  const organs = [...new Set(structures.flatMap(({ organ }) => organ ?? []))];
  return organs.flatMap((organ) => {
    const parts = structures.filter((each) => each.organ === organ).map(({ value }) => value);
    const lesions = structures.filter((each) => each.lesionOf === organ).map(({ value }) => value);
    const cysts = structures
      .map(({ value, name }) => ({ value, plain: canonicalName(name) }))
      .filter(({ plain }) => plain === `${organ}_cyst` || (plain === "cyst" && organs.length === 1))
      .map(({ value }) => value);
    if (lesions.length + cysts.length === 0) return [];
    const whole: Region = {
      value: Math.min(...parts),
      name: `${organ} with lesions`,
      parts: [...parts, ...lesions, ...cysts],
      inPlaceOf: parts,
    };
    if (lesions.length === 0 || cysts.length === 0) return [whole];
    const masses: Region = {
      value: Math.min(...cysts),
      name: `${organ} lesions and cysts`,
      parts: [...lesions, ...cysts],
      inPlaceOf: cysts,
    };
    return [whole, masses];
  });
}

/** The labels that are scored once regions stand in place of some of them: names by label value. */
export function withRegions(names: Readonly<Record<number, string>>): Record<number, string> {
  const regions = findRegions(names);
  const replaced = new Set(regions.flatMap(({ inPlaceOf }) => inPlaceOf));
  return Object.fromEntries([
    ...Object.entries(names).filter(([value]) => !replaced.has(Number(value))),
    ...regions.map(({ value, name }) => [String(value), name] as const),
  ]);
}
