import { patientOfCase } from "../case-files.js";
import type { CaseFacts } from "../metadata.js";
import type { CohortReport } from "../verify/verify.js";
import type { SplitScan } from "./split.js";

/** Scans ready to be divided, and what was noticed on the way. */
export interface ScansToSplit {
  scans: SplitScan[];
  /** Scans that nobody names a patient for; each counts as a patient of its own. */
  withoutPatient: string[];
  /** Scans left out because the report has errors about them. */
  faulty: string[];
}

/**
 * Takes the scans to divide from a report about a cohort. A patient's stratum is organ and size of their largest lesion
 * in any scan, such as `"liver small"`; without one `"control"`, or `"unknown"` where the labels were not looked at. Scans
 * with errors are left out.
 *
 * @param sizeOf class of a lesion of that volume in ml, such as the size classes of the paper.
 */
export function scansOfReport(report: CohortReport, sizeOf: (volumeMl: number) => string): ScansToSplit {
  const wrong = new Set(
    report.findings.filter(({ severity }) => severity === "error").map((finding) => finding.case),
  );
  const largest = new Map<string, { organ: string; volumeMl: number }>();
  const usable = report.cases.filter((each) => !wrong.has(each.case));
  const seen = new Set<string>();
  for (const { case: name, patient = name, lesions } of usable) {
    if (lesions) seen.add(patient);
    for (const lesion of lesions ?? [])
      if (lesion.volumeMl > (largest.get(patient)?.volumeMl ?? -1)) largest.set(patient, lesion);
  }
  const scans = usable.map(({ case: scan, patient = scan }) => {
    const lesion = largest.get(patient);
    const without = seen.has(patient) ? "control" : "unknown";
    return { scan, patient, stratum: lesion ? `${lesion.organ} ${sizeOf(lesion.volumeMl)}` : without };
  });
  return {
    scans,
    withoutPatient: usable.filter(({ patient }) => patient === undefined).map((each) => each.case),
    faulty: report.cases.map((each) => each.case).filter((name) => wrong.has(name)),
  };
}

/**
 * Takes the scans to divide from a table of metadata. A patient's stratum is the organs of their tumors in any scan,
 * `"tumor"` where only that is known, `"control"` where there is none and `"unknown"` where nothing is said. Where the
 * table names no patient, a case named `PATIENT_STUDY` (see `patientOfCase`) does.
 */
export function scansOfMetadata(facts: Iterable<CaseFacts>): ScansToSplit {
  const rows = [...facts].map((row) => {
    const patient = row.patient ?? patientOfCase(row.case);
    return patient === undefined ? row : { ...row, patient };
  });
  const words = new Map<string, Set<string>>();
  for (const { case: name, patient = name, tumor, tumors } of rows) {
    const mine = words.get(patient) ?? new Set();
    const organs = Object.entries(tumors).filter(([, has]) => has);
    for (const [organ] of organs) mine.add(organ);
    if (organs.length === 0 && tumor === true) mine.add("tumor");
    const denied = tumor === false || (tumor === undefined && Object.keys(tumors).length > 0);
    if (organs.length === 0 && denied) mine.add("control");
    words.set(patient, mine);
  }
  const stratumOf = (patient: string): string => {
    const all = [...words.get(patient)!].sort();
    const organs = all.filter((word) => word !== "control" && word !== "tumor");
    if (organs.length > 0) return organs.join(" and ");
    return all.includes("tumor") ? "tumor" : (all[0] ?? "unknown");
  };
  return {
    scans: rows.map(({ case: scan, patient = scan }) => ({ scan, patient, stratum: stratumOf(patient) })),
    withoutPatient: rows.filter(({ patient }) => patient === undefined).map((each) => each.case),
    faulty: [],
  };
}
