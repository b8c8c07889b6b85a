import { type TargetClass, valuesOfClasses } from "../../../anatomy/label-classes.js";
import type { TumorOrgan } from "../../../anatomy/organs.js";
import { readCodeState } from "../../../core/code-state.js";
import { isKind } from "../../../core/errors.js";
import { isThere, readJson, writeFileWhole } from "../../../core/files.js";
import { countVoxels } from "../../../core/grid.js";
import { sweepTemporary, temporaryBeside } from "../../../core/temporary.js";
import type { LabelMap } from "../../../core/types.js";
import { readLabelMap, readVolume } from "../../../formats/read.js";
import { saveModel, type TrainedModel } from "../../../model/store.js";
import { writeVolume } from "../../../nifti/write.js";
import { phantomLabels } from "../../../phantom/make-case.js";
import { encodeText } from "../../../platform/bytes.js";
import { rename, rm } from "../../../platform/files.js";
import { sha256 } from "../../../platform/hash.js";
import { locateBuilt } from "../../../platform/locations.js";
import { join } from "../../../platform/paths.js";
import { type LesionVariety, makeVariedCase } from "../../../synthesis/lesion-variety.js";
import type { PlannedLesion } from "../../../synthesis/plan.js";
import { writePreparedCase } from "../../../training/case-bank.js";
import { type LabelledScan, prepareCase } from "../../../training/prepared-case.js";
import type { TrainedSynthesizer } from "../../../tumor/synthesizer.js";
import { findSynthesizer } from "../../../tumor/synthesizers.js";
import { boundingBox, crop } from "../../../volume/crop.js";
import { canonicalJson, type ExperimentPlan, trainingConfigOf } from "../../plan/plan.js";
import type { ScanExtent } from "../../plan/tests.js";
import { readFolderScan } from "./folder-source.js";
import type { ExperimentScan } from "./open-source.js";
import { drawPhantomScan, type PhantomScan } from "./phantom-source.js";
import { countTumorVoxels, describePreparation, readStoredCase, type StoredCase } from "./stored-case.js";

/** A healthy scan cut to its organ, in HU, for tumors that are drawn while a network learns. */
export interface HostFiles extends HostFacts {
  /** Paths of the scan and its labels. */
  ct: string;
  labels: string;
}

interface HostFacts {
  name: string;
  patient: string;
  phase?: PlannedLesion["phase"];
  labelNames: Readonly<Record<number, string>>;
}

/**
 * The scans of a plan in a folder. Each is made when it is first asked for and kept under the sha256 of all that decides
 * it, written whole: any number of processes may share the folder, at worst one does what another has just done.
 */
export interface ScanStore {
  /** The scan of a patient with a tumor in the organ, cut to the organ or whole; `undefined` where it shows no tumor. */
  openTumor(organ: TumorOrgan, scan: ExperimentScan, extent?: ScanExtent): Promise<StoredCase | undefined>;
  /** The scan of a patient without tumor, cut to the organ or whole; `undefined` where it shows no such organ. */
  openControl(organ: TumorOrgan, scan: ExperimentScan, extent?: ScanExtent): Promise<StoredCase | undefined>;
  /** A lesion, or the lesions that variety makes of it, put into the scan of a patient without one; `undefined` where none fits. */
  openSynthetic(
    organ: TumorOrgan,
    host: ExperimentScan,
    lesion: PlannedLesion,
    variety?: LesionVariety,
    trained?: TrainedSynthesizer,
  ): Promise<StoredCase | undefined>;
  /** Folder of a generator, by all that decides it beside the code; trained when it is first asked for. */
  openGenerator(
    parts: Readonly<Record<string, unknown>>,
    train: () => Promise<TrainedModel>,
  ): Promise<string>;
  /** The scan of a patient without tumor as a host, cut to the organ; `undefined` where it shows no such organ. */
  openHost(organ: TumorOrgan, scan: ExperimentScan): Promise<HostFiles | undefined>;
  /** Makes the whole scan of a patient without tumor, for the three above; one of a folder is there already. */
  prepareHealthy(scan: ExperimentScan): Promise<void>;
}

/** Whole scans kept in memory at most, as several lesions go into each: so many, and so many bytes but for the last. */
const maxHeld = 8;
const maxHeldBytes = 2 ** 30;

