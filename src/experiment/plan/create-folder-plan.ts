import { type TumorOrgan, tumorOrgans } from "../../anatomy/organs.js";
import { canonicalNames } from "../../anatomy/structures.js";
import { requireThat } from "../../core/errors.js";
import type { RunOptions } from "../../core/progress.js";
import type { FolderLayout } from "../../data/layouts.js";
import type { GivenSplit } from "../../data/split/read-split.js";
import type { ReadingChoice } from "../../formats/read.js";
import { basename, resolve } from "../../platform/paths.js";
import { listHosts } from "../../synthesis/host-scans.js";
import { hostsPerReal, type PlanArm } from "./arms.js";
import { describePatients, requireListed } from "./check-patients.js";
import { checkPlan } from "./check-plan.js";
import { createPlan } from "./create-plan.js";
import { divideScans, requireTestPatients, requireTrainingPatients } from "./divide-scans.js";
import type { FolderScans, FolderTest } from "./folder-scans.js";
import type { FolderPlan, PlanOrgan, PlanScale } from "./plan.js";
import { requireApart, requireOwnScans } from "./require-apart.js";
import { type SurveyedFolder, type SurveyedScan, surveyScans } from "./survey-scans.js";

/** A folder of scans with their labels, in any layout that `findCohort` knows. */
export interface ScanFolder {
  folder: string;
  /**
   * A table of the scans, see `readCohortMetadata`, with a line for each that is used; default the folder's `metadata.csv`,
   * where there is one, which may lack some. A scan whose patient is not told counts as a patient of its own, and is noted.
   */
  metadata?: string;
  /** Structure by label value; default what the folder says of them, see `findLabelScheme`. */
  names?: Readonly<Record<number, string>>;
  layout?: FolderLayout;
  /** How each scan is read: which DICOM series, which volume, and what becomes of irregular slices. */
  reading?: ReadingChoice;
}

/** How an experiment on folders of scans is planned. */
export interface FolderPlanOptions extends RunOptions {
  /** Whose scans are trained on, but for the patients that the test in distribution holds back. */
  scans: ScanFolder;
  /** Scans of elsewhere, all for the test out of distribution; default none and no such test. */
  ood?: ScanFolder;
  /** Default those of the scale's preset. */
  organs?: readonly TumorOrgan[];
  /** Sizes of the subsets of each organ, rising; default those of the preset. */
  sizes?: readonly number[];
  /** Names of the preset's arms that are wanted; default all. Without healthy organs there is `real` alone. */
  arms?: readonly string[];
  /** Share of the patients held back, above 0 to below 1; default 0.2. */
  testShare?: number;
  /** Another seed holds other patients back; default 0. */
  seed?: number;
  /** Who is trained on and who is held back, in place of a share. */
  split?: GivenSplit;
  /** Threads that look at the scans; default 1. */
  workers?: number;
  /** Why the test out of distribution counts although it shares scans with the first folder, or may. */
  acknowledgement?: string;
}

/** A plan, and what was noticed while it was made. */
export interface FolderPlanReport {
  plan: FolderPlan;
  /** A sentence each: scans left out and why, numbers that cannot be HU, scans whose patient nothing tells. */
  notes: string[];
}

/**
 * Plans the experiment of a scale on folders of scans: every scan is looked at once, the patients of the first folder are
 * divided into training and test, and the plan keeps which scan is for what, with its sha256. In the mixed arm synthetic
 * tumors go into the organs that the training scans show healthy. What else the preset says (arms, seeds, recipe, margin,
 * controls) is kept. See `ScanSource` for what a folder cannot give.
 *
 * The same files and options give the same plan.
 *
 * @throws LabError where a folder cannot be read or has too few patients for an organ, a name is unknown, or training and
 *   test share a scan or may, or a table that was named lacks a scan that is used.
 */
