import { addClassNames } from "../anatomy/classes-file.js";
import { openLabelMap } from "../anatomy/label-maps.js";
import { type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { requireThat } from "../core/errors.js";
import { makeFolder, readText, writeFileWhole } from "../core/files.js";
import { formatCsv } from "../core/missing.js";
import type { RunOptions } from "../core/progress.js";
import { requireFree } from "../core/require-free.js";
import { encodeText } from "../platform/bytes.js";
import { join } from "../platform/paths.js";
import type { PhantomMetadata, PhantomOptions } from "./make-case.js";
import { makePhantoms } from "./make-phantoms.js";
import { readPhantomMetadata } from "./write-case.js";

/** A row of the cohort's `metadata.csv`: also one column for each tumor organ, with Y or N. */
export interface PhantomRow extends Record<TumorOrgan, "Y" | "N"> {
  case: string;
  patient: string;
  sex: string;
  ageYears: number;
  phase: string;
  hospital: string;
  distribution: string;
  seed: number;
  spacingMm: string;
  shape: string;
  tumor: "Y" | "N";
  tumors: number;
  tumorMl: number;
  largestRadiusMm: number;
}

const columns: readonly (keyof PhantomRow)[] = [
  "case",
  "patient",
  "sex",
  "ageYears",
  "phase",
  "hospital",
  "distribution",
  "seed",
  "spacingMm",
  "shape",
  "tumor",
  ...tumorOrgans,
  "tumors",
  "tumorMl",
  "largestRadiusMm",
];

/** Which cases of a cohort are made, and where. */
export interface PhantomFolderOptions extends RunOptions {
  folder: string;
  /** Which cohort, and how it is drawn. */
  phantoms: PhantomOptions;
  /** How many cases. */
  cases: number;
  /** Index of the first; default 0. */
  first?: number;
  /** Cases made at the same time, each in a thread of its own; default 1. */
  workers?: number;
  /** Whether a metadata.csv that is not of phantoms may be overwritten; default false. */
  overwrite?: boolean;
}

/** What became of the cases of a run. */
export interface PhantomFolderReport {
  /** Ids of those made now, and of those kept from an earlier run. */
  made: string[];
  kept: string[];
  /** Index of a case that failed, and why. */
  failed: { case: number; reason: string }[];
}

/**
 * Makes phantoms in a folder as AbdomenAtlas lays its cases out, with `classes.json`, and `metadata.csv` over all phantoms in
 * the folder. Case `i` is the same bytes whatever the number of cases and threads; a complete one is kept, so that a run that
 * was broken off goes on where it was. A case that fails leaves the others be.
 *
 * @throws LabError for numbers that cannot be, where the folder cannot be made, or holds a metadata.csv of something else; the signal's reason when aborted.
 */
export async function makePhantomCohort(options: PhantomFolderOptions): Promise<PhantomFolderReport> {
  const { folder, phantoms, cases, first = 0, workers = 1, overwrite = false, progress, signal } = options;
  requireThat(Number.isSafeInteger(cases) && cases >= 1, "cases", cases, "a whole number from 1");
  requireThat(Number.isSafeInteger(first) && first >= 0, "first", first, "a whole number from 0");
  requireThat(Number.isSafeInteger(workers) && workers >= 1, "workers", workers, "a whole number from 1");
  signal?.throwIfAborted();
  // A table of phantoms is written anew with each run, as the cohort grows; one of anything else is not ours.
  const table = join(folder, "metadata.csv");
  const head = await readText(table, "a table").catch(() => "");
  if (head.split("\n")[0] !== columns.join(",")) await requireFree([table], [], overwrite);
  await makeFolder(folder);
  const indices = Array.from({ length: cases }, (_, i) => first + i);
  const results = await makePhantoms(indices, { folder, options: phantoms }, workers, { progress, signal });
  await addClassNames(folder, (await openLabelMap("abdomenatlas")).labels);
  const rows = (await readPhantomMetadata(folder)).map(toRow);
  await writeFileWhole(table, [encodeText(formatCsv(columns, rows))]);
  const idsOf = (state: "made" | "kept"): string[] =>
    results.flatMap((result) => ("state" in result && result.state === state ? [result.caseId] : []));
  const failed = results.flatMap((result) =>
    "reason" in result ? [{ case: result.caseIndex, reason: result.reason }] : [],
  );
  return { made: idsOf("made"), kept: idsOf("kept"), failed };
}

function toRow(metadata: PhantomMetadata): PhantomRow {
  const { caseId, patientId, sex, ageYears, phase, hospital, distribution, seed, tumors } = metadata;
  return {
    case: caseId,
    patient: patientId,
    sex,
    ageYears,
    phase,
    hospital,
    distribution,
    seed,
    spacingMm: metadata.spacingMm.join("x"),
    shape: metadata.shape.join("x"),
    ...organsWithTumor(metadata),
    tumor: tumors.length > 0 ? "Y" : "N",
    tumors: tumors.length,
    tumorMl: tumors.reduce((sum, tumor) => sum + tumor.volumeMl, 0),
    largestRadiusMm: Math.max(0, ...tumors.map(({ radiusMm }) => radiusMm)),
  };
}

function organsWithTumor({ tumors }: PhantomMetadata): Record<TumorOrgan, "Y" | "N"> {
  const entries = tumorOrgans.map((organ) => [
    organ,
    tumors.some((each) => each.organ === organ) ? "Y" : "N",
  ]);
  return Object.fromEntries(entries) as Record<TumorOrgan, "Y" | "N">;
}
