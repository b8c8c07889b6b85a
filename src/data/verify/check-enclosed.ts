import type { LabelledStructure } from "../../anatomy/structures.js";
import type { LabelMap } from "../../core/types.js";
import type { FileOfLabel } from "./check-lesions.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

/** Share of an organ's surface that its lesions cover, from which it lies in them. */
const coveredShare = 0.9;
/** Share of the lesions' surface that is the organ's own; of lesions in an organ next to none is. */
const outerShare = 0.5;

/**
 * Tells organs that lie in their lesions, as where the two labels were exchanged: smaller than these, covered by them
 * all round, while the lesions lie bare. A piece of an organ cut out round a lesion is not told, for there the
 * lesion is covered too.
 */
export function checkEnclosed(
  name: string,
  fileOf: FileOfLabel,
  map: LabelMap,
  structures: readonly LabelledStructure[],
): Finding[] {
  const organs = [...new Set(structures.flatMap(({ lesionOf }) => (lesionOf ? [lesionOf] : [])))];
  const counts = new Float64Array(65536);
  for (let i = 0; i < map.data.length; i++) counts[map.data[i]]++;
  const countOf = (labels: readonly LabelledStructure[]): number =>
    labels.reduce((sum, { value }) => sum + counts[value], 0);
  return organs.flatMap((organ) => {
    const organParts = structures.filter((each) => each.organ === organ);
    const lesions = structures.filter((each) => each.lesionOf === organ);
    const [few, many] = [organParts, lesions].map(countOf);
    if (few === 0 || few >= many) return [];
    const [inner, outer] = measureSurfaces(map, [organParts, lesions]);
    const isBare = outer.touching <= (1 - outerShare) * outer.faces;
    if (inner.touching < coveredShare * inner.faces || !isBare) return [];
    const found = `${listNames(organParts)} of ${few} voxels within ${listNames(lesions)} of ${many}`;
    const expected = `${organ} around its lesions`;
    const [file, against] = [organParts[0], lesions[0]].map(({ value }) => fileOf(value));
    const values = { file, found, against, expected };
    return [
      createFinding({ case: name, check: "organ-in-lesion", ...values }, "Were the two labels exchanged?"),
    ];
  });
}

interface Surface {
  /** Sides of voxels toward a voxel that is none of it. */
  faces: number;
  /** Those toward the other one. */
  touching: number;
}

/** Surfaces of two groups of labels. */
function measureSurfaces(
  { data, shape: [nx, ny, nz] }: LabelMap,
  groups: readonly (readonly LabelledStructure[])[],
): Surface[] {
  const numberOf = new Uint8Array(65536);
  groups.forEach((group, at) => group.forEach(({ value }) => (numberOf[value] = at + 1)));
  const found = [0, 1, 2].map(() => ({ faces: 0, touching: 0 }));
  const meet = (a: number, b: number): void => {
    if (a === b) return;
    found[a].faces++;
    found[b].faces++;
    if (a === 0 || b === 0) return;
    found[a].touching++;
    found[b].touching++;
  };
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const number = numberOf[data[i]];
        if (x > 0) meet(number, numberOf[data[i - 1]]);
        if (y > 0) meet(number, numberOf[data[i - nx]]);
        if (z > 0) meet(number, numberOf[data[i - nx * ny]]);
      }
  return found.slice(1);
}

function listNames(structures: readonly LabelledStructure[]): string {
  return structures.map(({ value, name }) => `label ${value} (${name})`).join(" and ");
}
