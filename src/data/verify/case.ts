import { canonicalName } from "../../anatomy/organs.js";
import { describeLabels } from "../../anatomy/structures.js";
import { applyAffine } from "../../core/affine.js";
import { LabError } from "../../core/errors.js";
import { countVoxels, listLabelValues, toLabelMap, voxelVolumeMl } from "../../core/grid.js";
import { throwIfAborted } from "../../core/progress.js";
import type { LabelMap, Vec3 } from "../../core/types.js";
import { readHeader } from "../../formats/header.js";
import { readLabelMap, type ReadOptions, readVolume } from "../../formats/read.js";
import { relative } from "../../platform/paths.js";
import { parentPort, workerData } from "../../platform/workers.js";
import { labelFilesOf } from "../case-files.js";
import { doubtSeries } from "../case-series.js";
import { undecidedAdvice } from "../dicom-folder.js";
import { fingerprintScan } from "../fingerprint.js";
import type { ScanFingerprint } from "../fingerprint.js";
import { fingerprintLabels } from "../label-fingerprint.js";
import type { LabelFingerprint } from "../label-fingerprint.js";
import type { CohortCase } from "../layouts.js";
import type { CaseFacts } from "../metadata.js";
import { namesItself, readLabelsAs } from "../named-labels.js";
import { checkEnclosed } from "./check-enclosed.js";
import { checkForms, checkGrid } from "./check-grid.js";
import type { NamedHeader } from "./check-grid.js";
import { checkImage } from "./check-image.js";
import { checkLabels, checkMask, matchMasks } from "./check-labels.js";
import type { ExpectedLabels } from "./check-labels.js";
import { checkLesions } from "./check-lesions.js";
import type { CaseLesion } from "./check-lesions.js";
import { checkMasks } from "./check-masks.js";
import { checkSides } from "./check-sides.js";
import { checkTissue } from "./check-tissue.js";
import { createFinding } from "./finding.js";
import type { CheckName, Finding } from "./finding.js";
import { createMaskStack, measureValues, paintStack, placeSets, stackMask } from "./mask-stack.js";
import type { MaskStack, NamedMask } from "./mask-stack.js";

/** What holds for all cases of a cohort; plain data, so that it can be handed to a worker thread. */
export interface CaseSettings {
  folder: string;
  /** The files a case consists of, in words. */
  layout: string;
  expected: ExpectedLabels;
  minLesionVoxels: number;
  organGapMm: number;
  /** Looks at file headers alone: seconds where the voxels take minutes. */
  headersOnly: boolean;
  /** Name of the metadata in reports. */
  factsFrom: string;
}

/** A case to look at. */
export interface CaseTask {
  entry: CohortCase;
  facts?: CaseFacts;
  /** Where files that are not there were looked for; a part that need not be there is absent. */
  missing: { image?: string; labels?: string };
}

/** What a case is and what is wrong with it. */
export interface CaseReport {
  case: string;
  /** Grid of the image; absent where it cannot be read. */
  shape?: Vec3;
  spacingMm?: Vec3;
  orientation?: string;
  /** Name of the DICOM series that is the image, where one was asked for. */
  series?: string;
  /** What speaks against its labels that no check is for, in a sentence; absent where nothing does. */
  doubt?: string;
  /** Absent where the voxels were not looked at or could not be. */
  fingerprint?: ScanFingerprint;
  /** Absent where the labels were not looked at or could not be. */
  labelFingerprint?: LabelFingerprint;
  /** Absent where the labels were not looked at or could not be. */
  lesions?: CaseLesion[];
  findings: Finding[];
}

