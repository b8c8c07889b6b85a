import type { TumorOrgan } from "../anatomy/organs.js";
import { readCodeState } from "../core/code-state.js";
import { requireThat } from "../core/errors.js";
import type { RunOptions } from "../core/progress.js";
import { sweepTemporary, temporaryBeside } from "../core/temporary.js";
import type { LabelMap, Scale, Volume } from "../core/types.js";
import { readLabelMap, readVolume } from "../formats/read.js";
import { mkdir, rename, rm } from "../platform/files.js";
import { locateBuilt, locateCache } from "../platform/locations.js";
import { dirname, join } from "../platform/paths.js";
import { findHospital } from "./hospitals.js";
import { phantomCaseId, phantomLabels, type PhantomMetadata, type PhantomOptions } from "./make-case.js";
import type { PhantomPhase } from "./patient.js";
import { readPhantomMetadata, writePhantomCase } from "./write-case.js";

/** How a small cohort of phantoms is made; every field may be left out. */
export interface PhantomCohortOptions extends RunOptions {
  /** Names of presets in {@link hospitals}; default `reference` and `low-dose`. */
  hospitals?: readonly string[];
  /** Scans of each hospital; default 3. */
  cases?: number;
  /** `tiny`: voxels of 6 mm; `small` (default): 3 mm; `paper`: each hospital's own, about 0.8 mm. */
  scale?: Scale;
  /** Other seeds are other patients; default 1. */
  seed?: number;
  /** Organs tumors may be in; default all six. */
  tumorOrgans?: readonly TumorOrgan[];
  /** Share of patients without tumor, 0 to 1; default 0.5. */
  controlShare?: number;
  /** Where the scans are written; default a folder of this cohort's own inside the project, which git passes over. */
  folder?: string;
}

/** A scan of a phantom cohort. */
export interface PhantomScan {
  /** Hospital, phase and tumor in words. */
  name: string;
  /** HU. */
  ct: Volume;
  labels: LabelMap;
  phase: PhantomPhase;
  metadata: PhantomMetadata;
}

/** A cohort of phantoms on disk and in memory. */
export interface PhantomCohort {
  /** Holds the cases as AbdomenAtlas lays them out. */
  folder: string;
  /** In the order of their names. */
  scans: PhantomScan[];
}

const spacingOf: Readonly<Record<Scale, number | undefined>> = { tiny: 6, small: 3, paper: undefined };

/**
 * A small cohort of phantom patients of one or more hospitals: made and written as {@link writePhantomCase} does it, then
 * read from disk as any cohort would be. Scans that are there already are kept, so that a second call only reads. Several
 * processes may ask for the same cohort at once.
 *
 * @throws LabError for a hospital there is none of, a number of cases below 1, or a folder that cannot be written or holds
 *   these cases of another cohort.
 */
export async function openPhantomCohort(options: PhantomCohortOptions = {}): Promise<PhantomCohort> {
  const { hospitals = ["reference", "low-dose"], cases = 3, scale = "small", seed = 1 } = options;
  const { progress, signal, tumorOrgans, controlShare = 0.5 } = options;
  requireThat(Number.isInteger(cases) && cases >= 1, "cases", cases, "a whole number from 1");
  requireThat(hospitals.length > 0, "hospitals", hospitals, "at least one");
  const names = hospitals.map((name) => findHospital(name).name);
  const folder =
    options.folder ?? (await defaultFolder([scale, seed, controlShare, ...(tumorOrgans ?? ["all"])]));
  const plans = names.flatMap((hospital) =>
    Array.from({ length: cases }, (_, index): [number, PhantomOptions] => [
      index,
      { seed, hospital, spacingMm: spacingOf[scale], tumorOrgans, controlShare, signal },
    ]),
  );
  await mkdir(folder, { recursive: true });
  for (const [done, [index, plan]] of plans.entries()) {
    progress?.({ done, total: plans.length, label: phantomCaseId(plan.hospital!, index) });
    await makeCase(folder, index, plan);
  }
  progress?.({ done: plans.length, total: plans.length });
  const wanted = new Set(plans.map(([index, { hospital }]) => phantomCaseId(hospital!, index)));
  const metadata = (await readPhantomMetadata(folder)).filter(({ caseId }) => wanted.has(caseId));
  return { folder, scans: await Promise.all(metadata.map((each) => readScan(folder, each))) };
}

/** Makes a case apart and moves it into place, so that another process at the same work is not in its way. */
async function makeCase(folder: string, index: number, plan: PhantomOptions): Promise<void> {
  const caseId = phantomCaseId(plan.hospital!, index);
  const known = await readPhantomMetadata(folder);
  if (!known.some((each) => each.caseId === caseId)) {
    const apart = temporaryBeside(join(dirname(folder), ".making"));
    await sweepTemporary(apart);
    await mkdir(apart);
    try {
      await writePhantomCase(apart, index, plan);
      // The other process may have been faster: its case is the same, and the check below reads it.
      await rename(join(apart, caseId), join(folder, caseId)).catch(() => undefined);
    } finally {
      await rm(apart, { recursive: true, force: true });
    }
  }
  await writePhantomCase(folder, index, plan);
}

async function readScan(folder: string, metadata: PhantomMetadata): Promise<PhantomScan> {
  const path = join(folder, metadata.caseId);
  const [ct, labels] = await Promise.all([
    readVolume(join(path, "ct.nii.gz")),
    readLabelMap(join(path, "combined_labels.nii.gz"), { names: phantomLabels }),
  ]);
  const { hospital, caseIndex, phase, tumors } = metadata;
  const organs = [...new Set(tumors.map(({ organ }) => organ))];
  const finding = organs.length === 0 ? "no tumor" : `${organs.join(", ")} tumor`;
  return { name: `${hospital} ${caseIndex + 1}, ${phase}, ${finding}`, ct, labels, phase, metadata };
}

/**
 * A folder for each cohort and each state of the code that draws it: phantoms of an older state would not be the ones a
 * reader expects.
 */
async function defaultFolder(parts: readonly (string | number)[]): Promise<string> {
  return locateCache("phantoms", [...parts, await readCodeState([locateBuilt("phantomCode")])].join("-"));
}
