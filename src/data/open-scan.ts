import { openLabelMap } from "../anatomy/label-maps.js";
import { canonicalName, describeStructure, isLesionName } from "../anatomy/organs.js";
import { measurePhase, type ScanPhase } from "../anatomy/phase.js";
import { spacingOfAffine } from "../core/affine.js";
import { LabError } from "../core/errors.js";
import { createVolume, listLabelValues, requireSameGrid } from "../core/grid.js";
import type { LabelMap, Scale, Volume } from "../core/types.js";
import { notesOf } from "../formats/notes.js";
import { type ReadingChoice, readVolume } from "../formats/read.js";
import { downsample, downsampleLabels } from "../volume/downsample.js";
import { judgeIntensities } from "../volume/judge-intensities.js";
import { looksLikeLabels } from "../volume/looks-like-labels.js";
import { modalityOf, rememberModality } from "../volume/modality.js";
import { resampleOnto } from "../volume/resample.js";
import { labelFilesOf, structureOfMask } from "./case-files.js";
import { listMasks, readCaseLabels } from "./combine-masks.js";
import { findLabelScheme } from "./label-scheme.js";
import { openSample, type Sample, sampleNames } from "./samples.js";
import { findScanParts, type ScanParts } from "./scan-parts.js";

/** A scan with its labels, the one that ships or the reader's own, and what it is. */
export interface Scan extends Omit<Sample, "files"> {
  /** Of the shipped scan; viewers find those of others themselves. */
  files?: Sample["files"];
  /** What it is, for captions: `"CT, plain"`, `"CT, phase not known"`, `"scan, not in HU"`, `"labels without a scan"`. */
  kind: string;
  /** Whether its numbers can be HU. */
  isHu: boolean;
  /** The phase of contrast; absent where no organ that tells it is labelled. */
  phase?: ScanPhase;
  /** Structures that have voxels, by their canonical names, organs and others. */
  organs: readonly string[];
  /** Lesions that have voxels, likewise. */
  tumors: readonly string[];
  /** What it is, a sentence each: grid, phase and what told it, structures, lesions. */
  about: readonly string[];
  /** What is missing, was chosen among several or is to be doubted, a sentence each; empty where there is nothing to say. */
  notes: readonly string[];
}

/** How a scan is opened. */
export interface ScanOptions {
  /** `tiny` halves the resolution along each axis but one of thick slices; `small` (default) and `paper` leave it. */
  scale?: Scale;
  /** The label map or folder of masks, where it is not found beside the scan, or another one than is found there. */
  labels?: string;
  /** Names of its values: a shipped label map, such as `"totalsegmentator"`, or a JSON file. */
  labelMap?: string;
  /** Names of its values, such as `{ 1: "tumor" }`. */
  names?: Readonly<Record<number, string>>;
  /** Which case, in a folder of several; default the first with an image. */
  case?: string;
  /** Which DICOM series, where there are several: by name, number, UID or a pattern such as `"*venous*"`. */
  series?: string;
  /** What becomes of irregular DICOM slices, and which volume of a 4D file, see `readVolume`. */
  irregular?: ReadingChoice["irregular"];
  volume?: number;
}

/**
 * Opens a scan with its labels for a notebook: by the name of one that ships (`"abdomen-ct"`), or by a path: a file of any
 * format that `readVolume` knows, a folder of DICOM slices, a case's own folder, an nnU-Net, AbdomenAtlas, Decathlon or KiTS
 * folder, TotalSegmentator's `segmentations/`, or a picture beside label maps of any name (see `findScanParts`). A scan without
 * labels has an empty label map, labels without a scan a CT of which every voxel is not a number. Labels on another grid are brought onto the scan's, nearest voxel. What is missing or was
 * assumed is said in `notes`.
 *
 * @throws LabError where there is neither scan nor labels, several scans that nothing tells apart, or a file cannot be read.
 */
export async function openScan(nameOrPath: string, options: ScanOptions = {}): Promise<Scan> {
  if (sampleNames.includes(nameOrPath)) return describeSample(nameOrPath, options);
  const parts = await findScanParts(nameOrPath, options.case, options.series);
  const { name } = parts;
  const notes = [...parts.notes];
  const scan = scaleDown(await readParts(parts, options, notes), options.scale);
  const facts = describeScan(scan.ct, scan.labels, notes);
  const labelled = facts.organs.length + facts.tumors.length > 0;
  return {
    name,
    title: `${name}, ${facts.kind}`,
    ...scan,
    labelsMadeBy: labelled ? "someone whom the files do not name" : "nobody: there are none",
    source: "your own file or folder",
    license: "not said in the files: that of whoever gave you the scan",
    knownIssues: [],
    ...facts,
  };
}

/**
 * One sentence on the structures of a list that a label map does not have, by name or alias; empty where it has all.
 *
 * @param wanted such as `["liver", "kidney_left"]`.
 */
export function tellAbsent(labels: LabelMap, wanted: readonly string[]): string {
  const there = new Set(namesInUse(labels).map(canonicalName));
  const absent = wanted.filter((name) => !there.has(canonicalName(name)));
  if (absent.length === 0) return "";
  const names = absent.map((name) => describeStructure(name).displayName.toLowerCase());
  return `Not labelled in this scan, and left out: ${names.join(", ")}.`;
}

async function describeSample(name: string, { scale }: ScanOptions): Promise<Scan> {
  const sample = await openSample(name, scale === undefined ? {} : { scale });
  return { ...sample, ...describeScan(sample.ct, sample.labels, []) };
}