/** Checks one case: what goes wrong becomes a finding, and only an abort throws. */
export async function verifyCase(
  { entry, facts, missing }: CaseTask,
  settings: CaseSettings,
  signal?: AbortSignal,
): Promise<CaseReport> {
  const name = entry.case;
  const findings: Finding[] = [];
  const open: Open = async (path, read, check) => {
    throwIfAborted(signal);
    try {
      return await read(path);
    } catch (error) {
      findings.push(describeFailure(name, nameIn(settings, path), error, check));
      return undefined;
    }
  };
  findings.push(...findMissing(name, missing, settings), ...tellUndecided(entry, settings));
  const files = await openHeaders(entry, settings, open, findings);
  const { image, map, masks } = files;
  const against = image ?? map ?? commonGrid(masks);
  for (const labels of [map, ...masks])
    if (labels && against && labels !== against) findings.push(...checkGrid(name, labels, against));

  for (const each of [image, map, ...masks]) if (each) findings.push(...checkForms(name, each));

  const report: CaseReport = { case: name, findings };
  if (image) {
    const { shape, spacingMm, orientation } = image.header;
    Object.assign(report, { shape, spacingMm, orientation });
    if (entry.reading?.series !== undefined && image.header.series !== undefined)
      report.series = image.header.series;
  }
  const doubt =
    image &&
    map &&
    (await open(map.path, (path) => doubtSeries({ ...entry, image: image.path }, path, map.file)));
  if (doubt !== undefined) report.doubt = doubt;
  if (settings.headersOnly) return report;

  const ct = image && (await open(image.path, (path) => readVolume(path, image.how)));
  let isHu = false;
  if (ct) {
    const found = checkImage(name, image.file, ct);
    findings.push(...found);
    isHu = !found.some(({ check }) => check === "not-hu" || check === "constant");
    report.fingerprint = fingerprintScan(ct);
  }
  const { expected, minLesionVoxels, organGapMm, factsFrom } = settings;
  const structures = describeLabels(expected.labels, expected.lesionOf);
  const stored = map && (await openMap(map, settings, open));
  const stack = await stackMasks(files, stored && { file: map.file, volume: stored }, open, findings);
  if (stack) {
    const { masks: members } = stack.masks;
    findings.push(...checkMasks(name, stack.masks, voxelVolumeMl(stack.grid)));
    const placed = placeSets(stack.masks, stack.grid.shape).map((each, k) => ({ ...members[k], ...each }));
    findings.push(...checkPlaces(name, placed, stack.grid));
  }
  if (stored) {
    const placed = [...measureValues(stored.data, stored.shape)].map(([value, each]) => {
      return { name: canonicalName(expected.labels[value] ?? ""), file: map.file, ...each };
    });
    findings.push(...checkPlaces(name, placed, { ...stored, affineFrom: map.header.affineFrom }));
  }
  const labels = stored ?? (map || !stack ? undefined : paintStack(stack.masks, stack.grid, expected.labels));
  if (!labels) return report;

  const file = map?.file ?? masks[0].file.replace(/[^/]*$/, "*");
  // Of a structure whose mask could not be read nothing is known.
  const read = new Set(stack?.masks.masks.map((mask) => mask.file));
  const unread = masks.filter((each) => !read.has(each.file)).map(({ value }) => value);
  const lost = new Set(map ? [] : [...unread, ...files.lost]);
  const readable = structures.filter(({ value }) => !lost.has(value));
  const fileOf = (label: number): string =>
    map?.file ?? masks.find(({ value }) => value === label)?.file ?? file;
  findings.push(...checkLabels(name, file, labels, expected, readable));
  const rules = { structures: readable, minLesionVoxels, organGapMm, factsFrom, ...(facts ? { facts } : {}) };
  const measured = checkLesions(name, fileOf, labels, rules);
  findings.push(...measured.findings);
  report.lesions = measured.lesions;
  findings.push(...checkEnclosed(name, fileOf, labels, readable));
  // Labels on another grid are told, and lie on no tissue in particular.
  const lying = map ?? commonGrid(masks);
  if (ct && isHu && lying && checkGrid(name, lying, image).length === 0)
    findings.push(...checkTissue(name, ct, image.file, labels, expected.labels, fileOf));
  report.labelFingerprint = fingerprintLabels(labels);
  return report;
}

/** Reads a file; a failure becomes a finding and `undefined`. */
type Open = <T>(
  path: string,
  read: (path: string) => Promise<T>,
  check?: "label-values",
) => Promise<T | undefined>;

