import { equivalentRadiusMm } from "../anatomy/size-class.js";
import { requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import { voxelVolumeMl, withData } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { findComponents, keepComponents } from "../volume/components.js";
import { withinOfMask } from "../volume/distance.js";

/** What is done to a predicted label map, in the order of the fields; each may be left out. */
export interface CleaningOptions {
  /** Of these structures only the largest pieces stay, so many of each: `{ liver: 1, kidney: 2 }`. */
  largestPieces?: Readonly<Record<string, number>>;
  /**
   * A lesion voxel stays only within `marginMm` of one of the organs, and lesions of which nothing is left are gone:
   * `{ lesion: "tumor", organs: ["liver", "kidney"], marginMm: 4 }`.
   */
  nearOrgans?: { lesion: string; organs: readonly string[]; marginMm: number };
  /** Pieces of these structures smaller than a ball of this radius are gone: `{ tumor: 3 }`, in mm. */
  minimumRadiusMm?: Readonly<Record<string, number>>;
}

/**
 * Removes implausible predictions from a label map: they become background. Pieces are connected by faces, edges or
 * corners. Returns a new map.
 *
 * @throws LabError for a structure that the map does not name.
 */
export function cleanLabels(labels: LabelMap, options: CleaningOptions): LabelMap {
  checkCleaning(options, Object.values(labels.names));
  const { largestPieces = {}, nearOrgans, minimumRadiusMm = {} } = options;
  let cleaned = labels;
  for (const [name, most] of Object.entries(largestPieces)) {
    cleaned = keepPieces(
      cleaned,
      valueOf(labels, name),
      (sizes) => [...sizes].sort((a, b) => b - a)[most - 1] ?? 0,
    );
  }
  if (nearOrgans) cleaned = keepNear(cleaned, nearOrgans);
  for (const [name, radiusMm] of Object.entries(minimumRadiusMm)) {
    const voxelMl = voxelVolumeMl(labels);
    cleaned = keepPieces(cleaned, valueOf(labels, name), (sizes) =>
      Math.min(Infinity, ...sizes.filter((size) => equivalentRadiusMm(size * voxelMl) >= radiusMm)),
    );
  }
  return cleaned;
}

/** Keeps the pieces of one label with at least as many voxels as `least` says of all their sizes. */
function keepPieces(labels: LabelMap, value: number, least: (sizes: number[]) => number): LabelMap {
  const table = findComponents(labels);
  const sizes = table.components.flatMap(({ label, voxels }) => (label === value ? [voxels] : []));
  const smallest = least(sizes);
  return keepComponents(labels, table, ({ label, voxels }) => label !== value || voxels >= smallest);
}

function keepNear(
  labels: LabelMap,
  { lesion, organs, marginMm }: NonNullable<CleaningOptions["nearOrgans"]>,
): LabelMap {
  const values = new Set(organs.map((name) => valueOf(labels, name)));
  const value = valueOf(labels, lesion);
  const organ = withData(
    labels,
    fillWith(new Uint8Array(labels.data.length), labels.data, (label) => (values.has(label) ? 1 : 0)),
  );
  const near = withinOfMask(organ, marginMm).data;
  return {
    ...labels,
    data: labels.data.map((label, i) => (label === value && near[i] === 0 ? 0 : label)),
  };
}

function valueOf(labels: LabelMap, name: string): number {
  return Number(Object.keys(labels.names).find((value) => labels.names[Number(value)] === name));
}

/** Throws a LabError for a structure that is not among `names`, or a number that cannot be. */
export function checkCleaning(options: CleaningOptions, names: readonly string[]): void {
  const { largestPieces = {}, nearOrgans, minimumRadiusMm = {} } = options;
  for (const [name, most] of Object.entries(largestPieces))
    requireThat(Number.isInteger(most) && most >= 1, `largestPieces.${name}`, most, "a whole number from 1");
  for (const [name, radiusMm] of Object.entries(minimumRadiusMm))
    requireThat(radiusMm >= 0, `minimumRadiusMm.${name}`, radiusMm, "a radius from 0, in mm");
  if (nearOrgans)
    requireThat(
      nearOrgans.marginMm >= 0,
      "nearOrgans.marginMm",
      nearOrgans.marginMm,
      "a distance from 0, in mm",
    );
  const structures = [
    ...Object.keys(largestPieces),
    ...(nearOrgans ? [...nearOrgans.organs, nearOrgans.lesion] : []),
    ...Object.keys(minimumRadiusMm),
  ];
  const stranger = structures.find((name) => !names.includes(name));
  requireThat(stranger === undefined, "cleaning", stranger, `one of ${names.join(", ")}`);
}
