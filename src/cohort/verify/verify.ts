import { stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { requireThat } from "../../errors.js";
import { tumorOrgans } from "../../organs.js";
import type { TumorOrgan } from "../../organs.js";
import type { RunOptions } from "../../progress.js";
import { runInWorkers } from "../../worker-pool.js";
import { openLabelMap } from "../label-maps.js";
import { readSchemeIn } from "../label-scheme.js";
import { describeLayout, findCohort, folderLayouts } from "../layouts.js";
import type { CohortFiles, FolderLayout } from "../layouts.js";
import type { CohortManifest } from "../manifest.js";
import { readCohortMetadata } from "../metadata.js";
import type { CaseFacts } from "../metadata.js";
import { verifyCase } from "./case.js";
import type { CaseReport, CaseSettings, CaseTask } from "./case.js";
import type { ExpectedLabels } from "./check-labels.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

/** How a cohort is checked; every field may be left out. */
export interface VerifyOptions extends RunOptions {
  /** What the set is; says layout, labels and their aliases where the options do not. */
  manifest?: CohortManifest;
  /** Defaults to that of the manifest, else the one the folder's files show. */
  layout?: FolderLayout;
  /** Structure by label value; defaults to the manifest, else classes.json or dataset.json, else the layout's own. */
  labels?: Readonly<Record<number, string>>;
  /** Name of `labels` in reports; default `"labels"`. */
  labelsFrom?: string;
  /** A CSV table as {@link readCohortMetadata} reads it; defaults to the folder's metadata.csv where there is one. */
  metadata?: string;
  /** Lesions with fewer voxels are told; default 10, which most metrics cannot tell from noise. */
  minLesionVoxels?: number;
  /** A lesion farther than this from its organ lies outside it, in mm; default 5. */
  organGapMm?: number;
  /** Whether file headers alone are looked at; default false. */
  headersOnly?: boolean;
  /** Worker threads; default 1, which works in this thread. */
  workers?: number;
}

/** What a cohort is and what is wrong with it. */
export interface CohortReport {
  folder: string;
  /** Name of the manifest, where one was given. */
  name?: string;
  layout: FolderLayout;
  /** Where the expected labels come from. */
  labelsFrom: string;
  /** Cases in alphabetical order, with the patient where the metadata name one. */
  cases: (Omit<CaseReport, "findings"> & { patient?: string })[];
  /** By case, in the order of the checks. */
  findings: Finding[];
  errors: number;
  warnings: number;
}

/**
 * Checks a cohort folder before any compute is spent on it: files present and whole, image and labels on one grid,
 * numbers finite and in HU, labels expected, tumors where the metadata say so, lesions large enough and at their organ,
 * separate masks equal to the combined map, no scan twice. The report is the same whatever the number of workers.
 *
 * @throws LabError for a folder without cohort, labels or metadata that cannot be read, and options out of range; what
 *   is wrong with the cases themselves is in the report.
 */
export async function verifyCohort(folder: string, options: VerifyOptions = {}): Promise<CohortReport> {
  const { minLesionVoxels = 10, organGapMm = 5, headersOnly = false, workers = 1 } = options;
  requireThat(minLesionVoxels >= 0, "minLesionVoxels", minLesionVoxels, "a number from 0");
  requireThat(organGapMm >= 0 && Number.isFinite(organGapMm), "organGapMm", organGapMm, "millimetres from 0");
  requireThat(Number.isInteger(workers) && workers >= 1, "workers", workers, "a whole number from 1");
  const cohort = await findCohort(folder, options.layout ?? layoutOf(options.manifest));
  const expected = await expectLabels(cohort, options);
  const metadata = options.metadata ?? (await findMetadata(folder));
  const facts = metadata === undefined ? new Map<string, CaseFacts>() : await readCohortMetadata(metadata);
  const factsFrom = metadata === undefined ? "" : basename(metadata);

  const layout = describeLayout(cohort.layout);
  const settings = { folder, layout, expected, minLesionVoxels, organGapMm, headersOnly, factsFrom };
  const tasks = cohort.cases.map((entry): CaseTask => ({ entry, facts: facts.get(entry.case) }));
  const reports = await verifyAll(tasks, settings, workers, options);

  const findings = [
    ...reports.flatMap((report) => report.findings),
    ...findMissing(cohort, facts, factsFrom),
    ...findTwins(reports),
  ];
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const cases = reports.map(({ findings: _, ...report }) => {
    const patient = facts.get(report.case)?.patient;
    return { ...report, ...(patient === undefined ? {} : { patient }) };
  });
  const warnings = findings.length - errors;
  const name = options.manifest?.name;
  return {
    folder,
    ...(name === undefined ? {} : { name }),
    layout: cohort.layout,
    labelsFrom: expected.from,
    cases,
    findings,
    errors,
    warnings,
  };
}

function verifyAll(
  tasks: readonly CaseTask[],
  settings: CaseSettings,
  workers: number,
  { progress, signal }: RunOptions,
): Promise<CaseReport[]> {
  const work = {
    script: join(__dirname, "case.js"),
    workerData: { verify: settings },
    run: (task: CaseTask) => verifyCase(task, settings, signal),
    labelOf: ({ entry }: CaseTask) => entry.case,
    fail({ entry }: CaseTask, reason: string): CaseReport {
      const values = { found: reason, against: "this check", expected: "to be read to its end" };
      const path = entry.image ?? entry.labels ?? join(settings.folder, entry.case);
      const file = relative(settings.folder, path).replaceAll("\\", "/");
      const advice = "Fewer workers need less memory";
      const finding = createFinding({ case: entry.case, check: "unreadable", file, ...values }, advice);
      return { case: entry.case, findings: [finding] };
    },
  };
  return runInWorkers(tasks, work, workers, { progress, signal });
}

async function expectLabels(
  { folder, layout }: CohortFiles,
  options: VerifyOptions,
): Promise<ExpectedLabels> {
  if (options.labels) return { labels: options.labels, from: options.labelsFrom ?? "labels" };
  if (options.manifest?.labels) return expectFromManifest(options.manifest);
  const scheme = await readSchemeIn(folder);
  if (scheme) return { labels: scheme.names, from: basename(scheme.from) };
  const advice = "Name the labels, or put the dataset.json beside imagesTr";
  requireThat(layout !== "nnunet", "labels", "no dataset.json", "the names of the label values", advice);
  const { name, labels } = await openLabelMap(layout);
  return { labels, from: `label map ${name}` };
}

/** Labels of a manifest; a lesion is known by its organ there, whatever its name. */
function expectFromManifest({ name, labels, structures }: CohortManifest): ExpectedLabels {
  const byValue: Record<number, string> = {};
  const aliases: Record<string, number> = {};
  const lesionOf: Record<number, TumorOrgan> = {};
  for (const [structure, value] of Object.entries(labels!)) if (value > 0) byValue[value] = structure;
  for (const { name: structure, aliases: others, kind, organ } of structures) {
    const value = labels![structure];
    if (value === undefined) continue;
    for (const other of others) aliases[other] = value;
    const tumorOrgan = tumorOrgans.find((each) => each === organ);
    if (kind === "lesion" && tumorOrgan) lesionOf[value] = tumorOrgan;
  }
  return { labels: byValue, from: `manifest ${name}`, aliases, lesionOf };
}

/** The layout of a manifest where it is one this check can read; others are left to the folder's files. */
function layoutOf(manifest: CohortManifest | undefined): FolderLayout | undefined {
  const kind = manifest?.layout?.kind;
  return kind === "msd" ? "nnunet" : folderLayouts.find((each) => each === kind);
}

async function findMetadata(folder: string): Promise<string | undefined> {
  const path = join(folder, "metadata.csv");
  return (await stat(path).catch(() => undefined)) ? path : undefined;
}

/** Cases that are spoken of but have no file. */
function findMissing(
  { cases, dataset }: CohortFiles,
  facts: ReadonlyMap<string, CaseFacts>,
  factsFrom: string,
): Finding[] {
  const there = new Set(cases.map((each) => each.case));
  const findings = [...facts.keys()]
    .filter((name) => !there.has(name))
    .sort()
    .map((name) => {
      const values = { file: name, found: "no files", against: factsFrom, expected: `case ${name}` };
      return createFinding({ case: name, check: "missing-case", ...values });
    });
  const count = cases.filter(({ image, labels }) => image && labels).length;
  if (dataset?.numTraining !== undefined && dataset.numTraining !== count) {
    const found = `${count} cases with image and labels`;
    const values = {
      file: "imagesTr and labelsTr",
      against: "dataset.json",
      expected: `${dataset.numTraining}`,
    };
    findings.push(createFinding({ case: "all cases", check: "missing-case", found, ...values }));
  }
  return findings;
}

/** Cases whose scans have the same fingerprint. */
function findTwins(reports: readonly CaseReport[]): Finding[] {
  const first = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { case: name, fingerprint } of reports) {
    if (!fingerprint || fingerprint.tissueVoxels === 0) continue;
    const other = first.get(fingerprint.sha256);
    if (other === undefined) first.set(fingerprint.sha256, name);
    else {
      const found = `fingerprint ${fingerprint.sha256.slice(0, 12)}`;
      const values = { file: name, found, against: other, expected: "a scan of its own" };
      findings.push(
        createFinding({ case: name, check: "duplicate-scan", ...values }, "Keep both in one part of a split"),
      );
    }
  }
  return findings;
}
