import { LabError, requireThat } from "../../core/errors.js";
import { createKey } from "../../core/random.js";
import { orderEvenly } from "./even-order.js";

/** A scan to be put into a part. */
export interface SplitScan {
  scan: string;
  /** Whose it is: all scans of one patient go to the same part. */
  patient: string;
  /** What parts should have the same share of, such as `"pancreas small"`; defaults to `"all"`. */
  stratum?: string;
}

/** How scans are divided; every field may be left out. */
export interface SplitOptions {
  /** A whole number from 0; default 0. */
  seed?: number;
  /** Share of the patients kept for the test, from 0 to below 1; default 0.2. */
  testShare?: number;
  /** Share of the remaining patients kept for validation, from 0 to below 1; default 0. */
  validationShare?: number;
  /** Sizes of nested training sets; default none. */
  trainSizes?: readonly number[];
  /** What `trainSizes` count (default patients). By scans, a set is the longest that does not exceed its size. */
  sizeUnit?: "patients" | "scans";
  /** Number of folds the training patients are divided into for cross-validation, at least 2; default none. */
  folds?: number;
}

/** Patients with all their scans, both in alphabetical order. */
export interface SplitPart {
  patients: string[];
  scans: string[];
}

/** A division of scans by patient. */
export interface PatientSplit {
  seed: number;
  sizeUnit: "patients" | "scans";
  test: SplitPart;
  validation: SplitPart;
  /** Everyone else. */
  training: SplitPart;
  /** Training sets of the sizes asked for, ascending: each holds the ones before it. */
  nested: (SplitPart & { size: number })[];
  /** One per fold: `validation` is the fold, `training` the other training patients. */
  folds: { training: SplitPart; validation: SplitPart }[];
  /** Patients by stratum and part. */
  strata: Record<string, { test: number; validation: number; training: number }>;
}

/**
 * Divides scans into test, validation and training by patient, stratified: in the test, each stratum has less than one
 * patient more or fewer than its exact share; so has validation within the patients that are not test, each nested
 * training set (counted in patients) within the training patients, and each fold likewise. A patient's stratum is that
 * of their scans; where these differ, the names joined.
 *
 * The same scans and seed give the same division in whatever order the scans come. No scans give empty parts.
 *
 * @throws LabError for a scan listed twice, a share out of range, and sizes larger than what there is to train on.
 */
export function splitCohort(scans: readonly SplitScan[], options: SplitOptions = {}): PatientSplit {
  const { seed = 0, testShare = 0.2, validationShare = 0, trainSizes = [], sizeUnit = "patients" } = options;
  requireShare(testShare, "testShare");
  requireShare(validationShare, "validationShare");
  const key = createKey(seed).split("cohort split");
  const patients = groupByPatient(scans);

  const everyone = orderPatients(patients, key.split("test"));
  const testCount = Math.round(everyone.length * testShare);
  const rest = orderPatients(everyone.slice(testCount), key.split("validation"));
  const validationCount = Math.round(rest.length * validationShare);
  const training = orderPatients(rest.slice(validationCount), key.split("training"));
  const parts = { test: everyone.slice(0, testCount), validation: rest.slice(0, validationCount), training };

  const strata = new Map<string, PatientSplit["strata"][string]>();
  for (const { stratum } of [...patients].sort((a, b) => (a.stratum < b.stratum ? -1 : 1)))
    strata.set(stratum, { test: 0, validation: 0, training: 0 });
  for (const part of ["test", "validation", "training"] as const)
    for (const { stratum } of parts[part]) strata.get(stratum)![part]++;
  return {
    seed,
    sizeUnit,
    test: toPart(parts.test),
    validation: toPart(parts.validation),
    training: toPart(training),
    nested: nestSets(training, trainSizes, sizeUnit),
    folds: options.folds === undefined ? [] : dealFolds(training, options.folds),
    // Not by assignment: a stratum may be called __proto__.
    strata: Object.fromEntries(strata),
  };
}

interface Patient {
  patient: string;
  scans: string[];
  stratum: string;
}

function groupByPatient(scans: readonly SplitScan[]): Patient[] {
  const patients = new Map<string, { scans: string[]; strata: Set<string> }>();
  const seen = new Set<string>();
  for (const { scan, patient, stratum = "all" } of scans) {
    requireThat(!seen.has(scan), "scans", scan, "each scan once");
    requireThat(patient !== "", `patient of ${scan}`, patient, "a name");
    seen.add(scan);
    const entry = patients.get(patient) ?? { scans: [], strata: new Set() };
    entry.scans.push(scan);
    entry.strata.add(stratum);
    patients.set(patient, entry);
  }
  return [...patients]
    .map(([patient, entry]) => ({
      patient,
      scans: entry.scans.sort(),
      stratum: [...entry.strata].sort().join(" + "),
    }))
    .sort((a, b) => (a.patient < b.patient ? -1 : 1));
}

function orderPatients(patients: readonly Patient[], key: Parameters<typeof orderEvenly>[1]): Patient[] {
  const strata = new Map<string, Patient[]>();
  for (const patient of [...patients].sort((a, b) => (a.patient < b.patient ? -1 : 1))) {
    const members = strata.get(patient.stratum) ?? [];
    members.push(patient);
    strata.set(patient.stratum, members);
  }
  return orderEvenly(strata, key);
}

/** Beginnings of one order, so that each holds the shorter ones. */
function nestSets(
  training: readonly Patient[],
  sizes: readonly number[],
  unit: "patients" | "scans",
): PatientSplit["nested"] {
  const most = unit === "patients" ? training.length : training.flatMap(({ scans }) => scans).length;
  return [...new Set(sizes)]
    .sort((a, b) => a - b)
    .map((size) => {
      requireThat(
        Number.isInteger(size) && size >= 1 && size <= most,
        "trainSizes",
        size,
        `a whole number from 1 to the ${most} ${unit} there are to train on`,
      );
      if (unit === "patients") return { size, ...toPart(training.slice(0, size)) };
      let [count, scans] = [0, 0];
      while (count < training.length && scans + training[count].scans.length <= size)
        scans += training[count++].scans.length;
      if (count === 0)
        throw new LabError(
          "trainSizes",
          size,
          `at least the ${training[0].scans.length} scans of one patient`,
        );
      return { size, ...toPart(training.slice(0, count)) };
    });
}

/** Deals the patients out stratum by stratum, so that folds differ by one patient at most, in each stratum and in all. */
function dealFolds(training: readonly Patient[], count: number): PatientSplit["folds"] {
  requireThat(
    Number.isInteger(count) && count >= 2 && count <= Math.max(2, training.length),
    "folds",
    count,
    `a whole number from 2 to the ${training.length} patients there are to train on`,
  );
  const dealt = training
    .map((patient, order) => ({ patient, order }))
    .sort((a, b) =>
      a.patient.stratum === b.patient.stratum
        ? a.order - b.order
        : a.patient.stratum < b.patient.stratum
          ? -1
          : 1,
    )
    .map(({ patient }) => patient);
  return Array.from({ length: count }, (_, fold) => ({
    training: toPart(dealt.filter((__, k) => k % count !== fold)),
    validation: toPart(dealt.filter((__, k) => k % count === fold)),
  }));
}

function toPart(patients: readonly Patient[]): SplitPart {
  return {
    patients: patients.map(({ patient }) => patient).sort(),
    scans: patients.flatMap(({ scans }) => scans).sort(),
  };
}

function requireShare(share: number, name: string): void {
  requireThat(share >= 0 && share < 1, name, share, "a share from 0 to below 1");
}
