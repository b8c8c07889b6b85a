import type { TumorOrgan } from "../../anatomy/organs.js";
import type { LabelledStructure } from "../../anatomy/structures.js";
import type { LabelMap, Mask, Vec3 } from "../../core/types.js";
import { findComponents } from "../../volume/components.js";
import type { Component, ComponentTable } from "../../volume/components.js";
import { crop } from "../../volume/crop.js";
import { withinOfMask } from "../../volume/distance.js";
import type { CaseFacts } from "../metadata.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

/** One connected lesion (26 neighbours) of a case. */
export interface CaseLesion {
  organ: TumorOrgan;
  /** Its label value. */
  label: number;
  voxels: number;
  volumeMl: number;
  centroidMm: Vec3;
}

/** What lesions are held against. */
export interface LesionRules {
  structures: readonly LabelledStructure[];
  /** Lesions with fewer voxels are told. */
  minLesionVoxels: number;
  /** A lesion farther than this from every voxel of its organ lies outside it, in mm. */
  organGapMm: number;
  /** What the metadata say of the case. */
  facts?: CaseFacts;
  /** Name of the metadata in reports. */
  factsFrom: string;
}

/** Which file holds a label: one for all of a label map, one each for separate masks. */
export type FileOfLabel = (label: number) => string;

/**
 * Measures the lesions of a case and holds them against their size, their organ and the metadata. A lesion lies outside
 * its organ when no voxel of it comes within `organGapMm` of one or touches it; a lesion that bulges out of its organ touches it and
 * passes. Labels without the organ itself, as in the Decathlon's colon, cannot tell and pass too.
 */
export function checkLesions(
  name: string,
  fileOf: FileOfLabel,
  map: LabelMap,
  rules: LesionRules,
): { lesions: CaseLesion[]; findings: Finding[] } {
  const organOfLabel = new Map<number, TumorOrgan>();
  for (const { value, lesionOf } of rules.structures) if (lesionOf) organOfLabel.set(value, lesionOf);
  const table = findLesions(map, [...organOfLabel.keys()]);
  const { components } = table;
  const lesions = components.map(({ label, voxels, volumeMl, centroidMm }): CaseLesion => {
    return { organ: organOfLabel.get(label)!, label, voxels, volumeMl, centroidMm };
  });
  const findings = [
    ...checkSizes(name, fileOf, components, rules),
    ...components.flatMap((lesion) => checkPlace(name, fileOf, map, table, lesion, rules)),
    ...checkFacts(name, fileOf, lesions, organOfLabel, rules),
  ];
  return { lesions, findings };
}

function findLesions(map: LabelMap, labels: readonly number[]): ComponentTable {
  const keep = new Uint8Array(65536);
  for (const label of labels) keep[label] = 1;
  const { data } = map;
  const only = data instanceof Uint8Array ? new Uint8Array(data.length) : new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) if (keep[data[i]] === 1) only[i] = data[i];
  return findComponents({ ...map, data: only });
}

function checkSizes(
  name: string,
  fileOf: FileOfLabel,
  lesions: readonly Component[],
  { minLesionVoxels, structures }: LesionRules,
): Finding[] {
  const nameOf = (label: number): string => structures.find(({ value }) => value === label)!.name;
  return lesions
    .filter(({ voxels }) => voxels < minLesionVoxels)
    .map(({ label, voxels, boxMin }) =>
      createFinding({
        case: name,
        check: "tiny-lesion",
        file: fileOf(label),
        found: `${nameOf(label)} of ${voxels} voxels at voxel [${boxMin.join(", ")}]`,
        against: "least size of a lesion",
        expected: `${minLesionVoxels} voxels`,
      }),
    );
}

