import { findLabelledScans, readCohortScan } from "../../training/cohort-scan.js";
import { prepareCase } from "../../training/prepared-case.js";
import type { PreparedCase } from "../../training/prepared-case.js";
import type { TrainingConfig } from "../../training/training-config.js";

/** The first scans of a cohort, prepared in memory. */
export async function findScansOf(
  folder: string,
  config: TrainingConfig,
  count: number,
): Promise<PreparedCase[]> {
  const scans = (await findLabelledScans(folder)).slice(0, count);
  const prepared: PreparedCase[] = [];
  for (const scan of scans) prepared.push(prepareCase(await readCohortScan(scan), config));
  return prepared;
}
