import { readFile } from "node:fs/promises";
import type { CohortReport } from "../cohort/verify/verify.js";
import { LabError, requireThat } from "../errors.js";
import { fromJson } from "../missing.js";

/** Reads a report that `tumorlab cohort verify` wrote. Throws a LabError naming the file and what is wrong with it. */
export async function readCohortReport(path: string): Promise<CohortReport> {
  const advice = "Write one with tumorlab cohort verify DIR --out FILE.json";
  let parsed: unknown;
  try {
    parsed = fromJson(await readFile(path, "utf8"));
  } catch (error) {
    throw new LabError(path, (error as Error).message, "the report of a cohort, in JSON", advice, {
      cause: error,
    });
  }
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
