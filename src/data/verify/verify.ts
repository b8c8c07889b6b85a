import { openLabelMap } from "../../anatomy/label-maps.js";
import { tumorOrgans } from "../../anatomy/organs.js";
import type { TumorOrgan } from "../../anatomy/organs.js";
import { requireThat } from "../../core/errors.js";
import { isThere } from "../../core/files.js";
import { ownValue } from "../../core/own-value.js";
import type { RunOptions } from "../../core/progress.js";
import { runInWorkers } from "../../core/worker-pool.js";
import type { ReadingChoice } from "../../formats/read.js";
import { locateBuilt } from "../../platform/locations.js";
import { basename, join, relative } from "../../platform/paths.js";
import { patientOfCase } from "../case-files.js";
import { findCohortScheme, readSchemeIn } from "../label-scheme.js";
import { describeLayout, findCohort, folderLayouts, placeOfFile } from "../layouts.js";
import type { CohortCase, CohortFiles, FolderLayout } from "../layouts.js";
import type { CohortManifest } from "../manifest.js";
import { readCohortMetadata } from "../metadata.js";
import type { CaseFacts } from "../metadata.js";
import { verifyCase } from "./case.js";
import type { CaseReport, CaseSettings, CaseTask } from "./case.js";
import type { ExpectedLabels } from "./check-labels.js";
import { checkModality } from "./check-modality.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

/** How a cohort is checked; every field may be left out. */
export interface VerifyOptions extends RunOptions {
  /** What the set is; says layout, labels and their aliases where the options do not. */
  manifest?: CohortManifest;
  /** Defaults to that of the manifest, else the one the folder's files show. */
  layout?: FolderLayout;
  /** Another folder with the images of cases that have none beside their labels. */
  images?: string;
  /** How each image is read: which DICOM series, which volume, and what becomes of irregular slices. */
  reading?: ReadingChoice;
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
  /** How the images were read, as it was asked for; absent where nothing was. */
  reading?: ReadingChoice;
  /** Where the expected labels come from. */
  labelsFrom: string;
  /** Cases in alphabetical order, with the patient where the metadata or the case's name tell. */
  cases: (Omit<CaseReport, "findings"> & { patient?: string })[];
  /** What was left out or taken for granted, and why; absent where there is nothing to say. */
  notes?: string[];
  /** By case, in the order of the checks. */
  findings: Finding[];
  errors: number;
  warnings: number;
}

/**
 * Checks a cohort folder before any compute is spent on it: files present and whole, image and labels on one grid,
 * numbers finite and in HU, labels expected and of organs on their tissue, tumors where the metadata say so, lesions large enough and at their organ,
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
  const { reading = {} } = options;
  const wanted = options.layout ?? layoutOf(options.manifest);
  const cohort = await findCohort(folder, wanted, options.images, { reading });
  const expected = await expectLabels(cohort, options);
  const metadata = options.metadata ?? (await findMetadata(folder));
  const facts = metadata === undefined ? new Map<string, CaseFacts>() : await readCohortMetadata(metadata);
  const factsFrom = metadata === undefined ? "" : basename(metadata);

  const layout = describeLayout(cohort.layout);
  const settings = { folder, layout, expected, minLesionVoxels, organGapMm, headersOnly, factsFrom };
  const tasks = cohort.cases.map((entry): CaseTask => ({
    entry,
    facts: facts.get(entry.case),
    missing: placesMissing(entry, cohort),
  }));
  const reports = await verifyAll(tasks, settings, workers, options);

  const findings = [
    ...reports.flatMap((report) => report.findings),
    ...findMissing(cohort, facts, factsFrom),
    ...findTwins(reports, cohort),
    ...checkModality(cohort, options.manifest),
  ];
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const cases = reports.map(({ findings: _, ...report }) => {
    const patient = facts.get(report.case)?.patient ?? patientOfCase(report.case);
    return { ...report, ...(patient === undefined ? {} : { patient }) };
  });
  const doubts = reports.flatMap(({ doubt }) => doubt ?? []);
  const notes = [...tellLabelsOnly(cohort), ...tellPatients(cohort, facts), ...doubts];
  const warnings = findings.filter(({ severity }) => severity === "warning").length;
  const name = options.manifest?.name;
  return {
    folder,
    ...(name === undefined ? {} : { name }),
    layout: cohort.layout,
    ...(Object.keys(reading).length > 0 ? { reading } : {}),
    labelsFrom: expected.from,
    cases,
    ...(notes.length > 0 ? { notes } : {}),
    findings,
    errors,
    warnings,
  };
}

/** Where the parts of a case that are not there would lie; images are not asked of a folder of labels alone. */
function placesMissing(
  { case: name, image, labels, masks, undecided }: CohortCase,
  cohort: CohortFiles,
): CaseTask["missing"] {
  return {
    ...(image === undefined && !cohort.labelsOnly ? { image: placeOfFile(cohort, name, "image") } : {}),
    ...(labels === undefined && !masks && !undecided ? { labels: placeOfFile(cohort, name, "labels") } : {}),
  };
}

function tellLabelsOnly({ labelsOnly, layout }: CohortFiles): string[] {
  if (!labelsOnly) return [];
  const skipped = ["missing-image", "not-finite", "constant", "not-hu", "wrong-tissue"].join(", ");
  return [
    `no case has an image (${describeLayout(layout)}): labels alone were checked, each on its own grid. ` +
      `Not checked: ${skipped}. Scans that are there twice were looked for by their labels`,
  ];
}