/** Scan and labels; what has labels alone gets a scan of which no voxel is known. */
async function readParts(
  parts: ScanParts,
  options: ScanOptions,
  notes: string[],
): Promise<{ ct: Volume; labels: LabelMap }> {
  const { image } = parts;
  const reading = { want: "scan", ...readingIn(options) } as const;
  const ct = image === undefined ? undefined : await readVolume(image, reading);
  if (ct && image !== undefined && !looksLikeLabels(ct, image)) {
    notes.push(...notesOf(ct));
    return { ct, labels: await readLabels(ct, parts, options, notes) };
  }
  notes.push("labels without a scan: they are counted and drawn, and no voxel has a value");
  const labels = await readLabels(
    undefined,
    image === undefined ? parts : { ...parts, labels: image },
    options,
    notes,
  );
  const { shape, spacingMm, affine } = labels;
  const nothing = new Float32Array(labels.data.length).fill(NaN);
  return { ct: createVolume(nothing, shape, { spacingMm, affine }), labels };
}

function readingIn({ series, irregular, volume }: ScanOptions): ReadingChoice {
  return {
    ...(series === undefined ? {} : { series }),
    ...(irregular === undefined ? {} : { irregular }),
    ...(volume === undefined ? {} : { volume }),
  };
}

type ScanFacts = Pick<Scan, "kind" | "isHu" | "phase" | "organs" | "tumors" | "about" | "notes">;

function describeScan(ct: Volume, labels: LabelMap, found: readonly string[]): ScanFacts {
  const notes = [...found];
  const { doubt, low } = judgeIntensities(ct);
  const isEmpty = Number.isNaN(low);
  const isHu = !isEmpty && doubt?.severity !== "warning";
  if (doubt) notes.push(`its numbers: ${doubt.found}; expected ${doubt.expected}. ${doubt.advice}`);
  const { phase, from } = isHu ? measurePhase(ct, labels) : { phase: undefined, from: "" };
  const names = [...new Set(namesInUse(labels).map(canonicalName))];
  const tumors = names.filter(isLesionName);
  const organs = names.filter((name) => !isLesionName(name));
  const spacing = ct.spacingMm.map((mm) => Number(mm.toPrecision(3))).join(" x ");
  const what = isEmpty ? "labels without a scan" : isHu ? "CT in HU" : "scan, not in HU";
  const phaseLine = isEmpty
    ? "not measured, since there is no scan"
    : !isHu
      ? "not measured, since the numbers are no HU"
      : phase === undefined
        ? "not known, for no organ that tells it is labelled"
        : `${phase}, by the ${from}`;
  const lesionLine = tumors.map((name) => describeStructure(name).displayName.toLowerCase()).join(", ");
  return {
    kind: isHu ? `CT, ${phase ?? "phase not known"}` : what,
    isHu,
    ...(phase === undefined ? {} : { phase }),
    organs,
    tumors,
    about: [
      `${what}, ${ct.shape.join(" x ")} voxels of ${spacing} mm`,
      `phase: ${phaseLine}`,
      `labelled: ${organs.length} ${organs.length === 1 ? "structure" : "structures"}, ${tumors.length === 0 ? "no lesion" : `and lesions: ${lesionLine}`}`,
    ],
    notes,
  };
}

function namesInUse({ data, names }: LabelMap): string[] {
  return listLabelValues(data).map((value) => names[value] ?? `label ${value}`);
}

async function readLabels(
  ct: Volume | undefined,
  parts: ScanParts,
  options: ScanOptions,
  notes: string[],
): Promise<LabelMap> {
  const found = options.labels ?? parts.labels;
  const given = options.labels === undefined ? [] : await listMasks(options.labels);
  const masks = given.length > 0 ? given : options.labels === undefined ? parts.masks : undefined;
  if (found === undefined && !masks && ct) {
    notes.push("no labels were found beside it, so that no organ can be measured: name them as labels");
    const { shape, affine } = ct;
    const empty = createVolume(new Uint8Array(ct.data.length), shape, {
      affine,
      spacingMm: spacingOfAffine(affine),
    });
    return { ...empty, names: {} };
  }
  const path = given[0] ?? found ?? masks![0];
  const files = labelFilesOf(parts.name, masks ?? path, readingIn(options));
  const names =
    options.names ??
    (options.labelMap === undefined ? undefined : (await openLabelMap(options.labelMap)).labels);
  const scheme = await findLabelScheme(path, [files], names ? { names } : {});
  const labels = await readCaseLabels(files, scheme.names);
  const unnamed = listLabelValues(labels.data).filter((value) => labels.names[value] === `label ${value}`);
  if (unnamed.length > 0)
    notes.push(
      `nothing says what ${unnamed.length === 1 ? `value ${unnamed[0]}` : `${unnamed.length} values`} of ${structureOfMask(path)} ` +
        `${unnamed.length === 1 ? "stands" : "stand"} for: name them as names, such as { ${unnamed[0]}: "tumor" }, or as labelMap`,
    );
  if (!ct) return labels;
  try {
    requireSameGrid(ct, labels, [parts.image ?? parts.name, path]);
    return labels;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    notes.push(
      `${structureOfMask(path)} lies on another grid and was brought onto the scan's, nearest voxel`,
    );
    return { ...resampleOnto(labels, ct), names: labels.names };
  }
}

/** Slices so much thicker than the voxels across them stay as they are. */
const thickSlices = 1.75;

function scaleDown(
  scan: { ct: Volume; labels: LabelMap },
  scale: Scale = "small",
): { ct: Volume; labels: LabelMap } {
  if (scale !== "tiny") return scan;
  const finest = Math.min(...scan.ct.spacingMm);
  const [x, y, z] = scan.ct.spacingMm.map((mm) => (mm > thickSlices * finest ? 1 : 2));
  const factors = [x, y, z] as const;
  return {
    ct: rememberModality(downsample(scan.ct, factors, { labels: false }), modalityOf(scan.ct)),
    labels: downsampleLabels(scan.labels, factors),
  };
}
