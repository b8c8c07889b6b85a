import type { TumorOrgan } from "../../anatomy/organs.js";
import { readCodeState } from "../../core/code-state.js";
import { LabError } from "../../core/errors.js";
import { writeFileWhole } from "../../core/files.js";
import type { LabelMap } from "../../core/types.js";
import { readLabelMap, readVolume } from "../../nifti/read.js";
import { writeVolume } from "../../nifti/write.js";
import { createPhantomCase, phantomLabels } from "../../phantom/make-case.js";
import { stat } from "../../platform/files.js";
import { sha256 } from "../../platform/hash.js";
import { locateBuilt } from "../../platform/locations.js";
import { join } from "../../platform/paths.js";
import { makePlannedCase, type PlannedLesion } from "../../synthesis/plan.js";
import { readPreparedCase, writePreparedCase } from "../../training/case-bank.js";
import { type LabelledScan, prepareCase, type PreparedCase } from "../../training/prepared-case.js";
import { findSynthesizer } from "../../tumor/synthesizers.js";
import { boundingBox, crop } from "../../volume/crop.js";
import type { PatientScan } from "../plan/patients.js";
import { canonicalJson, type ExperimentPlan, recipeOf } from "../plan/plan.js";

/** A case of an experiment on disk, ready to be learned from. */
export interface StoredCase {
  path: string;
  prepared: PreparedCase;
}

/**
 * The scans of a plan in a folder. Each is made when it is first asked for and kept under the sha256 of all that decides
 * it, written whole: any number of processes may share the folder, at worst one does what another has just done.
 */
export interface ScanStore {
  /** The scan of a patient with a tumor in the organ, cut to the organ; `undefined` where it shows no tumor. */
  openTumor(organ: TumorOrgan, patient: PatientScan): Promise<StoredCase | undefined>;
  /** The scan of a patient without tumor, cut to the organ; `undefined` where it shows no such organ. */
  openControl(organ: TumorOrgan, patient: PatientScan): Promise<StoredCase | undefined>;
  /** A lesion put into the scan of a patient without one; `undefined` where it does not fit. */
  openSynthetic(organ: TumorOrgan, host: PatientScan, lesion: PlannedLesion): Promise<StoredCase | undefined>;
  /** Makes the whole scan of a patient without tumor, for the two above. */
  prepareHealthy(patient: PatientScan): Promise<void>;
}

/** Whole scans kept in memory at most, as several lesions go into each. */
const mostHeld = 8;

/** Code that decides a scan; lesions put in have a version of their own. */
const decidingCode = ["phantomCode", "volumeCode", "preparedCaseCode", "scanStoreCode"] as const;

/** Opens the store of a plan's scans; the folder is made when the first is written. */
export async function openScanStore(plan: ExperimentPlan, folder: string): Promise<ScanStore> {
  const { shape, spacingMm, marginMm } = plan.cohort;
  const code = await readCodeState(decidingCode.map(locateBuilt));
  const held = new Map<string, Promise<LabelledScan>>();

  const drawScan = ({ name, patient, caseIndex, hospital, seed }: PatientScan, organ?: TumorOrgan) => {
    const tumors = organ ? { controlShare: 0, tumorOrgans: [organ] } : { controlShare: 1 };
    const { ct, labels } = createPhantomCase(caseIndex, { hospital, seed, shape, spacingMm, ...tumors });
    return { name, patient, ct, labels };
  };
  const pathOf = (parts: unknown): string =>
    join(folder, sha256(canonicalJson({ code, parts })).slice(0, 32));

  const openHealthy = (patient: PatientScan): Promise<LabelledScan> => {
    const found = held.get(patient.name) ?? readHealthy(patient);
    held.delete(patient.name);
    held.set(patient.name, found);
    for (const oldest of held.keys()) {
      if (held.size <= mostHeld) break;
      held.delete(oldest);
    }
    return found;
  };
  const healthyPath = ({ hospital, seed, caseIndex }: PatientScan): string =>
    pathOf({ hospital, seed, caseIndex, shape, spacingMm, kind: "healthy" });
  const readHealthy = async (patient: PatientScan): Promise<LabelledScan> => {
    const path = healthyPath(patient);
    await prepareHealthy(patient);
    const [ct, labels] = await Promise.all([
      readVolume(`${path}.ct.nii.gz`),
      readLabelMap(`${path}.labels.nii.gz`, { names: phantomLabels }),
    ]);
    return { name: patient.name, patient: patient.patient, ct, labels };
  };
  const prepareHealthy = async (patient: PatientScan): Promise<void> => {
    const path = healthyPath(patient);
    // The labels are written last.
    if (await isThere(`${path}.labels.nii.gz`)) return;
    const { ct, labels } = drawScan(patient);
    await writeVolume(`${path}.ct.nii.gz`, ct);
    await writeVolume(`${path}.labels.nii.gz`, labels);
  };

  /** A prepared case by what decides it; that there is none is kept too. */
  const keep = async (
    organ: TumorOrgan,
    parts: Record<string, unknown>,
    make: () => Promise<LabelledScan | undefined>,
  ): Promise<StoredCase | undefined> => {
    const recipe = recipeOf(plan, organ);
    const { targets, windowHu, spacingMm: to } = recipe;
    const path = pathOf({ organ, shape, spacingMm, marginMm, targets, windowHu, to, ...parts });
    const file = `${path}.case`;
    if (await isThere(file)) return { path: file, prepared: readPreparedCase(file).prepared };
    if (await isThere(`${path}.none`)) return undefined;
    const scan = await make();
    const cut =
      scan &&
      cropToOrgan(
        scan,
        recipe.targets.flatMap(({ structures }) => structures),
        marginMm,
      );
    const prepared = cut && prepareCase(cut, recipe);
    if (prepared && (parts.kind === "control" || prepared.voxelsOfClass[1].length > 0)) {
      await writePreparedCase(file, prepared, "experiment");
      return { path: file, prepared };
    }
    await writeFileWhole(`${path}.none`, []);
    return undefined;
  };

  const place = ({ hospital, seed, caseIndex }: PatientScan) => ({ hospital, seed, caseIndex });
  return {
    prepareHealthy,
    openTumor: (organ, patient) =>
      keep(organ, { kind: "tumor", ...place(patient) }, () => Promise.resolve(drawScan(patient, organ))),
    openControl: (organ, patient) =>
      keep(organ, { kind: "control", ...place(patient) }, () => openHealthy(patient)),
    openSynthetic(organ, host, lesion) {
      const { version } = findSynthesizer(lesion.method);
      return keep(organ, { kind: "synthetic", ...place(host), lesion, version }, async () => {
        const scan = await openHealthy(host);
        try {
          const { ct, labels } = await makePlannedCase(lesion, scan);
          return { name: lesion.name, patient: host.patient, ct, labels };
        } catch (error) {
          // An organ that is too small or outside the scan; another lesion takes its turn.
          if (error instanceof LabError) return undefined;
          throw error;
        }
      });
    },
  };
}

/** A scan cut to the box of some structures with a margin; `undefined` where it has none of them. */
function cropToOrgan(
  scan: LabelledScan,
  structures: readonly string[],
  marginMm: number,
): LabelledScan | undefined {
  const { labels } = scan;
  const wanted = new Uint8Array(65536);
  for (const [value, name] of Object.entries(labels.names))
    if (structures.includes(name)) wanted[Number(value)] = 1;
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) data[i] = wanted[labels.data[i]];
  const box = boundingBox({ ...labels, data }, marginMm);
  return box && { ...scan, ct: crop(scan.ct, box), labels: crop<LabelMap>(labels, box) };
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
