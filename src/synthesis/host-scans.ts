import { type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { describeLabels } from "../anatomy/structures.js";
import { requireThat } from "../core/errors.js";
import { isThere } from "../core/files.js";
import { labelsInUse, voxelVolumeMl } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { undecidedAdvice } from "../data/dicom-folder.js";
import { findCohortScheme } from "../data/label-scheme.js";
import { type CohortCase, describeLayout, findCohort, type FolderLayout } from "../data/layouts.js";
import { type CaseFacts, readCohortMetadata } from "../data/metadata.js";
import type { ReadingChoice } from "../formats/read.js";
import { join } from "../platform/paths.js";
import { largestShare, ballVolumeMl, nominalRadiusMm } from "../tumor/size.js";
import type { ScanPhase } from "../tumor/synthesizer.js";
import type { HostScan } from "./plan.js";
import { type HostFiles, readHostLabels } from "./synthetic-case.js";

/** A scan of a cohort that may become a host, before its labels are looked at. */
export interface HostCandidate {
  case: string;
  files: HostFiles;
  facts?: CaseFacts;
}

/** A host with its files. */
export interface SurveyedHost extends HostScan {
  files: HostFiles;
}

/**
 * Lists the scans of a cohort folder with what a table says of them.
 *
 * @returns candidates, the cases that lack image or labels, and the path of the table where there is one.
 * @throws LabError where nothing says what the label values mean, or a table that was named has none of the cases.
 */
export async function listHosts(
  folder: string,
  {
    names,
    layout,
    metadata,
    reading,
  }: {
    /** Structure by label value; default what the folder says of them, see `findLabelScheme`. */
    names?: Readonly<Record<number, string>>;
    /** Default the one that the files show. */
    layout?: FolderLayout;
    /** The table; default the folder's `metadata.csv`, where there is one. */
    metadata?: string;
    /** How each scan is read, for its files. */
    reading?: ReadingChoice;
  } = {},
): Promise<{ candidates: HostCandidate[]; failed: { case: string; reason: string }[]; table?: string }> {
  const cohort = await findCohort(folder, layout, undefined, reading ? { reading } : {});
  const table = metadata ?? join(folder, "metadata.csv");
  const isGiven = metadata !== undefined || (await isThere(table));
  const facts = isGiven ? await readCohortMetadata(table) : undefined;
  requireThat(
    metadata === undefined || cohort.cases.some((each) => facts?.has(each.case)),
    table,
    [...(facts?.keys() ?? [])].slice(0, 3),
    `cases of ${folder}, such as ${cohort.cases[0].case}`,
  );
  const { names: labelNames } = await findCohortScheme(cohort, names ? { names } : {});
  const candidates: HostCandidate[] = [];
  const failed: { case: string; reason: string }[] = [];
  for (const found of cohort.cases) {
    const files = filesOf(found, labelNames, reading);
    const known = facts?.get(found.case);
    if (files) candidates.push({ case: found.case, files, ...(known ? { facts: known } : {}) });
    else
      failed.push({
        case: found.case,
        reason: found.undecided
          ? `${found.undecided.found}, expected ${found.undecided.expected}. ${undecidedAdvice}`
          : `no image or no labels, expected ${describeLayout(cohort.layout)}`,
      });
  }
  requireThat(candidates.length > 0, folder, "no case with image and labels", describeLayout(cohort.layout));
  return { candidates, failed, ...(isGiven ? { table } : {}) };
}

function filesOf(
  { image, labels, masks }: CohortCase,
  names: HostFiles["names"],
  reading: ReadingChoice | undefined,
): HostFiles | undefined {
  const found = labels ?? masks;
  return image && found ? { ct: image, labels: found, names, ...(reading ? { reading } : {}) } : undefined;
}

/**
 * Looks at the labels of a candidate: an organ is healthy where it is large enough for a tiny lesion, no voxel has its
 * lesion's label and the metadata tell of no tumor in it. A scan that the metadata call a tumor scan without saying of
 * which organ, and whose labels show none, has no healthy organ: its tumor may be anywhere.
 */
export async function surveyHost(candidate: HostCandidate): Promise<SurveyedHost> {
  const { files, facts } = candidate;
  const labels = await readHostLabels(files);
  const phase = phaseOf(facts?.phase);
  return {
    case: candidate.case,
    ...(facts?.patient === undefined ? {} : { patient: facts.patient }),
    ...(phase ? { phase } : {}),
    healthyOrgans: findHealthyOrgans(labels, facts),
    openOrgans: findOpenOrgans(labels, facts),
    files,
  };
}

/** Organs of a label map that are large enough for a tiny lesion, whether they show one or not. */
export function findHostOrgans(labels: LabelMap): TumorOrgan[] {
  const counts = new Float64Array(65536);
  for (let i = 0; i < labels.data.length; i++) counts[labels.data[i]]++;
  const voxelMl = voxelVolumeMl(labels);
  const structures = describeLabels(labels.names);
  return tumorOrgans.filter((organ) => {
    const voxels = structures.reduce((sum, each) => sum + (each.organ === organ ? counts[each.value] : 0), 0);
    return voxels * voxelMl * largestShare[organ] >= ballVolumeMl(nominalRadiusMm.tiny);
  });
}

/**
 * The first of several scans that a lesion of an organ can be put into: it is in HU, and the organ is labelled and large
 * enough (see `findHostOrgans`).
 *
 * @param scans such as one's own, and a phantom that lends what that lacks.
 * @throws LabError where none has the organ.
 */
export function chooseHost<S extends { labels: LabelMap; isHu?: boolean }>(
  organ: TumorOrgan,
  scans: readonly S[],
): S {
  const found = scans.find(({ labels, isHu = true }) => isHu && findHostOrgans(labels).includes(organ));
  requireThat(
    found !== undefined,
    organ,
    `none of ${scans.length} scans has room for a lesion in it`,
    "a scan in HU whose labels have it",
    "",
    "does-not-fit",
  );
  return found;
}

/**
 * Organs that may take a lesion beside those they have: healthy ones, and those whose own lesions are labelled. One whose
 * tumor only the metadata tell of is none, since nobody knows where it is.
 */
function findOpenOrgans(labels: LabelMap, facts?: Pick<CaseFacts, "tumor" | "tumors">): TumorOrgan[] {
  const [healthy, withLesion] = [findHealthyOrgans(labels, facts), findTumorOrgans(labels)];
  return findHostOrgans(labels).filter((organ) => healthy.includes(organ) || withLesion.includes(organ));
}

/** Organs of a label map that show no lesion; see `surveyHost`. */
export function findHealthyOrgans(
  labels: LabelMap,
  facts?: Pick<CaseFacts, "tumor" | "tumors">,
): TumorOrgan[] {
  const withLesion = new Set(findTumorOrgans(labels));
  const told = facts ? tumorOrgans.filter((organ) => facts.tumors[organ] === true) : [];
  if (facts?.tumor === true && told.length === 0 && withLesion.size === 0) return [];
  return findHostOrgans(labels).filter((organ) => !withLesion.has(organ) && !told.includes(organ));
}

/** Organs whose lesions some voxel of a label map is, in the order of {@link tumorOrgans}. */
export function findTumorOrgans(labels: LabelMap): TumorOrgan[] {
  const present = labelsInUse(labels.data);
  const found = describeLabels(labels.names).flatMap(({ value, lesionOf }) =>
    lesionOf && present[value] === 1 ? [lesionOf] : [],
  );
  return tumorOrgans.filter((organ) => found.includes(organ));
}

/** The phase of contrast that a table tells of in words; `undefined` for other words and none. */
export function phaseOf(text: string | undefined): ScanPhase | undefined {
  if (text === undefined) return undefined;
  if (/art/i.test(text)) return "arterial";
  if (/ven|portal/i.test(text)) return "venous";
  return /plain|native|non[ -]?contrast/i.test(text) ? "plain" : undefined;
}
