import { canonicalName } from "../../anatomy/organs.js";
import type { TumorOrgan } from "../../anatomy/organs.js";
import type { LabelledStructure } from "../../anatomy/structures.js";
import { listLabelValues } from "../../core/grid.js";
import type { LabelMap } from "../../core/types.js";
import { basename } from "../../platform/paths.js";
import { placeOf } from "./check-image.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

/** The names labels are held against. */
export interface ExpectedLabels {
  /** Structure by label value. */
  labels: Readonly<Record<number, string>>;
  /** Where they come from, for reports: a label map or a dataset.json. */
  from: string;
  /** Label value by further names of a structure. */
  aliases?: ReadonlyMap<string, number>;
  /** Organs of lesion labels that are known by more than their name. */
  lesionOf?: Readonly<Record<number, TumorOrgan>>;
}

/** Looks for label values without a name and for a map of organs with nothing in it. */
export function checkLabels(
  name: string,
  file: string,
  map: LabelMap,
  expected: ExpectedLabels,
  structures: readonly LabelledStructure[],
): Finding[] {
  const used = listLabelValues(map.data);
  const base = { case: name, file, against: expected.from } as const;
  if (used.length === 0) {
    // A map of tumors alone is rightly empty where there is none.
    if (structures.every(({ lesionOf }) => lesionOf)) return [];
    const values = { found: "background only", expected: listLabels(expected.labels) };
    return [createFinding({ ...base, check: "empty-label", ...values })];
  }
  return used
    .filter((label) => !(label in expected.labels))
    .map((label) => {
      const count = countOf(map.data, label);
      const found = `label ${label} in ${count} voxels, the first at ${placeOf(map.data.indexOf(label), map)}`;
      const values = { check: "unexpected-label", found, expected: listLabels(expected.labels) } as const;
      return createFinding({ ...base, ...values }, "Name it with a label map that has it, or take it out");
    });
}

/**
 * Gives mask files the label whose structure they are named after, under any of its aliases and spellings; one whose name
 * is none gets no value, and a finding.
 */
export function matchMasks(
  name: string,
  files: readonly string[],
  expected: ExpectedLabels,
): { masks: { file: string; name: string; value?: number }[]; findings: Finding[] } {
  const values = new Map(
    [
      ...(expected.aliases ?? []),
      ...Object.entries(expected.labels).map(([value, label]) => [label, Number(value)] as const),
    ].map(([label, value]) => [canonicalName(label), value]),
  );
  const masks: { file: string; name: string; value?: number }[] = [];
  const findings: Finding[] = [];
  for (const file of files) {
    const structure = basename(file).replace(/\.nii(\.gz)?$/i, "");
    const value = values.get(canonicalName(structure));
    masks.push({ file, name: canonicalName(structure), ...(value === undefined ? {} : { value }) });
    if (value === undefined)
      findings.push(
        createFinding({
          case: name,
          check: "unexpected-label",
          file,
          found: `mask ${structure}`,
          against: expected.from,
          expected: listLabels(expected.labels),
        }),
      );
  }
  return { masks, findings };
}

/**
 * Holds one mask against the combined map of its case. Masks may overlap and then one of them gives way in the map, so
 * a voxel of the mask may hold another label there; but it may not be background, and a voxel that has the label in the
 * map must be in the mask.
 */
export function checkMask(
  name: string,
  mask: { file: string; value: number; data: Uint8Array | Uint16Array },
  map: { file: string; volume: LabelMap },
): Finding[] {
  const { data } = map.volume;
  let [onlyInMap, onlyInMask, inMask] = [0, 0, 0];
  let first = -1;
  for (let i = 0; i < data.length; i++) {
    const has = mask.data[i] !== 0;
    if (has) inMask++;
    if (has ? data[i] !== 0 : data[i] !== mask.value) continue;
    if (has) onlyInMask++;
    else onlyInMap++;
    if (first < 0) first = i;
  }
  if (first < 0) return [];
  const labelled = countOf(data, mask.value);
  return [
    createFinding({
      case: name,
      check: "masks-disagree",
      file: mask.file,
      found: `${inMask} voxels, ${onlyInMask} of them background in the map`,
      against: map.file,
      expected: `label ${mask.value} in ${labelled} voxels, ${onlyInMap} of them not in the mask; the first such at ${placeOf(first, map.volume)}`,
    }),
  ];
}

function listLabels(labels: Readonly<Record<number, string>>): string {
  const values = Object.keys(labels).map(Number);
  const list = Object.entries(labels).map(([value, label]) => `${value} ${label}`);
  return values.length <= 6
    ? list.join(", ")
    : `the ${values.length} labels from ${values[0]} to ${values.at(-1)}`;
}

function countOf(data: Uint8Array | Uint16Array, label: number): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === label) count++;
  return count;
}