/** Code that decides a scan; lesions put in have a version of their own. */
const decidingCode = ["phantomCode", "volumeCode", "preparedCaseCode", "experimentScansCode"] as const;

/** Code that decides a generator. */
const learningCode = ["generatorCode", "denoiserCode", "samplerCode", "learnerCode"] as const;

/** What names of files in a store begin with: eight digits of the code that decides a scan. Others are of other code. */
export function readScansCode(): Promise<string> {
  return readCodeState(decidingCode.map(locateBuilt));
}

/** Opens the store of a plan's scans; the folder is made when the first is written. */
export async function openScanStore(plan: ExperimentPlan, folder: string): Promise<ScanStore> {
  const { marginMm } = plan.cohort;
  const code = await readScansCode();
  const held = new Map<string, { scan: Promise<LabelledScan>; bytes: number }>();
  const pathOf = (parts: unknown): string =>
    join(folder, `${code}-${sha256(canonicalJson(parts)).slice(0, 32)}`);

  const openHealthy = async (scan: ExperimentScan): Promise<LabelledScan> => {
    const key = canonicalJson(describeScan(scan));
    const entry = held.get(key) ?? { scan: readHealthy(scan), bytes: 0 };
    held.delete(key);
    held.set(key, entry);
    const found = await entry.scan;
    entry.bytes = found.ct.data.byteLength + found.labels.data.byteLength;
    let bytes = [...held.values()].reduce((sum, each) => sum + each.bytes, 0);
    for (const [oldest, each] of held) {
      if (held.size === 1 || (held.size <= maxHeld && bytes <= maxHeldBytes)) break;
      held.delete(oldest);
      bytes -= each.bytes;
    }
    return found;
  };
  const healthyPath = (scan: PhantomScan): string => pathOf({ ...describeScan(scan), kind: "healthy" });
  const readHealthy = async (scan: ExperimentScan): Promise<LabelledScan> => {
    if (scan.kind === "folder") return readFolderScan(scan);
    const path = healthyPath(scan);
    await prepareHealthy(scan);
    const [ct, labels] = await Promise.all([
      readVolume(`${path}.ct.nii.gz`),
      readLabelMap(`${path}.labels.nii.gz`, { names: phantomLabels }),
    ]);
    return { name: scan.name, patient: scan.patient, ct, labels };
  };
  const prepareHealthy = async (scan: ExperimentScan): Promise<void> => {
    if (scan.kind === "folder") return;
    const path = healthyPath(scan);
    // The labels are written last.
    if (await isThere(`${path}.labels.nii.gz`)) return;
    const { ct, labels } = drawPhantomScan(scan);
    await writeVolume(`${path}.ct.nii.gz`, ct);
    await writeVolume(`${path}.labels.nii.gz`, labels);
  };

  /** A prepared case by what decides it; that there is none is kept too. */
  const keep = async (
    organ: TumorOrgan,
    parts: Record<string, unknown>,
    make: () => Promise<LabelledScan | undefined>,
    extent: ScanExtent = "crop",
  ): Promise<StoredCase | undefined> => {
    const recipe = trainingConfigOf(plan, organ);
    const { targets, windowHu, spacingMm: to } = recipe;
    const path = pathOf({ organ, marginMm, targets, windowHu, to, extent, ...parts });
    const file = `${path}.case`;
    if (await isThere(file)) return readStoredCase(file);
    if (await isThere(`${path}.none`)) return undefined;
    const scan = await make();
    const cut = scan && cropToClasses(scan, targets, marginMm);
    const prepared = cut && prepareCase(extent === "whole" ? scan : cut, recipe);
    if (prepared && (parts.kind === "control" || prepared.voxelsOfClass[1].length > 0)) {
      const seenShare = extent === "whole" ? 1 : countVoxels(cut.ct.shape) / countVoxels(scan.ct.shape);
      const facts = { tumorVoxels: countTumorVoxels(prepared.labels), seenShare };
      await writePreparedCase(file, prepared, describePreparation(facts));
      return readStoredCase(file);
    }
    await writeFileWhole(`${path}.none`, []);
    return undefined;
  };

  return {
    prepareHealthy,
    openTumor: (organ, scan, extent) =>
      keep(
        organ,
        { ...describeScan(scan), kind: "tumor" },
        () => {
          if (scan.kind === "folder") return readFolderScan(scan);
          const { targets } = trainingConfigOf(plan, organ);
          const labels = valuesOfClasses(phantomLabels, targets).flat();
          const around = extent === "whole" ? undefined : { labels, marginMm };
          return Promise.resolve(drawPhantomScan(scan, organ, around));
        },
        extent,
      ),
    openControl: (organ, scan, extent) =>
      keep(organ, { ...describeScan(scan), kind: "control" }, () => openHealthy(scan), extent),
    openSynthetic(organ, host, lesion, variety = {}, trained) {
      const { version } = findSynthesizer(lesion.method, trained);
      const { weightsSha256, arithmetic } = trained ?? {};
      const learned = { weightsSha256, arithmetic };
      const parts = { ...describeScan(host), kind: "synthetic", lesion, variety, version, ...learned };
      return keep(organ, parts, async () => {
        const scan = await openHealthy(host);
        try {
          const { ct, labels } = await makeVariedCase(lesion, scan, variety, undefined, trained);
          return { name: lesion.name, patient: host.patient, ct, labels };
        } catch (error) {
          // An organ that is too small or outside the scan; another lesion takes its turn.
          if (isKind(error, "does-not-fit")) return undefined;
          throw error;
        }
      });
    },
    async openGenerator(parts, train) {
      const generatorCode = await readCodeState(learningCode.map(locateBuilt));
      const path = `${pathOf({ ...parts, kind: "generator", generatorCode })}.generator`;
      if (await isThere(join(path, "model.json"))) return path;
      await keepFolder(path, train);
      return path;
    },
    async openHost(organ, scan) {
      const { targets } = trainingConfigOf(plan, organ);
      const path = pathOf({ organ, marginMm, targets, ...describeScan(scan), kind: "host" });
      const [ct, labels, file] = [`${path}.ct.nii.gz`, `${path}.labels.nii.gz`, `${path}.host.json`];
      if (await isThere(`${path}.none`)) return undefined;
      if (!(await isThere(file))) {
        const cut = cropToClasses(await openHealthy(scan), targets, marginMm);
        if (!cut) {
          await writeFileWhole(`${path}.none`, []);
          return undefined;
        }
        const { name, patient, phase } = scan;
        await writeVolume(ct, cut.ct);
        await writeVolume(labels, cut.labels);
        const facts: HostFacts = { name, patient, ...(phase ? { phase } : {}), labelNames: cut.labels.names };
        // Last: a host that has this file is whole.
        await writeFileWhole(file, [encodeText(JSON.stringify(facts))]);
      }
      const facts = await readJson(file, "a host of synthetic tumors", "Remove it: it is made again");
      return { ...(facts as HostFacts), ct, labels };
    },
  };
}