export async function createFolderPlan(
  scale: PlanScale,
  options: FolderPlanOptions,
): Promise<FolderPlanReport> {
  const preset = createPlan(scale);
  const organs = chooseOrgans(preset.organs, options);
  const arms = chooseArms(preset.arms, organs, options);
  const needsHosts = arms.some((arm) => hostsPerReal(arm) > 0);
  const notes: string[] = [];
  const home = await openFolder(options.scans, options, notes);
  const away = options.ood && (await openFolder(options.ood, options, notes));
  requireThat(
    home.folder !== away?.folder,
    "folder out of distribution",
    away?.folder,
    "another folder than the training's",
  );
  const { training, test } = divideScans(home, organs, options, notes);
  requireListed(home, [...training, ...test]);
  if (away) requireListed(away, away.surveyed);
  requireTrainingPatients(home, training, organs, needsHosts);
  requireTestPatients(home, test, organs);
  requireOwnScans(home.folder, training, test);
  const controlsOf = (distribution: "in" | "out"): { controls?: number } => {
    const { controls } = preset.tests.find((each) => each.distribution === distribution) ?? {};
    return controls === undefined ? {} : { controls };
  };
  const toSet = ({ folder, names }: SurveyedFolder, surveyed: readonly SurveyedScan[]): FolderScans => ({
    folder,
    names,
    scans: surveyed.map(({ scan }) => scan),
  });
  const tests: FolderTest[] = [{ name: "ID", distribution: "in", ...toSet(home, test), ...controlsOf("in") }];
  if (away) {
    requireTestPatients(away, away.surveyed, organs);
    const { acknowledgement } = await requireApart(home, away, options.acknowledgement);
    const out = {
      name: "OOD",
      distribution: "out",
      ...toSet(away, away.surveyed),
      ...controlsOf("out"),
    } as const;
    tests.push(acknowledgement === undefined ? out : { ...out, acknowledgement });
  }
  for (const { scan, sizes, patientsOf } of preset.tests) {
    const root = tests.find(({ name }) => name === patientsOf);
    if (scan === "whole" && root && tests.every(({ name }) => name !== `${root.name} whole`))
      tests.push({ ...root, name: `${root.name} whole`, scan, sizes, patientsOf: root.name });
  }
  const { marginMm } = preset.cohort;
  const cohort = { ...toSet(home, training), marginMm };
  const name = `${basename(home.folder)}-${scale}`;
  const plan: FolderPlan = { ...preset, name, cohort, organs, arms, tests };
  checkPlan(plan);
  return { plan, notes };
}

/** The organs asked for, with their sizes: those of the preset for that organ, else for its first one. */
function chooseOrgans(preset: readonly PlanOrgan[], { organs, sizes }: FolderPlanOptions): PlanOrgan[] {
  const wanted = organs ?? preset.map(({ organ }) => organ);
  const unknown = wanted.find((organ) => !tumorOrgans.includes(organ));
  requireThat(unknown === undefined, "organs", unknown, `some of ${tumorOrgans.join(", ")}`);
  return wanted.map((organ) => {
    const known = preset.find((each) => each.organ === organ) ?? { ...preset[0], organ };
    return sizes ? { ...known, sizes: [...sizes] } : known;
  });
}

/** Names of the arms of a scale's preset that folders of scans can have. Throws a LabError for an unknown scale. */
export function listFolderArms(scale: PlanScale): string[] {
  return possibleArms(createPlan(scale).arms).map(({ name }) => name);
}

function possibleArms(preset: readonly PlanArm[]): PlanArm[] {
  return preset.filter(({ tumorsOf }) => tumorsOf !== "phantom");
}

/** The arms asked for, without those of phantoms; sizes and seeds of their own are kept where the organs have them. */
function chooseArms(
  preset: readonly PlanArm[],
  organs: readonly PlanOrgan[],
  { arms }: FolderPlanOptions,
): PlanArm[] {
  const possible = possibleArms(preset);
  const known = possible.map(({ name }) => name);
  const stranger = arms?.find((name) => !known.includes(name));
  requireThat(stranger === undefined, "arms", stranger, `some of ${known.join(", ")}`);
  const sizes = organs.flatMap((organ) => organ.sizes);
  return possible
    .filter(({ name }) => arms?.includes(name) ?? true)
    .map(({ sizes: own, ...arm }) => {
      const kept = own?.filter((size) => sizes.includes(size)) ?? [];
      return kept.length > 0 ? { ...arm, sizes: kept } : arm;
    });
}

/** Lists a folder and looks at each of its scans; those that cannot be used are noted. */
async function openFolder(
  { folder: given, ...how }: ScanFolder,
  { workers = 1, progress, signal }: FolderPlanOptions,
  notes: string[],
): Promise<SurveyedFolder> {
  const folder = resolve(given);
  const { candidates, failed, table } = await listHosts(folder, how);
  const survey = await surveyScans(folder, candidates, workers, { progress, signal });
  for (const { case: name, reason } of [...failed, ...survey.failed])
    notes.push(`${folder}: ${name} is left out: ${reason}`);
  const surveyed = survey.surveyed.filter(({ scan }) => scan.tumors.length + scan.healthy.length > 0);
  const without = survey.surveyed.length - surveyed.length;
  if (without > 0)
    notes.push(
      `${folder}: ${without} scans are left out: none of the organs that get tumors is there and known to be healthy`,
    );
  for (const { doubt } of surveyed) if (doubt !== undefined) notes.push(doubt);
  requireThat(
    surveyed.length > 0,
    folder,
    "no scan that can be used",
    "scans whose labels show an organ with tumors or without",
    notes[0],
  );
  const found = {
    folder,
    names: canonicalNames(candidates[0].files.names),
    ...(table === undefined ? {} : { table: { path: table, isGiven: how.metadata !== undefined } }),
    surveyed,
  };
  notes.push(...describePatients(found));
  return found;
}
