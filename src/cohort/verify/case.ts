import { relative } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { LabError } from "../../errors.js";
import { toLabelMap } from "../../grid.js";
import { readLabelMap, readNiftiHeader, readVolume } from "../../nifti/read.js";
import { throwIfAborted } from "../../progress.js";
import type { LabelMap, Vec3 } from "../../types.js";
import { readCaseLabels } from "../combine-masks.js";
import { fingerprintScan } from "../fingerprint.js";
import type { ScanFingerprint } from "../fingerprint.js";
import type { CohortCase } from "../layouts.js";
import type { CaseFacts } from "../metadata.js";
import { describeLabels } from "../structures.js";
import { checkGrid } from "./check-grid.js";
import type { NamedHeader } from "./check-grid.js";
import { checkImage } from "./check-image.js";
import { checkLabels, checkMask, matchMasks } from "./check-labels.js";
import type { ExpectedLabels } from "./check-labels.js";
import { checkLesions } from "./check-lesions.js";
import type { CaseLesion } from "./check-lesions.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

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
  const nameOf = (path: string): string => relative(settings.folder, path).replaceAll("\\", "/");
  const findings: Finding[] = [];
  const open = async <T>(
    path: string,
    read: () => Promise<T>,
    check?: "label-values",
  ): Promise<T | undefined> => {
    throwIfAborted(signal);
    try {
      return await read();
    } catch (error) {
      findings.push(describeFailure(name, nameOf(path), error, check));
      return undefined;
    }
  };
  const openHeader = async (path: string | undefined): Promise<NamedHeader | undefined> => {
    const header = path && (await open(path, () => readNiftiHeader(path)));
    if (!header) return undefined;
    if (header.volumes === 1) return { file: nameOf(path), header };
    const values = {
      found: `shape ${header.dims.join(" x ")}`,
      against: "rule for files",
      expected: "one 3D volume",
    };
    findings.push(createFinding({ case: name, check: "dimensions", file: nameOf(path), ...values }));
    return undefined;
  };

  const missing = { case: name, against: "layout", found: "not there", expected: settings.layout } as const;
  if (!entry.image)
    findings.push(createFinding({ ...missing, check: "missing-image", file: nameOf(entry.labels ?? name) }));
  if (!entry.labels && !entry.masks)
    findings.push(createFinding({ ...missing, check: "missing-label", file: nameOf(entry.image ?? name) }));

  const image = await openHeader(entry.image);
  const map = await openHeader(entry.labels);
  const named = matchMasks(name, (entry.masks ?? []).map(nameOf), settings.expected);
  findings.push(...named.findings);
  const masks: { file: string; path: string; value: number; header: NamedHeader }[] = [];
  for (const { file, value } of named.matched) {
    const path = entry.masks!.find((each) => nameOf(each) === file)!;
    const header = await openHeader(path);
    if (header) masks.push({ file, path, value, header });
  }
  const against = image ?? map;
  for (const labels of [map, ...masks.map(({ header }) => header)])
    if (labels && against && labels !== against) findings.push(...checkGrid(name, labels, against));

  const report: CaseReport = { case: name, findings };
  if (image) {
    const { shape, spacingMm, orientation } = image.header;
    Object.assign(report, { shape, spacingMm, orientation });
  }
  if (settings.headersOnly) return report;

  const ct = image && (await open(entry.image!, () => readVolume(entry.image!)));
  if (ct) {
    findings.push(...checkImage(name, image.file, ct));
    report.fingerprint = fingerprintScan(ct);
  }

  let labels: { file: string; volume: LabelMap } | undefined;
  if (map) {
    const stored = await open(entry.labels!, () => readVolume(entry.labels!));
    const read = (): Promise<LabelMap> =>
      Promise.resolve(toLabelMap(stored!, settings.expected.labels, map.file));
    const volume = stored && (await open(entry.labels!, read, "label-values"));
    labels = volume && { file: map.file, volume };
  } else if (masks.length > 0 && !findings.some(({ check }) => check === "shape" || check === "affine")) {
    const files = { name, path: masks[0].path, masks: masks.map(({ path }) => path) };
    const volume = await open(masks[0].path, () => readCaseLabels(files, settings.expected.labels));
    labels = volume && { file: nameOf(masks[0].path).replace(/[^/]*$/, "*"), volume };
  }
  if (!labels) return report;

  const structures = describeLabels(settings.expected.labels);
  findings.push(...checkLabels(name, labels.file, labels.volume, settings.expected, structures));
  const { minLesionVoxels, organGapMm, factsFrom } = settings;
  const rules = { structures, minLesionVoxels, organGapMm, factsFrom, ...(facts ? { facts } : {}) };
  const measured = checkLesions(name, labels.file, labels.volume, rules);
  findings.push(...measured.findings);
  report.lesions = measured.lesions;
  if (map)
    for (const { file, path, value } of masks) {
      const mask = await open(path, () => readLabelMap(path), "label-values");
      if (mask && mask.shape.every((n, axis) => n === labels.volume.shape[axis]))
        findings.push(...checkMask(name, { file, value, data: mask.data }, labels));
    }
  return report;
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
