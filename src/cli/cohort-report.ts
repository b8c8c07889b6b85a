import { compileJsonSchema } from "../core/json-schema.js";
import { fromJson } from "../core/missing.js";
import { readChecked } from "../core/read-checked.js";
import { listOf, openObject } from "../core/schema.js";
import type { CohortReport } from "../data/verify/verify.js";

const checkReport = compileJsonSchema(
  openObject({ cases: listOf(openObject({ case: { type: "string" } })), findings: listOf({}) }),
);

/** Reads a report that `tumorlab cohort verify` wrote. Throws a LabError naming the file and what is wrong with it. */
export async function readCohortReport(path: string): Promise<CohortReport> {
  const advice = "Write one with tumorlab cohort verify DIR --out FILE.json";
  return readChecked<CohortReport>(
    path,
    checkReport,
    "the report of a cohort: {cases, findings, ...}",
    advice,
    fromJson,
  );
}
