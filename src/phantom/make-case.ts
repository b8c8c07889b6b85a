import { lesions, organs, type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { requireThat } from "../core/errors.js";
import { toLabelMap } from "../core/grid.js";
import { createKey } from "../core/random.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { buildAnatomy } from "./anatomy.js";
import type { Part } from "./body.js";
import { sampleProtocol, findHospital, type Protocol } from "./hospitals.js";
import { type PhantomPhase, samplePatient, findScan, type Patient } from "./patient.js";
import { createPlacement, type Placement } from "./placement.js";
import { type GridPart, renderBody, type PhantomGrid } from "./render.js";
import { blurOf, partForBlur, scanBody } from "./scanner.js";
import { boxOver } from "./shape.js";
import type { Trunk } from "./trunk.js";
import { planTumors } from "./tumor-plan.js";
import { addTumors, type PhantomTumor } from "./tumors.js";

/** Which cohort a phantom belongs to and how it is drawn. */
export interface PhantomOptions {
  /** Whole number from 0; other seeds are other patients. */
  seed: number;
  /** Name of a preset in {@link hospitals}; default `"reference"`. */
  hospital?: string;
  /** Distance of voxels: one number for all axes, or three; default the hospital's own. */
  spacingMm?: number | Vec3;
  /** Voxels along x, y, z round the middle of the belly; default what holds the body from lungs to hips. */
  shape?: Vec3;
  /** Organs tumors may be in; default all six. */
  tumorOrgans?: readonly TumorOrgan[];
  /** Share of patients without tumor, 0 to 1; default 0.5. */
  controlShare?: number;
  /**
   * Name of a hospital whose patients come to this one for the scan, anatomy and tumors the same, protocol and noise of
   * their own; default the hospital's own patients. On a grid that is given the labels are those of the other hospital's scan.
   */
  patientsOf?: string;
  /** Whole number from 0; another number, other tumors in the same body; default 0. */
  tumorSample?: number;
  /**
   * Labels by value: only as much is drawn as a cut to them with a margin holds, in a fraction of the time. There all is as in the
   * whole scan; beyond it, air without labels, and the metadata tell of no tumor there. Default the whole scan.
   */
  around?: LabelSurroundings;
  signal?: AbortSignal;
}

/** Some labels and what lies near them. */
export interface LabelSurroundings {
  labels: readonly number[];
  marginMm: number;
}

/** What is known of a phantom. */
export interface PhantomMetadata {
  caseId: string;
  caseIndex: number;
  patientId: string;
  sex: Patient["sex"];
  ageYears: number;
  phase: PhantomPhase;
  hospital: string;
  distribution: "in" | "out";
  seed: number;
  shape: Vec3;
  spacingMm: Vec3;
  protocol: Protocol;
  /** Standard deviation of the noise in the middle of the body, over all frequencies, in HU. */
  noiseHu: number;
  /** Those of organs with a lesion in the labels: a grid smaller than the body may leave the others out of sight. */
  tumors: readonly PhantomTumor[];
}

/** A phantom in memory. */
export interface PhantomCase {
  ct: Volume<Int16Array>;
  labels: LabelMap;
  metadata: PhantomMetadata;
}

/** Every structure a phantom labels, by label value. */
export const phantomLabels: Readonly<Record<number, string>> = Object.fromEntries(
  [...organs, ...lesions].map(({ labelId, name }) => [labelId, name]),
);

/** Name of a case's folder: `BDMAP_9`, the hospital's digit and the index; real cases' numbers stay below that. */
export function phantomCaseId(hospitalName: string, caseIndex: number): string {
  requireThat(
    Number.isInteger(caseIndex) && caseIndex >= 0 && caseIndex < 1e6,
    "caseIndex",
    caseIndex,
    "a whole number from 0 to 999999",
  );
  return `BDMAP_9${findHospital(hospitalName).number}${String(caseIndex).padStart(6, "0")}`;
}

/**
 * Makes case `caseIndex` of a cohort: a function of the seed, the hospital (and whose patients it scans), the index, the
 * sample of tumors and the grid alone. The grid does not change the body, only how it is seen.
 *
 * @throws LabError for a hospital there is none of, a spacing or shape that is none, or a bad share.
 */
export function createPhantomCase(caseIndex: number, options: PhantomOptions): PhantomCase {
  const { seed, hospital: name = "reference", controlShare = 0.5, tumorSample = 0, signal } = options;
  const hospital = findHospital(name);
  const home = findHospital(options.patientsOf ?? name);
  const caseId = phantomCaseId(name, caseIndex);
  requireThat(controlShare >= 0 && controlShare <= 1, "controlShare", controlShare, "a share from 0 to 1");
  requireThat(
    Number.isInteger(tumorSample) && tumorSample >= 0,
    "tumorSample",
    tumorSample,
    "a whole number from 0",
  );
  const cohort = createKey(seed).split("phantom").split(home.name);
  const { patient: patientIndex, scan } = findScan(cohort, caseIndex);
  const patient = samplePatient(cohort, patientIndex);
  const phase = patient.phases[scan];
  const ownKey = patient.key.split("scan").split(scan);
  // A visit elsewhere is another scan: its noise is not that of the scan at home.
  const scanKey = home === hospital ? ownKey : ownKey.split("at").split(hospital.name);
  const host =
    tumorSample === 0 ? patient : { ...patient, key: patient.key.split("again").split(tumorSample) };
  const protocol = sampleProtocol(hospital, scanKey.split("protocol").stream());
  const placement = createPlacement(patient);
  const anatomy = buildAnatomy(patient, phase);
  const plans = planTumors(host, options.tumorOrgans ?? tumorOrgans, controlShare);
  const { parts, tumors } = addTumors(anatomy, plans, host, phase, placement.volumeScale);
  const grid = chooseGrid(anatomy.trunk, patient, protocol, options);
  const only = options.around && findSurroundings(parts, placement, grid, options.around);
  const drawn = only && partForBlur(only, blurOf(protocol, grid.spacingMm), grid.shape);
  const drawing = renderBody(parts, placement, grid, { only: drawn, signal });
  const bodyWidthMm = 2 * anatomy.trunk.halfWidthMm * patient.scale[0];
  const { ct, noiseHu } = scanBody(drawing, protocol, bodyWidthMm, scanKey.split("noise"), { only, signal });
  return {
    ct,
    labels: toLabelMap(drawing.labels, phantomLabels),
    metadata: {
      caseId,
      caseIndex,
      patientId: `${phantomCaseId(home.name, 0).slice(0, 8)}_P${String(patientIndex).padStart(6, "0")}`,
      sex: patient.sex,
      ageYears: patient.ageYears,
      phase,
      hospital: hospital.name,
      distribution: hospital.distribution,
      seed,
      shape: grid.shape,
      spacingMm: grid.spacingMm,
      protocol,
      noiseHu,
      tumors: keepSeen(tumors, drawing.labels.data),
    },
  };
}

/** Where some labels and what is near them may lie, by the boxes of their parts; `undefined` where none meets the grid. */
function findSurroundings(
  parts: readonly Part[],
  placement: Placement,
  { shape, spacingMm, originMm }: PhantomGrid,
  { labels, marginMm }: LabelSurroundings,
): GridPart | undefined {
  const boxes = parts
    .filter(({ labelId }) => labels.includes(labelId))
    .map((part) => placement.toPatientBox(part.shape.box));
  if (boxes.length === 0) return undefined;
  const { min, max } = boxes.reduce(boxOver);
  // A voxel more on each side: the margin is rounded up to whole ones. A part is painted this far beyond its box at most.
  const beyondMm = marginMm + (spacingMm[0] + spacingMm[1]) / 2;
  const range = (axis: number) =>
    [
      Math.max(0, Math.floor((min[axis] - beyondMm - originMm[axis]) / spacingMm[axis]) - 1),
      Math.min(shape[axis] - 1, Math.ceil((max[axis] + beyondMm - originMm[axis]) / spacingMm[axis]) + 1),
    ] as const;
  const [rows, slices] = [range(1), range(2)];
  return rows[0] <= rows[1] && slices[0] <= slices[1] ? { rows, slices } : undefined;
}

/** The tumors whose label some voxel has. */
function keepSeen(tumors: readonly PhantomTumor[], labels: ArrayLike<number>): PhantomTumor[] {
  const wanted = new Set(tumors.map(({ labelId }) => labelId));
  const seen = new Set<number>();
  for (let i = 0; i < labels.length && seen.size < wanted.size; i++)
    if (wanted.has(labels[i])) seen.add(labels[i]);
  return tumors.filter(({ labelId }) => seen.has(labelId));
}

/** Lowest and highest place a scan covers, in body mm: hips to the bases of the lungs. */
const coverMm = [-292, 148] as const;

function chooseGrid(
  trunk: Trunk,
  { scale }: Patient,
  protocol: Protocol,
  options: PhantomOptions,
): PhantomGrid {
  const { spacingMm: wanted = [protocol.inPlaneMm, protocol.inPlaneMm, protocol.sliceSpacingMm], shape } =
    options;
  const spacingMm: Vec3 = typeof wanted === "number" ? [wanted, wanted, wanted] : wanted;
  requireThat(
    spacingMm.length === 3 && spacingMm.every((mm) => mm >= 0.2 && mm <= 20),
    "spacingMm",
    wanted,
    "0.2 to 20 mm along each axis",
  );
  const fieldMm = 2 * trunk.halfWidthMm * scale[0] + 24;
  const coverZ = coverMm.map((mm) => mm * scale[2]);
  const size: Vec3 = shape ?? [
    Math.ceil(fieldMm / spacingMm[0]),
    Math.ceil(fieldMm / spacingMm[1]),
    Math.ceil((coverZ[1] - coverZ[0]) / spacingMm[2]),
  ];
  requireThat(
    size.length === 3 && size.every((n) => Number.isInteger(n) && n >= 8 && n <= 2048),
    "shape",
    shape,
    "three whole numbers from 8 to 2048",
  );
  const middle = [0, ((trunk.frontMm + trunk.backMm) / 2) * scale[1] - 6, (coverZ[0] + coverZ[1]) / 2];
  const origin = middle.map((mm, axis) => mm - ((size[axis] - 1) / 2) * spacingMm[axis]);
  return { shape: size, spacingMm, originMm: [origin[0], origin[1], origin[2]] };
}