interface OpenFile extends NamedHeader {
  path: string;
  how: ReadOptions;
}

/** The files of a case that are there and whose headers can be read. */
interface OpenFiles {
  image?: OpenFile;
  map?: OpenFile;
  masks: OpenMask[];
  /** Label values of masks that cannot be opened. */
  lost: number[];
}

interface OpenMask extends OpenFile, NamedMask {
  case: string;
}

async function openHeaders(
  entry: CohortCase,
  settings: CaseSettings,
  open: Open,
  findings: Finding[],
): Promise<OpenFiles> {
  const { reading = {} } = entry;
  const openHeader = async (path: string | undefined, how: ReadOptions): Promise<OpenFile | undefined> => {
    const header = path && (await open(path, (each) => readHeader(each, how)));
    if (!header) return undefined;
    const file = nameIn(settings, path);
    // A volume that cannot be chosen is told when the voxels are read.
    if (header.volumes === 1 || how.volume !== undefined) return { file, path, header, how };
    const found = `shape ${header.dims.join(" x ")}`;
    const values = { found, against: "rule for files", expected: "one 3D volume" };
    findings.push(createFinding({ case: entry.case, check: "dimensions", file, ...values }));
    return undefined;
  };
  const found = entry.labels ?? entry.masks;
  const labelsAre: ReadOptions = {
    want: "structures",
    ...(found ? labelFilesOf(entry.case, found, reading).reading : {}),
  };
  const image = await openHeader(entry.image, { want: "scan", ...reading });
  const map = await openHeader(entry.labels, labelsAre);
  const paths = new Map((entry.masks ?? []).map((path) => [nameIn(settings, path), path]));
  const named = matchMasks(entry.case, [...paths.keys()], settings.expected);
  findings.push(...named.findings);
  const masks: OpenMask[] = [];
  const lost: number[] = [];
  const known = describeLabels(settings.expected.labels, settings.expected.lesionOf);
  for (const mask of named.masks) {
    const opened = await openHeader(paths.get(mask.file), labelsAre);
    const { organ, lesionOf } =
      known.find(({ value }) => value === mask.value) ?? describeLabels({ 1: mask.name })[0];
    const kind = { ...(organ ? { organ } : {}), ...(lesionOf ? { lesionOf } : {}) };
    if (opened) masks.push({ ...opened, ...mask, ...kind, case: entry.case });
    else if (mask.value !== undefined) lost.push(mask.value);
  }
  return { ...(image ? { image } : {}), ...(map ? { map } : {}), masks, lost };
}

/** The label map of a case. */
async function openMap(map: OpenFile, { expected }: CaseSettings, open: Open): Promise<LabelMap | undefined> {
  const { how } = map;
  const stored = await open(map.path, async (path) =>
    (await namesItself(path, how)) ? readLabelsAs(path, expected.labels, how) : readVolume(path, how),
  );
  const read = (): Promise<LabelMap> =>
    Promise.resolve().then(() => toLabelMap(stored!, expected.labels, map.file));
  return stored && (await open(map.path, read, "label-values"));
}

/** A grid, and how its place in the body is known. */
interface PlacedGrid extends Pick<LabelMap, "data" | "shape" | "spacingMm" | "affine"> {
  affineFrom: OpenFile["header"]["affineFrom"];
}

/**
 * Reads the masks of a case one by one, holds each against the map, where there is one, and lays them over each other.
 * Those that cannot be read or do not lie on the grid of most are left out.
 */