function tellPatients({ cases }: CohortFiles, facts: ReadonlyMap<string, CaseFacts>): string[] {
  const named = cases.filter(
    (each) => facts.get(each.case)?.patient === undefined && patientOfCase(each.case),
  );
  const patients = new Set(named.map((each) => patientOfCase(each.case)));
  if (named.length === 0) return [];
  return [`patients are taken from the names PATIENT_STUDY: ${patients.size} of ${named.length} cases`];
}

function verifyAll(
  tasks: readonly CaseTask[],
  settings: CaseSettings,
  workers: number,
  { progress, signal }: RunOptions,
): Promise<CaseReport[]> {
  const work = {
    script: locateBuilt("cohortCaseWorker"),
    workerData: { verify: settings },
    run: (task: CaseTask) => verifyCase(task, settings, signal),
    labelOf: ({ entry }: CaseTask) => entry.case,
    fail({ entry }: CaseTask, reason: string): CaseReport {
      const values = { found: reason, against: "this check", expected: "to be read to its end" };
      const path = entry.image ?? entry.labels ?? join(settings.folder, entry.case);
      const file = nameIn(settings.folder, path);
      const advice = "Fewer workers need less memory";
      const finding = createFinding({ case: entry.case, check: "unreadable", file, ...values }, advice);
      return { case: entry.case, findings: [finding] };
    },
  };
  return runInWorkers(tasks, work, workers, { progress, signal });
}

async function expectLabels(cohort: CohortFiles, options: VerifyOptions): Promise<ExpectedLabels> {
  const { folder, layout } = cohort;
  if (options.labels) return { labels: options.labels, from: options.labelsFrom ?? "labels" };
  if (options.manifest?.labels) return expectFromManifest(options.manifest);
  const scheme = await readSchemeIn(folder);
  if (scheme) return { labels: scheme.names, from: basename(scheme.from) };
  const advice = "Name the labels, or put the dataset.json beside imagesTr";
  requireThat(layout !== "nnunet", "labels", "no dataset.json", "the names of the label values", advice);
  if (layout === "flat") {
    const { names, from, origin } = await findCohortScheme(cohort);
    return {
      labels: names,
      from: origin === "masks" ? from : `label map ${from}, a guess from the files' names`,
    };
  }
  const { name, labels } = await openLabelMap(layout);
  return { labels, from: `label map ${name}` };
}

/** Flat folders say nothing of their labels but by how their files are called. */
/** Labels of a manifest; a lesion is known by its organ there, whatever its name. */
function expectFromManifest({ name, labels, structures }: CohortManifest): ExpectedLabels {
  const byValue: Record<number, string> = {};
  const aliases = new Map<string, number>();
  const lesionOf: Record<number, TumorOrgan> = {};
  for (const [structure, value] of Object.entries(labels!)) if (value > 0) byValue[value] = structure;
  for (const { name: structure, aliases: others, kind, organ } of structures) {
    const value = ownValue(labels!, structure);
    if (value === undefined) continue;
    for (const other of others) aliases.set(other, value);
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
  return (await isThere(path)) ? path : undefined;
}

/** Cases that are spoken of but have no file. */
function findMissing(
  cohort: CohortFiles,
  facts: ReadonlyMap<string, CaseFacts>,
  factsFrom: string,
): Finding[] {
  const { folder, cases, dataset, labelsOnly } = cohort;
  const there = new Set(cases.map((each) => each.case));
  const findings = [...facts.keys()]
    .filter((name) => !there.has(name))
    .sort()
    .map((name) => {
      const file = nameIn(folder, placeOfFile(cohort, name, labelsOnly ? "labels" : "image"));
      const values = { file, found: "not there", against: factsFrom, expected: `case ${name}` };
      return createFinding({ case: name, check: "missing-case", ...values });
    });
  const count = cases.filter(({ image, labels }) => (image ?? labelsOnly) && labels).length;
  if (dataset?.numTraining !== undefined && dataset.numTraining !== count) {
    const found = `${count} cases with ${labelsOnly ? "labels" : "image and labels"}`;
    const values = {
      file: "imagesTr and labelsTr",
      against: "dataset.json",
      expected: `${dataset.numTraining}`,
    };
    findings.push(createFinding({ case: "all cases", check: "missing-case", found, ...values }));
  }
  return findings;
}

/** Cases whose scans, or where there are no images whose labels, have the same fingerprint. */
function findTwins(reports: readonly CaseReport[], { folder, cases, labelsOnly }: CohortFiles): Finding[] {
  const files = new Map(
    cases.map((each) => [
      each.case,
      nameIn(folder, each.image ?? each.labels ?? each.masks?.[0] ?? each.case),
    ]),
  );
  const first = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { case: name, fingerprint, labelFingerprint } of reports) {
    const print = fingerprint ?? (labelsOnly ? labelFingerprint : undefined);
    const isEmpty = fingerprint ? fingerprint.tissueVoxels === 0 : labelFingerprint?.voxels === 0;
    if (!print || isEmpty) continue;
    const other = first.get(print.sha256);
    if (other === undefined) first.set(print.sha256, name);
    else {
      const found = `fingerprint ${print.sha256.slice(0, 12)}${fingerprint ? "" : " of the labels"}`;
      const values = { file: files.get(name)!, found, against: files.get(other)! };
      const expected = fingerprint ? "a scan of its own" : "labels of its own";
      findings.push(
        createFinding(
          { case: name, check: "duplicate-scan", ...values, expected },
          "Keep both in one part of a split",
        ),
      );
    }
  }
  return findings;
}

/** A path as reports write it: from the cohort's folder, with forward slashes. */
function nameIn(folder: string, path: string): string {
  return relative(folder, path).replaceAll("\\", "/");
}
