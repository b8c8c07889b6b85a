import { join, relative } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { LabError } from "../../errors.js";
import { toLabelMap } from "../../grid.js";
import { readLabelMap, readNiftiHeader, readVolume } from "../../nifti/read.js";
import { throwIfAborted } from "../../progress.js";
import { describeLabels } from "../../structures.js";
import type { LabelledStructure } from "../../structures.js";
import type { LabelMap, Vec3 } from "../../types.js";
import { paintMasks } from "../combine-masks.js";
import { fingerprintScan } from "../fingerprint.js";
import type { ScanFingerprint } from "../fingerprint.js";
import type { CohortCase } from "../layouts.js";
import type { CaseFacts } from "../metadata.js";
import { checkGrid } from "./check-grid.js";
import type { NamedHeader } from "./check-grid.js";
import { checkImage } from "./check-image.js";
import { checkLabels, checkMask, matchMasks } from "./check-labels.js";
import type { ExpectedLabels } from "./check-labels.js";
import { checkLesions } from "./check-lesions.js";
import type { CaseLesion } from "./check-lesions.js";
import { createFinding } from "./finding.js";
import type { CheckName, Finding } from "./finding.js";

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
}

/** What a case is and what is wrong with it. */
export interface CaseReport {
  case: string;
  /** Grid of the image; absent where it cannot be read. */
  shape?: Vec3;
  spacingMm?: Vec3;
  orientation?: string;
  /** Absent where the voxels were not looked at or could not be. */
  fingerprint?: ScanFingerprint;
  /** Absent where the labels were not looked at or could not be. */
  lesions?: CaseLesion[];
  findings: Finding[];
}

/** Checks one case: what goes wrong becomes a finding, and only an abort throws. */
export async function verifyCase(
  { entry, facts }: CaseTask,
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
  findings.push(...findMissing(entry, settings));
  const files = await openHeaders(entry, settings, open, findings);
  const { image, map, masks } = files;
  const against = image ?? map;
  for (const labels of [map, ...masks])
    if (labels && against && labels !== against) findings.push(...checkGrid(name, labels, against));

  const report: CaseReport = { case: name, findings };
  if (image) {
    const { shape, spacingMm, orientation } = image.header;
    Object.assign(report, { shape, spacingMm, orientation });
  }
  if (settings.headersOnly) return report;

  const ct = image && (await open(image.path, readVolume));
  if (ct) {
    findings.push(...checkImage(name, image.file, ct));
    report.fingerprint = fingerprintScan(ct);
  }
  const { expected, minLesionVoxels, organGapMm, factsFrom } = settings;
  const structures = describeLabels(expected.labels, expected.lesionOf);
  const labels = await openLabels(files, settings, structures, open);
  if (!labels) return report;

  findings.push(...checkLabels(name, labels.file, labels.volume, expected, structures));
  const rules = { structures, minLesionVoxels, organGapMm, factsFrom, ...(facts ? { facts } : {}) };
  const measured = checkLesions(name, labels.file, labels.volume, rules);
  findings.push(...measured.findings);
  report.lesions = measured.lesions;
  for (const { file, path, value } of map ? masks : []) {
    const mask = await open(path, (each) => readLabelMap(each), "label-values");
    if (mask && mask.shape.every((n, axis) => n === labels.volume.shape[axis]))
      findings.push(...checkMask(name, { file, value, data: mask.data }, labels));
  }
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
}

/** The files of a case that are there and whose headers can be read. */
interface OpenFiles {
  image?: OpenFile;
  map?: OpenFile;
  masks: (OpenFile & { value: number })[];
}

async function openHeaders(
  entry: CohortCase,
  settings: CaseSettings,
  open: Open,
  findings: Finding[],
): Promise<OpenFiles> {
  const openHeader = async (path: string | undefined): Promise<OpenFile | undefined> => {
    const header = path && (await open(path, readNiftiHeader));
    if (!header) return undefined;
    const file = nameIn(settings, path);
    if (header.volumes === 1) return { file, path, header };
    const found = `shape ${header.dims.join(" x ")}`;
    const values = { found, against: "rule for files", expected: "one 3D volume" };
    findings.push(createFinding({ case: entry.case, check: "dimensions", file, ...values }));
    return undefined;
  };
  const [image, map] = [await openHeader(entry.image), await openHeader(entry.labels)];
  const paths = new Map((entry.masks ?? []).map((path) => [nameIn(settings, path), path]));
  const named = matchMasks(entry.case, [...paths.keys()], settings.expected);
  findings.push(...named.findings);
  const masks: OpenFiles["masks"] = [];
  for (const { file, value } of named.matched) {
    const opened = await openHeader(paths.get(file));
    if (opened) masks.push({ ...opened, value });
  }
  return { ...(image ? { image } : {}), ...(map ? { map } : {}), masks };
}

/** The label map of a case, or its masks painted into one where they lie on one grid. */
async function openLabels(
  { map, masks }: OpenFiles,
  { expected }: CaseSettings,
  structures: readonly LabelledStructure[],
  open: Open,
): Promise<{ file: string; volume: LabelMap } | undefined> {
  if (map) {
    const stored = await open(map.path, readVolume);
    const volume =
      stored &&
      (await open(
        map.path,
        () => Promise.resolve(stored).then((each) => toLabelMap(each, expected.labels, map.file)),
        "label-values",
      ));
    return volume && { file: map.file, volume };
  }
  const first = masks.at(0);
  if (!first || masks.some((mask) => checkGrid("", mask, first).length > 0)) return undefined;
  const isLesion = (value: number): boolean =>
    structures.some((each) => each.value === value && each.lesionOf);
  const files = masks.map(({ path, value }) => ({ path, value, lesion: isLesion(value) }));
  const volume = await open(first.path, () => paintMasks(files, expected.labels));
  return volume && { file: first.file.replace(/[^/]*$/, "*"), volume };
}

function findMissing(entry: CohortCase, settings: CaseSettings): Finding[] {
  const tell = (check: CheckName, beside: string): Finding => {
    const file = nameIn(settings, beside);
    const values = { found: "not there", against: "layout", expected: settings.layout };
    return createFinding({ case: entry.case, check, file, ...values });
  };
  const findings: Finding[] = [];
  const labels = entry.labels ?? entry.masks?.[0];
  const folder = join(settings.folder, entry.case);
  if (!entry.image) findings.push(tell("missing-image", labels ?? folder));
  if (!labels) findings.push(tell("missing-label", entry.image ?? folder));
  return findings;
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
  return createFinding({
    case: name,
    check: check ?? "unreadable",
    file,
    found: found.replace(/^"(.*)"$/, "$1"),
    against: check ? "rule for labels" : "rule for files",
    expected,
  });
}

/** In a worker thread this file answers each case it is sent. */
if (parentPort && (workerData as { verify?: CaseSettings } | undefined)?.verify) {
  const port = parentPort;
  const { verify } = workerData as { verify: CaseSettings };
  port.on("message", (task: CaseTask) => {
    void verifyCase(task, verify).then((report) => port.postMessage(report));
  });
}
