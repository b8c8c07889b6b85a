import { requireThat } from "../core/errors.js";
import { readJson } from "../core/files.js";
import { fromJson } from "../core/missing.js";
import type { CohortReport } from "../data/verify/verify.js";

/** Reads a report that `tumorlab cohort verify` wrote. Throws a LabError naming the file and what is wrong with it. */
export async function readCohortReport(path: string): Promise<CohortReport> {
  const advice = "Write one with tumorlab cohort verify DIR --out FILE.json";
  const parsed = await readJson(path, "the report of a cohort, in JSON", advice, fromJson);
  const report = parsed as Partial<CohortReport> | null;
  const isReport =
    typeof report === "object" &&
    report !== null &&
    Array.isArray(report.findings) &&
    Array.isArray(report.cases) &&
    report.cases.every((each: unknown) => typeof (each as { case?: unknown } | null)?.case === "string");
  requireThat(isReport, path, parsed, "the report of a cohort: {cases, findings, ...}", advice);
  return report as CohortReport;
}