/** Trains a generator and writes its folder, whole or not at all; where another process was first, its folder stays. */
async function keepFolder(path: string, train: () => Promise<TrainedModel>): Promise<void> {
  await sweepTemporary(path);
  const model = await train();
  const partial = temporaryBeside(path);
  await saveModel(partial, model);
  try {
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!(await isThere(join(path, "model.json")))) throw error;
  }
}

/** All that decides a scan beside the code: a phantom's patient and grid, the bytes of a folder's files. */
function describeScan(scan: ExperimentScan): Record<string, unknown> {
  if (scan.kind === "folder") {
    const { name, patient, sha256: bytes, labelNames, reading } = scan;
    return { name, patient, bytes, labelNames, ...(reading ? { reading } : {}) };
  }
  const { name, hospital, patientsOf, tumorSample, seed, caseIndex, shape, spacingMm } = scan;
  return { name, hospital, patientsOf, tumorSample, seed, caseIndex, shape, spacingMm };
}

/** A scan cut to the box of some classes with a margin; `undefined` where it has none of them. */
function cropToClasses(
  scan: LabelledScan,
  targets: readonly TargetClass[],
  marginMm: number,
): LabelledScan | undefined {
  const { labels } = scan;
  const wanted = new Uint8Array(65536);
  for (const value of valuesOfClasses(labels.names, targets).flat()) wanted[value] = 1;
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) data[i] = wanted[labels.data[i]];
  const box = boundingBox({ ...labels, data }, marginMm);
  return box && { ...scan, ct: crop(scan.ct, box), labels: crop<LabelMap>(labels, box) };
}