function checkPlace(
  name: string,
  fileOf: FileOfLabel,
  map: LabelMap,
  table: ComponentTable,
  lesion: Component,
  { structures, organGapMm }: LesionRules,
): Finding[] {
  const { name: title, lesionOf: organ } = structures.find(({ value }) => value === lesion.label)!;
  const organLabels = structures.filter((each) => each.organ === organ);
  if (organLabels.length === 0) return [];
  const margin = map.spacingMm.map((mm) => Math.ceil(organGapMm / mm) + 2);
  const low = (axis: number): number => Math.max(0, lesion.boxMin[axis] - margin[axis]);
  const high = (axis: number): number => Math.min(map.shape[axis] - 1, lesion.boxMax[axis] + margin[axis]);
  const boxMin: Vec3 = [low(0), low(1), low(2)];
  const box = crop(map, { boxMin, boxMax: [high(0), high(1), high(2)] });
  const organMask = new Uint8Array(box.data.length);
  for (const { value } of organLabels)
    for (let i = 0; i < organMask.length; i++) if (box.data[i] === value) organMask[i] = 1;
  // A voxel that shares a corner with the organ touches it, however small the gap.
  const gapMm = Math.max(organGapMm, Math.hypot(...map.spacingMm));
  const near = withinOfMask({ ...box, data: organMask }, gapMm);
  if (touches(table, lesion.id, near, boxMin)) return [];
  const names = organLabels.map((each) => `${each.value} (${each.name})`).join(" or ");
  const place = lesion.centroidVoxel.map((n) => Math.round(n)).join(", ");
  return [
    createFinding({
      case: name,
      check: "lesion-outside-organ",
      file: fileOf(lesion.label),
      found: `${title} of ${lesion.voxels} voxels at voxel [${place}] with no ${organ} near it`,
      against: [...new Set(organLabels.map(({ value }) => fileOf(value)))].join(" or "),
      expected: `label ${names} within ${Number(gapMm.toPrecision(3))} mm`,
    }),
  ];
}

/** Whether a voxel of the component lies in `near`, a mask on the part of the grid that starts at `at`. */
function touches(table: ComponentTable, id: number, near: Mask, at: Vec3): boolean {
  const { runs, componentOfRun, shape } = table;
  const [nx, ny] = near.shape;
  for (let row = 0; row + 1 < runs.rowStart.length; row++)
    for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++) {
      if (componentOfRun[run] !== id) continue;
      const [y, z] = [(row % shape[1]) - at[1], Math.floor(row / shape[1]) - at[2]];
      const start = nx * (y + ny * z) - at[0];
      for (let x = runs.start[run]; x < runs.end[run]; x++) if (near.data[start + x] !== 0) return true;
    }
  return false;
}

function checkFacts(
  name: string,
  fileOf: FileOfLabel,
  lesions: readonly CaseLesion[],
  organOfLabel: ReadonlyMap<number, TumorOrgan>,
  { facts, factsFrom }: LesionRules,
): Finding[] {
  if (!facts || organOfLabel.size === 0) return [];
  const labelled = new Set(organOfLabel.values());
  const base = { case: name, against: factsFrom } as const;
  const fileOfOrgan = (organ?: TumorOrgan): string =>
    fileOf([...organOfLabel].find(([, each]) => organ === undefined || each === organ)![0]);
  const findings: Finding[] = [];
  for (const [organ, says] of Object.entries(facts.tumors) as [TumorOrgan, boolean][]) {
    if (!labelled.has(organ)) continue;
    const file = fileOfOrgan(organ);
    const count = lesions.filter((lesion) => lesion.organ === organ).length;
    const found = `${count} lesions of the ${organ}`;
    if (says && count === 0)
      findings.push(
        createFinding({ ...base, file, check: "empty-tumor", found, expected: `${organ} tumor: yes` }),
      );
    if (!says && count > 0)
      findings.push(
        createFinding({ ...base, file, check: "unexpected-tumor", found, expected: `${organ} tumor: no` }),
      );
  }
  const found = `${lesions.length} lesions`;
  const file = lesions.length > 0 ? fileOf(lesions[0].label) : fileOfOrgan();
  if (facts.tumor === true && lesions.length === 0 && findings.length === 0)
    findings.push(createFinding({ ...base, file, check: "empty-tumor", found, expected: "tumor: yes" }));
  if (facts.tumor === false && lesions.length > 0 && findings.length === 0)
    findings.push(createFinding({ ...base, file, check: "unexpected-tumor", found, expected: "tumor: no" }));
  return findings;
}
