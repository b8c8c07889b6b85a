import { auditMetadata } from "../data/leakage/audit-metadata.js";
import { toJson, UsageError } from "./command.js";
import type { CommandIo, ParsedOptions } from "./command.js";
import { describeAudit, describeTwins } from "./leak-audit-text.js";

/** Options of `tumorlab cohort leaks --metadata` alone. */
export const metadataOptions = {
  values: ["metadata", "columns", "test-ids", "decimals", "matrix", "draws", "seed"],
  flags: ["list"],
} as const;

/** What `--help` says of them. */
export const metadataHelp = `
  --metadata TABLE       a table with one row per scan (CSV, TSV): looks for twins by shape and spacing, reads no voxel
  --columns WHAT=COLUMN  which column holds what where its name does not tell: scan, shape, spacing, sex, age, phase, site,
                         lesions, split; three columns as shape=nx+ny+nz
  --test-ids FILE        ids of the test scans, one a line or as a column; all others are training
  --decimals N           digits of the spacing in mm that count, default 4
  --matrix N             scans below it along x and y were cut, and are counted apart; default 512
  --draws N              how often numbers are dealt out anew for what chance gives, default 20
  --seed N               of the dealing, default 1
  --list                 prints every group of twins`;

/** Audits a table. The exit code is 1 when twins lie in more than one part and no reason is given. */
export async function auditTable(table: string, options: ParsedOptions, io: CommandIo): Promise<number> {
  for (const other of ["train", "test"])
    if (options.value(other) !== undefined)
      throw new UsageError(`--${other} does not go with --metadata: it is for reports and manifests`);
  const acknowledgement = options.value("acknowledge");
  if (acknowledgement?.trim() === "") throw new UsageError("--acknowledge: found nothing, expected a reason");
  const whole = (name: string, fallback: number): number =>
    options.number(name, fallback, Number.isInteger, "a whole number");
  const audit = await auditMetadata(table, {
    columns: options.value("columns"),
    testIds: options.value("test-ids"),
    decimals: whole("decimals", 4),
    matrix: whole("matrix", 512),
    draws: whole("draws", 20),
    seed: whole("seed", 1),
  });
  if (options.has("json")) io.out(`${toJson({ ...audit, acknowledgement })}\n`);
  else {
    if (options.has("list") && audit.twins.length > 0) io.out(`${describeTwins(audit.twins)}\n\n`);
    io.out(`${describeAudit(audit)}\n`);
    if (acknowledgement !== undefined) io.out(`Acknowledged: ${acknowledgement}\n`);
  }
  for (const note of audit.notes) io.err(`${note}\n`);
  return (audit.audited[0].acrossSplits ?? 0) > 0 && acknowledgement === undefined ? 1 : 0;
}