async function stackMasks(
  { masks }: OpenFiles,
  map: { file: string; volume: LabelMap } | undefined,
  open: Open,
  findings: Finding[],
): Promise<{ masks: MaskStack; grid: PlacedGrid } | undefined> {
  const base = commonGrid(masks);
  let found: { masks: MaskStack; grid: PlacedGrid } | undefined;
  for (const mask of masks) {
    if (!base || (mask !== base && checkGrid("", mask, base).length > 0)) continue;
    const volume = await open(mask.path, (each) => readLabelMap(each, mask.how), "label-values");
    if (!volume) continue;
    const { data, shape } = volume;
    const { file, value, header } = mask;
    found ??= {
      masks: createMaskStack(countVoxels(shape)),
      grid: { ...volume, affineFrom: header.affineFrom },
    };
    stackMask(found.masks, mask, data);
    const numbers = listLabelValues(data).length;
    if (numbers > 1) {
      const values = { found: `${numbers} numbers above 0`, against: "rule for labels", expected: "one" };
      findings.push(createFinding({ case: mask.case, check: "mask-values", file, ...values }));
    }
    if (map && value !== undefined && shape.every((n, axis) => n === map.volume.shape[axis]))
      findings.push(...checkMask(mask.case, { file, value, data }, map));
  }
  return found;
}

/** Of files on several grids the first of the grid that most of them have. */
function commonGrid<File extends NamedHeader>(files: readonly File[]): File | undefined {
  const groups: File[][] = [];
  for (const file of files) {
    const group = groups.find(([first]) => checkGrid("", file, first).length === 0);
    if (group) group.push(file);
    else groups.push([file]);
  }
  return groups.sort((a, b) => b.length - a.length).at(0)?.[0];
}

/** Sides of structures; nothing where the header does not say where left and right are. */
function checkPlaces(
  name: string,
  placed: readonly { name: string; file: string; voxels: number; centroid: Vec3 }[],
  { affine, shape, affineFrom }: PlacedGrid,
): Finding[] {
  if (affineFrom === "spacing") return [];
  const xOf = (voxel: Vec3): number => applyAffine(affine, voxel)[0];
  const widthMm = shape.reduce((sum, n, axis) => sum + Math.abs(n * affine[axis]), 0);
  const centerMm = xOf([(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2]);
  const structures = placed
    .filter(({ voxels }) => voxels > 0)
    .map((each) => ({ name: each.name, file: each.file, xMm: xOf(each.centroid) }));
  return checkSides(name, structures, { centerMm, widthMm });
}

function findMissing(name: string, missing: CaseTask["missing"], settings: CaseSettings): Finding[] {
  const tell = (check: CheckName, path: string | undefined): Finding[] => {
    if (path === undefined) return [];
    const values = { found: "not there", against: "layout", expected: settings.layout };
    return [createFinding({ case: name, check, file: nameIn(settings, path), ...values })];
  };
  return [...tell("missing-image", missing.image), ...tell("missing-label", missing.labels)];
}

function tellUndecided({ case: name, undecided }: CohortCase, settings: CaseSettings): Finding[] {
  if (!undecided) return [];
  const { path, found, expected } = undecided;
  const values = { file: nameIn(settings, path), found, against: "rule for files", expected };
  return [createFinding({ case: name, check: "unreadable", ...values }, undecidedAdvice)];
}

/** A path as reports write it: from the cohort's folder, with forward slashes. */
function nameIn({ folder }: CaseSettings, path: string): string {
  return relative(folder, path).replaceAll("\\", "/");
}

/** A file that could not be read, from the error that says why. */
function describeFailure(name: string, file: string, error: unknown, check?: "label-values"): Finding {
  const [found, expected] =
    error instanceof LabError
      ? [error.found, error.expected]
      : [error instanceof Error ? error.message : String(error), "a file that can be read"];
  const values: Parameters<typeof createFinding>[0] = {
    case: name,
    check: check ?? "unreadable",
    file,
    found: found.replace(/^"(.*)"$/, "$1"),
    against: check ? "rule for labels" : "rule for files",
    expected,
  };
  // Such as how to choose one of several series.
  return createFinding(values, error instanceof LabError ? error.advice : "");
}

/** In a worker thread this file answers each case it is sent. */
if (parentPort && (workerData as { verify?: CaseSettings } | undefined)?.verify) {
  const port = parentPort;
  const { verify } = workerData as { verify: CaseSettings };
  port.on("message", (task: CaseTask) => {
    void verifyCase(task, verify).then((report) => port.postMessage(report));
  });
}
